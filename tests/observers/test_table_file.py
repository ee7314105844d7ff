"""A file with one row a trial."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from skhp import GridSearchCV
from skhp.exceptions import ObserverWarning, SettingError
from skhp.history import Fold, History, Trial
from skhp.observers import TableFile
from tests.observers.estimators import Moody
from tests.observers.searches import OUTCOMES, TRIED, X, fitted, y

COMPLETE = OUTCOMES[:-1]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def ended(history: History, params: dict[str, Any]) -> Trial:
    number = history.add(params).number
    return history.record(number, Fold(0, {"score": 0.5}))


def test_a_csv_has_a_row_for_each_trial_however_it_ended(tmp_path: Path):
    path = tmp_path / "search.csv"
    search = fitted(TableFile(path))
    rows = rows_of(path)
    assert [row["status"] for row in rows] == COMPLETE
    assert [float(row["param_x"]) for row in rows] == [params["x"] for params in TRIED[:-1]]
    assert [row["param_layers"] for row in rows] == ["(8,)", "(8, 8)", "(8,)", "(16,)"]
    assert rows[2]["param_rate"] == ""
    assert rows[2]["error"] == "RuntimeError: it broke"
    for key in ("mean_test_score", "split2_test_score", "mean_fit_time"):
        assert [float(row[key]) for row in rows[:2]] == list(search.cv_results_[key][:2])


def test_json_lines_hold_the_same(tmp_path: Path):
    path = tmp_path / "search.jsonl"
    fitted(TableFile(path))
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["status"] for row in rows] == COMPLETE
    assert rows[2]["split0_test_score"] is None
    assert rows[0]["param_x"] == TRIED[0]["x"]


def test_a_row_is_there_as_soon_as_its_trial_has_ended(tmp_path: Path):
    observer = TableFile(tmp_path / "search.csv")
    history = History(space=None)
    observer.on_search_start(history)
    for n_rows in (1, 2):
        observer.on_trial_end(history, ended(history, {"x": n_rows}))
        assert len(rows_of(tmp_path / "search.csv")) == n_rows


@pytest.mark.parametrize("name", ["search.csv", "search.jsonl"])
def test_searches_share_a_file_and_are_told_apart(name: str, tmp_path: Path):
    observer = TableFile(tmp_path / name)
    for started in (0.0, 60.0):
        history = History(space=None, started=started)
        observer.on_search_start(history)
        observer.on_trial_end(history, ended(history, {"x": 1}))
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert text.count("1970-01-01T00:00:00") >= 1
    assert text.count("1970-01-01T00:01:00") >= 1


def test_a_column_that_turns_up_later_is_added_to_all_rows(tmp_path: Path):
    observer = TableFile(tmp_path / "search.csv")
    history = History(space=None)
    observer.on_search_start(history)
    for params in ({"x": 1}, {"x": None, "gamma": "a, b"}, {"gamma": "c"}):
        observer.on_trial_end(history, ended(history, params))
    rows = rows_of(tmp_path / "search.csv")
    assert [row["param_x"] for row in rows] == ["1", "None", ""]
    assert [row["param_gamma"] for row in rows] == ["", "a, b", "c"]
    assert [path.name for path in tmp_path.iterdir()] == ["search.csv"]


def test_a_new_file_begins_with_what_a_search_goes_on_from(tmp_path: Path):
    history = History(space=None)
    ended(history, {"x": 1})
    for name, present, n_rows in (
        ("new.csv", None, 1),
        ("old.csv", "search,number,status,started,seconds", 0),
    ):
        path = tmp_path / name
        if present is not None:
            path.write_text(f"{present}\n", encoding="utf-8")
        TableFile(path).on_search_start(history)
        assert len(rows_of(path)) == n_rows


def test_a_file_that_holds_something_else_is_left_as_it_is(tmp_path: Path):
    path = tmp_path / "precious.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.warns(ObserverWarning, match="left as it is"):
        GridSearchCV(Moody(), {"x": [0.1, 0.2]}, cv=2, observers=[TableFile(path)]).fit(X, y)
    assert path.read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_a_name_with_another_ending_is_refused():
    with pytest.raises(SettingError, match=r"\.csv or \.jsonl"):
        TableFile("search.xlsx")
