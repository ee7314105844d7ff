"""A journal that was cut off goes on; one that is damaged is refused, and left as it is."""

from __future__ import annotations

import os
import shutil
import sqlite3
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skhp.exceptions import JournalError, JournalWarning
from skhp.racing import Racing
from tests.search.estimators import Witness
from tests.search.searches import X, bayes, logistic, y

SPACE = {"C": (1e-3, 1e2, "log-uniform"), "fit_intercept": [True, False]}


def search(path: Path | None = None, **more: Any) -> Any:
    return bayes(logistic(), SPACE, n_iter=6, cv=3, journal=path, **more)


def found(fitted: Any) -> tuple[Any, Any]:
    return fitted.cv_results_["params"], fitted.cv_results_["mean_test_score"].tolist()


@pytest.fixture(scope="module")
def whole() -> tuple[Any, Any]:
    return found(search().fit(X, y))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journal of a search that has ended."""
    path = tmp_path_factory.mktemp("written") / "journal.db"
    search(path).fit(X, y)
    return path


@pytest.fixture
def journal(written: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copy(written, tmp_path))


def assert_refused(path: Path, match: str) -> None:
    before = path.read_bytes()
    with pytest.raises(JournalError, match=match) as caught:
        search(path).fit(X, y)
    assert repr(str(path)) in str(caught.value)
    assert path.read_bytes() == before


class Copies:
    """Copies the files of a journal after so many folds: as they lie when the process dies."""

    def __init__(self, path: Path, to: Path, n_folds: int) -> None:
        self.path = path
        self.to = to
        self.n_left = n_folds

    def on_fold_end(self, history: Any, trial: Any, fold: Any) -> None:
        self.n_left -= 1
        if self.n_left == 0:
            for name in (self.path.name, f"{self.path.name}-wal"):
                shutil.copy(self.path.with_name(name), self.to)


@pytest.mark.parametrize("n_folds", [1, 11])
@pytest.mark.parametrize("n_lost", [0, 1, 100, 5_000, 10_000_000])
def test_a_file_that_was_cut_off_in_a_line_goes_on(
    tmp_path: Path, n_folds: int, n_lost: int, whole: Any
):
    path, copy = tmp_path / "journal.db", tmp_path / "copy"
    copy.mkdir()
    search(path, observers=[Copies(path, copy, n_folds)]).fit(X, y)
    log = copy / "journal.db-wal"
    os.truncate(log, max(0, log.stat().st_size - n_lost))
    assert found(search(copy / path.name).fit(X, y)) == whole
    assert found(search(copy / path.name).fit(X, y)) == whole


@pytest.mark.parametrize("end", [50, 600, 4096, 9000, -4096])
def test_a_file_of_which_a_part_is_lost_is_refused(journal: Path, end: int):
    journal.write_bytes(journal.read_bytes()[:end])
    assert_refused(journal, "malformed|not a database")


def test_a_file_with_a_page_of_garbage_is_refused(journal: Path):
    noise, content = np.random.default_rng(0).bytes(4096), journal.read_bytes()
    for start in range(4096, len(content), 4096):
        journal.write_bytes(content[:start] + noise + content[start + 4096 :])
        assert_refused(journal, "malformed")


def changed(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


FOLDS = {
    "test_scores = '{\"sco'": "fold 1 of trial 2",
    "test_scores = '[]'": "fold 1 of trial 2",
    "test_scores = replace(test_scores, '0.', '0.9')": "fold 1 of trial 2",
    "test_scores = CAST(test_scores AS BLOB)": "fold 1 of trial 2",
    "fit_time = 'x'": "fold 1 of trial 2",
    "fit_time = fit_time + 1e-9": "fold 1 of trial 2",
    "status = 'good'": "fold 1 of trial 2",
    "error = CAST(X'ff' AS TEXT)": "fold 1 of trial 2",
    "fold = 7": "fold 7 of trial 2",
    "number = -1": "fold 1 of trial -1",
    "number = 77": "fold 1 of trial 77",
}
TRIALS = {
    "point = '[0.1'": "trial 3",
    "point = '[0.1, 0.2, 0.3]'": "trial 3",
    "point = replace(point, '0.', '0.1')": "trial 3",
    "params = '{}'": "trial 3",
    "fingerprint = 'x'": "trial 3, fold",
    "note = 'no chance left'": "trial 3",
    "params = 'x', point = NULL": "trial 3, and with it those after it",
    "number = 33": "trial 3, and with it those after it",
    "number = -3": "trial 3, and with it those after it",
}
DAMAGES = {
    **{f"UPDATE folds SET {one} WHERE number = 2 AND fold = 1": row for one, row in FOLDS.items()},
    **{f"UPDATE trials SET {one} WHERE number = 3": row for one, row in TRIALS.items()},
    "DELETE FROM trials WHERE number = 3": "trial 3, and with it those after it",
    "DELETE FROM trials WHERE number = 5": "trial 5, and with it those after it",
}


@pytest.mark.parametrize("statement", DAMAGES)
def test_a_damaged_row_is_named_and_run_again(journal: Path, statement: str, whole: Any):
    changed(journal, statement)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert found(search(journal).fit(X, y)) == whole
    said = [str(one.message) for one in caught if one.category is JournalWarning]
    assert len(said) == 1
    assert f"run again: {DAMAGES[statement]}" in said[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error", JournalWarning)
        assert found(search(journal).fit(X, y)) == whole
        assert found(bayes(logistic(), SPACE, n_iter=7, cv=3, journal=journal).fit(X, y))


def test_only_what_is_damaged_is_run_again(tmp_path: Path):
    path, log = tmp_path / "journal.db", tmp_path / "fits"

    def fits() -> int:
        log.write_text("")
        bayes(Witness(str(log)), {"C": [1.0, 2.0, 3.0]}, cv=3, journal=path, refit=False).fit(X, y)
        return len(log.read_text().splitlines())

    assert fits() == 9
    changed(path, "UPDATE folds SET test_scores = '{}' WHERE number = 1 AND fold = 2")
    with pytest.warns(JournalWarning, match="run again: fold 2 of trial 1"):
        assert fits() == 1
    changed(path, "UPDATE trials SET point = '[0.123' WHERE number = 1")
    with pytest.warns(JournalWarning, match="run again: trial 1"):
        assert fits() == 3
    assert fits() == 0


@pytest.mark.parametrize(
    "damage",
    ["content = zeroblob(8)", "shape = '[1]'", "method = 'decision_function'", "dtype = 'O'"],
)
def test_a_fold_whose_predictions_are_damaged_is_run_again(tmp_path: Path, damage: str):
    path, log = tmp_path / "journal.db", tmp_path / "fits"

    def fitted() -> Any:
        log.write_text("")
        return bayes(
            Witness(str(log)),
            {"C": [1.0, 2.0, 3.0]},
            cv=3,
            journal=path,
            refit=False,
            keep_predictions=True,
        ).fit(X, y)

    whole = fitted().predictions(1)
    changed(path, f"UPDATE predictions SET {damage} WHERE number = 1 AND fold = 2")
    with pytest.warns(JournalWarning, match="run again: the predictions of fold 2 of trial 1"):
        np.testing.assert_array_equal(fitted().predictions(1), whole)
    assert len(log.read_text().splitlines()) == 1
    np.testing.assert_array_equal(fitted().predictions(1), whole)
    assert not log.read_text()


def test_a_trial_that_was_given_up_on_a_damaged_fold_is_judged_again(tmp_path: Path):
    path = tmp_path / "journal.db"

    def raced() -> Any:
        space = {"C": np.logspace(-6, 2, 12).tolist()}
        racing = Racing(alpha=0.4)
        search = bayes(logistic(), space, n_iter=12, cv=6, racing=racing, journal=path).fit(X, y)
        results = search.cv_results_
        return [results[f"split{fold}_test_score"].tolist() for fold in range(6)], results["status"]

    scores, status = raced()
    assert "stopped" in status
    number = list(status).index("stopped")
    for statement in (
        f"UPDATE folds SET test_scores = '{{}}' WHERE number = {number} AND fold = 0",
        f"UPDATE trials SET note = NULL WHERE number = {number}",
    ):
        changed(path, statement)
        with pytest.warns(JournalWarning, match=f"run again: trial {number}"):
            again = raced()
        np.testing.assert_array_equal(again[0], scores)
        assert list(again[1]) == list(status)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE searches SET seed = 'seven'",
        "UPDATE searches SET seed = '7'",
        "UPDATE searches SET n_points = 1",
        "UPDATE searches SET fingerprint = 'x'",
        "UPDATE searches SET parts = '{}'",
    ],
)
def test_a_search_whose_own_row_is_damaged_is_refused(journal: Path, statement: str):
    changed(journal, statement)
    assert_refused(journal, "search 1 is damaged.*Name another file")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON folds BEGIN DELETE FROM trials; END",
        "DROP VIEW results",
        "ALTER TABLE folds RENAME COLUMN error TO errors",
    ],
)
def test_other_tables_are_refused(journal: Path, statement: str):
    changed(journal, statement)
    assert_refused(journal, "its tables are malformed")


@pytest.mark.filterwarnings("ignore::skhp.exceptions.JournalWarning")
@pytest.mark.parametrize(
    "step", [pytest.param(11, marks=pytest.mark.slow), 307], ids=["closely", "here and there"]
)
def test_a_flipped_bit_changes_nothing_or_is_refused(journal: Path, step: int, whole: Any):
    content = journal.read_bytes()
    n_refused, said = 0, set()
    for place in range(0, len(content), step):
        flipped = bytearray(content)
        flipped[place] ^= 1 << place // step % 8
        journal.write_bytes(flipped)
        try:
            assert found(search(journal).fit(X, y)) == whole, place
        except JournalError as error:
            n_refused += 1
            said.add(str(error))
        for side in journal.parent.glob("journal.db-*"):
            side.unlink()
    assert n_refused
    for text in said:
        assert repr(str(journal)) in text and text.endswith(".")


@pytest.mark.parametrize("content", [b"C,score\n1.0,0.5\n", bytes(range(256)) * 64, b"\0" * 5000])
def test_a_file_that_is_no_journal_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "journal.db"
    path.write_bytes(content)
    assert_refused(path, "not a database.*name a file that does not exist yet")


def test_the_database_of_another_program_is_refused(tmp_path: Path):
    connection = sqlite3.connect(tmp_path / "journal.db")
    with connection:
        connection.execute("CREATE TABLE trials (number INTEGER)")
    connection.close()
    assert_refused(tmp_path / "journal.db", "another program")


def test_an_empty_file_becomes_a_journal(tmp_path: Path, whole: Any):
    path = tmp_path / "journal.db"
    path.touch()
    assert found(search(path).fit(X, y)) == whole
    assert path.stat().st_size > 0


def test_a_folder_is_no_file(tmp_path: Path):
    with pytest.raises(JournalError, match="is a folder"):
        search(tmp_path).fit(X, y)


def test_the_folder_must_be_there(tmp_path: Path):
    with pytest.raises(JournalError, match="does not exist"):
        search(tmp_path / "none" / "journal.db").fit(X, y)


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder that takes no files")
def test_a_file_that_cannot_be_made_is_an_error():
    with pytest.raises(JournalError, match="cannot be"):
        search(Path("/proc/self/journal.db")).fit(X, y)


@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="the superuser may write anything")
def test_a_file_that_cannot_be_written_is_an_error(journal: Path):
    journal.chmod(0o444)
    assert_refused(journal, "cannot be written")
