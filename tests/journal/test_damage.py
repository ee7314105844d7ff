"""A journal that was cut off goes on; one that is damaged is refused, and left as it is."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skhp.exceptions import JournalError
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


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        (
            "UPDATE folds SET test_scores = '{\"sco' WHERE number = 2 AND fold = 1",
            "fold 1 of trial 2",
        ),
        ("UPDATE folds SET test_scores = '[]' WHERE number = 2 AND fold = 1", "fold 1 of trial 2"),
        ("UPDATE folds SET fit_time = 'x' WHERE number = 2 AND fold = 1", "fold 1 of trial 2"),
        ("UPDATE folds SET status = 'good' WHERE number = 4 AND fold = 0", "fold 0 of trial 4"),
        ("UPDATE folds SET fold = 7 WHERE number = 4 AND fold = 0", "fold 7 of trial 4"),
        ("UPDATE folds SET number = -1 WHERE number = 4 AND fold = 0", "fold 0 of trial -1"),
        ("UPDATE trials SET point = '[0.1' WHERE number = 3", "trial 3"),
        ("UPDATE trials SET point = '[0.1, 0.2, 0.3]' WHERE number = 3", "trial 3"),
        ("DELETE FROM trials WHERE number = 3", "trial 4 is damaged .trial 3 is missing"),
        ("UPDATE searches SET seed = 'seven'", "seven"),
    ],
)
def test_a_damaged_row_is_named(journal: Path, statement: str, row: str):
    connection = sqlite3.connect(journal)
    with connection:
        connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert_refused(journal, f"{row}.*Name another file")


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
