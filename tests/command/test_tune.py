"""``python -m skhp tune`` from a table to a saved model, and on from where it was killed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas
import pytest

from skhp.command import main
from skhp.command._prepare import dates_as_numbers
from skhp.command._table import Columns
from tests.processes import PATIENCE, ROOT, until

N = 80


def table() -> Any:
    """A table of numbers, categories, a text and dates, with gaps in each."""
    rng = np.random.default_rng(0)
    good, bad = ["good", "fine", "great", "lovely"], ["bad", "awful", "sad", "poor"]
    mood = rng.random(N) < 0.5
    frame = pandas.DataFrame(
        {
            "id": range(1, N + 1),
            "size": rng.normal(size=N),
            "colour": rng.choice(["red", "green"], N),
            "town": [f"town {k}" for k in rng.integers(0, 30, N)],
            "comment": [" ".join(rng.choice(good if one else bad, 6)) for one in mood],
            "day": [f"2024-0{k}-01" for k in rng.integers(1, 9, N)],
            "constant": 1,
            "y": np.where(mood, "yes", "no"),
        }
    )
    for name in ("size", "colour", "comment", "day"):
        frame.loc[rng.random(N) < 0.1, name] = None
    return frame


def command(*more: str) -> list[str]:
    settings = ["data.csv", "--target", "y", "--cv", "2", "--n-jobs", "1", *more]
    model = ["--estimator", "sklearn.linear_model.LogisticRegression"]
    return [sys.executable, "-m", "skhp", "tune", *settings, *model]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def run(folder: Path, *more: str) -> str:
    done = subprocess.run(
        command(*more),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command")
    table().to_csv(folder / "data.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def said(folder: Path) -> str:
    return run(folder, "--n-iter", "2")


def test_it_says_what_the_columns_are(said: str):
    assert "80 rows, target 'y' (2 classes)" in said
    assert "1 numbers: size\n2 categories: colour, town\n1 texts: comment\n1 dates: day\n" in said
    assert "left out: id (counts the rows), constant (always the same value)" in said


def test_it_says_what_was_found(said: str):
    assert "Score (accuracy, 2 folds of cross-validation):" in said
    assert " untuned\n" in said and " tuned\n" in said
    assert "Best params: {" in said


def test_the_lines_that_it_ends_with_load_the_model(folder: Path, said: str, monkeypatch: Any):
    monkeypatch.chdir(folder)
    lines = said.partition("in Python:\n\n")[2]
    names: dict[str, Any] = {"table": pandas.read_csv("data.csv").drop(columns="y")}
    exec(lines, names)
    assert set(names["model"].predict(names["table"])) == {"yes", "no"}


def test_the_search_and_its_leaderboard_are_saved(folder: Path, said: str):
    board = pandas.read_csv(folder / "result" / "leaderboard.csv")
    assert list(board["rank"])[0] == 1 and len(board) == 2
    assert joblib.load(folder / "result" / "search.joblib").best_score_ == board["score"].max()


def test_a_page_about_it_is_written_at_once_and_again_from_what_was_saved(
    folder: Path, said: str, capsys: Any
):
    result = folder / "result"
    assert "result/report.html" in said.replace(os.sep, "/")
    page = (result / "report.html").read_text(encoding="utf-8")
    assert main(["report", str(result / "search.joblib"), "--out", str(folder / "b.html")]) == 0
    assert capsys.readouterr().out == f"Saved: {folder / 'b.html'}\n"
    for one in (page, (folder / "b.html").read_text(encoding="utf-8")):
        assert "BayesSearchCV of Pipeline" in one and "data:image/png" in one


def test_a_report_of_what_is_no_search_is_one_sentence(folder: Path, said: str, capsys: Any):
    for name, sentence in (
        ("not_there.joblib", "cannot be read: No such file or directory."),
        ("data.csv", "holds no search that joblib has saved"),
        ("result/model.joblib", "A report needs a search of skhp, got Pipeline."),
    ):
        assert main(["report", str(folder / name)]) == 2
        captured = capsys.readouterr().err
        assert sentence in captured and captured.count("\n") == 1


def test_the_same_command_goes_on(folder: Path, said: str):
    again = run(folder, "--n-iter", "3")
    assert "4 of the 6 fits were there from an earlier run." in again


@pytest.mark.slow
def test_after_a_kill_the_same_command_goes_on(folder: Path):
    out = folder / "killed"
    with subprocess.Popen(
        command("--out", "killed", "--n-iter", "500"),
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            until(lambda: n_folds(out / "journal.sqlite") >= 3, "three fits are written")
        finally:
            process.kill()
    there = n_folds(out / "journal.sqlite")
    assert there >= 3
    said = run(folder, "--out", "killed", "--n-iter", str(there))
    assert f"{there} of the {2 * there} fits were there from an earlier run." in said


def n_folds(path: Path) -> int:
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM folds").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["not_there.csv"], "There is no file not_there.csv."),
        (["data.csv", "--target", "z"], "There is no column 'z'. The columns are id, size"),
        (["data.csv", "--estimator", "sklearn.svm.SVX"], "no estimator 'sklearn.svm.SVX'"),
        (["data.csv", "--estimator", "SVC"], "with its module"),
        (["data.csv", "--estimator", "sklearn.svm.SVR"], "Name a classifier."),
        (["data.csv", "--estimator", "sklearn.preprocessing.StandardScaler"], "neither a class"),
        (["data.csv", "--scoring", "good"], "There is no scoring 'good'."),
        (["data.csv", "--drop", "z"], "There is no column 'z'."),
        (["data.csv", "--cv", "1"], "--cv must be at least 2"),
        (["data.csv", "--separator", ";"], "give --separator"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_the_status_2(
    more: list[str], said: str, folder: Path, monkeypatch: Any, capsys: Any
):
    monkeypatch.chdir(folder)
    given = more if "--target" in more else [*more, "--target", "y"]
    assert main(["tune", *given]) == 2
    captured = capsys.readouterr().err
    assert said in captured
    assert captured.startswith("skhp: ") and captured.count("\n") == 1


def test_the_status_of_an_error_reaches_the_shell(folder: Path):
    done = subprocess.run(
        [sys.executable, "-m", "skhp", "tune", "not_there.csv", "--target", "y"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2
    assert done.stderr == "skhp: There is no file not_there.csv.\n"


def test_columns_that_tell_nothing_are_left_out_unless_they_are_to_be_kept():
    X = table().drop(columns="y").assign(code=[f"x{k}" for k in range(N)], empty=None)
    columns = Columns.of(X, drop=["town"], keep=["id"])
    assert columns.left_out == {
        "town": "as you asked",
        "constant": "always the same value",
        "code": "another value in each row",
        "empty": "empty",
    }
    assert columns.numbers == ("id", "size")


def test_dates_become_days_months_and_days_of_the_week():
    dates = pandas.DataFrame({"day": ["1970-01-03", None], "time": ["1970-02-01T12:00:00", "no"]})
    first, second = dates_as_numbers(dates)
    assert list(first) == [2.0, 1.0, 5.0, 31.5, 2.0, 6.0]
    assert np.isnan(second).all()
