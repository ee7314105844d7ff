"""Journals of processes that are killed, that write at once, and that find the disk full."""

from __future__ import annotations

import ast
import os
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from skhp import BayesSearchCV
from tests.journal.runs import at_once, begun, ended
from tests.processes import PATIENCE, until
from tests.search.estimators import Bowl
from tests.search.searches import X, y

SPACE = {"x": (0.0, 1.0), "kind": ["a", "b"]}


@pytest.fixture(scope="module")
def whole() -> tuple[Any, Any]:
    """What the search finds if nothing happens to it."""
    search = BayesSearchCV(Bowl(), SPACE, cv=3, n_iter=8, random_state=0).fit(X, y)
    results = search.cv_results_
    keys = [key for key in sorted(results) if key.endswith("_score")]
    return results["params"], [results[key].tolist() for key in keys]


def found(said: dict[str, Any]) -> tuple[Any, Any]:
    return said["params"], said["scores"]


def rows(path: Path, query: str) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("n_folds", "n_jobs"),
    [
        (10, 1),
        pytest.param(1, 1, marks=pytest.mark.slow),
        pytest.param(23, 1, marks=pytest.mark.slow),
        pytest.param(10, 2, marks=pytest.mark.slow),
    ],
)
def test_a_search_that_was_killed_goes_on_as_if_nothing_had_happened(
    tmp_path: Path, n_folds: int, n_jobs: int, whole: Any
):
    path = tmp_path / "journal.db"
    with begun(tmp_path, path=path, fault="kill", n_folds=n_folds, n_jobs=n_jobs) as killed:
        killed.wait(timeout=PATIENCE)
    assert killed.returncode == -signal.SIGKILL
    assert n_folds - 1 <= rows(path, "SELECT count(*) FROM folds")[0][0] < 24
    resumed = ended(tmp_path, path=path, n_jobs=n_jobs)
    assert found(resumed) == whole
    assert resumed["warned"] == []
    assert rows(path, "SELECT number, count(*) FROM folds GROUP BY number") == [
        (number, 3) for number in range(8)
    ]


@pytest.mark.slow
def test_whenever_it_is_killed(tmp_path: Path, whole: Any):
    path = tmp_path / "journal.db"
    for delay in (0.05, 0.2, 0.35, 0.6):
        with begun(tmp_path, path=path, seconds=0.1) as process:
            until(path.exists, "the journal is there", process)
            time.sleep(delay)  # wherever in the search that is
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=PATIENCE)
    assert found(ended(tmp_path, path=path)) == whole


def test_two_runs_of_a_seeded_search_write_it_once(tmp_path: Path, whole: Any):
    path = tmp_path / "journal.db"
    for said in at_once(tmp_path, [{"path": path, "seconds": 0.05}] * 2):
        assert found(said) == whole
        assert said["warned"] == []
    assert rows(path, "SELECT count(*) FROM searches") == [(1,)]
    assert rows(path, "SELECT status, count(*) FROM trials GROUP BY status") == [("complete", 8)]
    assert rows(path, "SELECT count(*) FROM folds") == [(24,)]


@pytest.mark.slow
def test_of_two_runs_without_a_seed_the_file_holds_one(tmp_path: Path):
    path = tmp_path / "journal.db"
    said = at_once(tmp_path, [{"path": path, "seconds": 0.05, "seed": None}] * 2)
    held = [
        ast.literal_eval(params)
        for (params,) in rows(path, "SELECT params FROM trials ORDER BY number")
    ]
    assert rows(path, "SELECT count(*) FROM folds") == [(24,)]
    assert held in [one["params"] for one in said]
    for one in said:
        if one["params"] != held:
            assert "is being written by another run of the same search" in " ".join(one["warned"])


@pytest.mark.slow
def test_different_searches_write_one_file_at_once(tmp_path: Path, whole: Any):
    path = tmp_path / "journal.db"
    three = [{"path": path, "seconds": 0.02, "shift": shift} for shift in (0.0, 1.0, 2.0)]
    said = at_once(tmp_path, three)
    assert found(said[0]) == whole
    for asked, one in zip(three, said, strict=True):
        again = ended(tmp_path, **asked)
        assert again["times"] == one["times"]  # read, not fitted
        assert found(again) == found(one)


@pytest.mark.slow
def test_a_full_disk_costs_the_journal_and_not_the_search(tmp_path: Path, whole: Any):
    path, n_folds = tmp_path / "journal.db", 4
    said = ended(tmp_path, path=path, fault="full disk", n_folds=n_folds)
    assert found(said) == whole
    [text] = said["warned"]
    assert text.startswith("JournalWarning") and "goes on in memory" in text
    assert rows(path, "SELECT count(*) FROM folds")[0][0] >= n_folds - 1
    assert found(ended(tmp_path, path=path)) == whole
    assert rows(path, "SELECT count(*) FROM folds") == [(24,)]
