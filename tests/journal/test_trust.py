"""A journal from a stranger can spoil its own results, and do nothing else."""

from __future__ import annotations

import ast
import pickle
import shutil
import sqlite3
import warnings
from pathlib import Path
from typing import Any

import pytest

import skhp.journal
from skhp.exceptions import JournalError
from skhp.journal._tables import FOLD_SUM, SEARCH_SUM, TRIAL_SUM, checksum
from tests.search.searches import X, bayes, grid, logistic, randomized, y

SPACE = {"C": [0.1, 1.0, 10.0], "fit_intercept": [True, False]}
SEARCHES = {"bayes": bayes, "grid": grid, "randomized": randomized}


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return (Path.touch, (self.mark,))


def hostile_texts(mark: Path) -> dict[str, Any]:
    call = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    return {
        "pickle": pickle.dumps(Bomb(mark)),
        "pickle as text": pickle.dumps(Bomb(mark), protocol=0).decode("latin-1"),
        "call": call,
        "call in params": "{'C': " + call + ", 'fit_intercept': True}",
        "call in JSON": '{"score": "' + call.replace('"', "'") + '"}',
        "reduce": '{"score": {"__reduce__": ["os.system", ["touch x"]]}, "py/object": "os.system"}',
        "power": "{'C': 9**9**9**9}",
        "giant number": "9" * 100_000,
        "giant number in params": "{'C': " + "9" * 4_000 + "}",
        "giant number in JSON": '{"score": ' + "9" * 4_000 + "}",
        "giant exponent": '{"score": 1e999999999}',
        "giant point": "[1e999999999, -1e999999999]",
        "no number": "[NaN, NaN]",
        "deep": "[" * 100_000,
        "deep params": "{'C': " + "(" * 5_000 + ")" * 5_000 + "}",
        "SQL": "'); DROP TABLE folds; DELETE FROM trials; --",
        "escape": "\x1b[2J\x00\x07",
        "infinite": float("inf"),
        "integer": 2**62,
    }


TARGETS = [
    ("trials", "params"),
    ("trials", "point"),
    ("trials", "fingerprint"),
    ("trials", "note"),
    ("trials", "status"),
    ("folds", "test_scores"),
    ("folds", "train_scores"),
    ("folds", "fit_time"),
    ("folds", "n_test_samples"),
    ("folds", "error"),
    ("folds", "status"),
    ("searches", "title"),
    ("searches", "parts"),
    ("searches", "seed"),
    ("searches", "n_points"),
    ("runs", "host"),
    ("runs", "began"),
]


def forge(path: Path, table: str, column: str, value: Any) -> None:
    """Write to every row of a column, with checksums that are right."""
    connection = sqlite3.connect(path)
    connection.create_function("checksum", -1, checksum)
    with connection:
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
        for summed, sum_ in (("searches", SEARCH_SUM), ("trials", TRIAL_SUM), ("folds", FOLD_SUM)):
            connection.execute(f"UPDATE {summed} SET checksum = {sum_}")
    connection.close()


@pytest.fixture(
    scope="module",
    params=[
        "bayes",
        pytest.param("grid", marks=pytest.mark.slow),
        pytest.param("randomized", marks=pytest.mark.slow),
    ],
)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("written") / "journal.db"
    make = SEARCHES[request.param]
    make(logistic(), SPACE, n_iter=3, cv=2, journal=path).fit(X, y)
    return make, path


@pytest.mark.parametrize(("table", "column"), TARGETS)
def test_a_hostile_journal_runs_no_code(tmp_path: Path, table: str, column: str, written: Any):
    make, clean = written
    mark, path = tmp_path / "mark", tmp_path / "journal.db"
    for value in hostile_texts(mark).values():
        shutil.copy(clean, path)
        forge(path, table, column, value)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                make(logistic(), SPACE, n_iter=3, cv=2, journal=path, refit=False).fit(X, y)
            except ValueError as error:
                is_refused = isinstance(error, JournalError) and len(str(error)) < 2_000
                assert is_refused or "fits failed" in str(error)
        assert not mark.exists()
        with sqlite3.connect(path) as connection:
            assert connection.execute("SELECT count(*) FROM folds").fetchone()[0] > 0
        connection.close()


@pytest.mark.parametrize("column", ["title", "parts", "fingerprint"])
def test_nor_does_one_of_another_search(tmp_path: Path, column: str, written: Any):
    make, clean = written
    mark, path = tmp_path / "mark", tmp_path / "journal.db"
    for value in hostile_texts(mark).values():
        shutil.copy(clean, path)
        forge(path, "searches", column, value)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                make(logistic(), SPACE, n_iter=2, cv=3, journal=path, refit=False).fit(X, y)
            except JournalError as error:
                assert len(str(error)) < 2_000
        assert not mark.exists()


def test_the_bomb_would_go_off(tmp_path: Path):
    pickle.loads(pickle.dumps(Bomb(tmp_path / "mark")))
    assert (tmp_path / "mark").exists()


def test_the_journal_names_nothing_that_runs_what_it_reads():
    folder = Path(skhp.journal.__file__).parent
    words = {
        node.id if isinstance(node, ast.Name) else node.attr
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Name, ast.Attribute))
    }
    assert not words & {"pickle", "loads_by_value", "marshal", "shelve", "eval", "exec"}
    assert not words & {"load", "import_module", "__import__", "exec_module", "system"}
