"""Halving that is interrupted or killed: the best so far is there, and nothing else is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")

ROOT = Path(__file__).parents[2]
N_FOLDS = 2

SCRIPT = """
import json, sys, warnings
import joblib
from skhp import HalvingSearchCV
from tests.search.learners import Stepwise, X, y

if __name__ == "__main__":
    n_jobs, backend, log = sys.argv[1:]
    search = HalvingSearchCV(
        Stepwise(log=log, seconds=0.15), {"a": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]},
        cv=2, n_candidates=9, resource="max_iter", max_resources=9, initial_params=[],
        random_state=0, n_jobs=int(n_jobs), scoring=["accuracy", "recall"], refit="accuracy",
    )
    with joblib.parallel_config(backend), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.fit(X, y)
    results = search.cv_results_
    n_rows = len(results["params"])
    print(json.dumps({
        "reason": search.stop_reason_,
        "best": search.best_params_,
        "index": int(search.best_index_),
        "refitted": [search.best_estimator_.a, search.best_estimator_.steps_],
        "lengths": sorted({len(column) for column in results.values()}),
        "iter": results["iter"].tolist(),
        "completed": [int(n) for n in results.get("n_splits_completed", [2] * n_rows)],
        "rank": results["rank_test_accuracy"].tolist(),
        "warned": [one.category.__name__ for one in caught],
    }))
"""


@contextmanager
def under_way(
    tmp_path: Path, *, n_jobs: int, backend: str, n_fits: int
) -> Iterator[subprocess.Popen[str]]:
    """Run a search in a process of its own until so many fits have begun."""
    log, script, models = tmp_path / "log", tmp_path / "script.py", tmp_path / "models"
    script.write_text(SCRIPT)
    with subprocess.Popen(
        [sys.executable, str(script), str(n_jobs), backend, str(log)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "JOBLIB_TEMP_FOLDER": str(models)},
    ) as process:
        try:
            while process.poll() is None and fits_in(log) < n_fits:
                time.sleep(0.005)
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert kept_in(models)
            yield process
        finally:
            process.kill()


def fits_in(log: Path) -> int:
    return log.read_text().count("fit;") if log.exists() else 0


def kept_in(models: Path) -> list[Path]:
    return list(models.glob("skhp-models-*/*.pickle"))


def running_in(session: int) -> list[str]:
    """Return the processes of a session, without those that have ended."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().rpartition(")")
        except OSError:
            continue
        state, _, _, of_session = rest.split()[:4]
        if int(of_session) == session and state != "Z":
            found.append(name)
    return found


def assert_nothing_is_left(process: subprocess.Popen[str], models: Path) -> None:
    """Wait until no process of the session and no file of the search is there."""
    deadline = time.monotonic() + 90
    while True:
        left = [*running_in(process.pid), *models.glob("skhp*")]
        if not left:
            return
        assert time.monotonic() < deadline, f"left: {left}"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("n_jobs", "backend", "n_fits", "n_rungs"),
    [
        (1, "loky", 20, 1),
        pytest.param(1, "loky", 7, 1, marks=pytest.mark.slow),
        pytest.param(1, "loky", 25, 2, marks=pytest.mark.slow),
        pytest.param(2, "loky", 21, 1, marks=pytest.mark.slow),
        pytest.param(2, "multiprocessing", 21, 1, marks=pytest.mark.slow),
        pytest.param(2, "threading", 21, 1, marks=pytest.mark.slow),
    ],
)
def test_ctrl_c_in_a_rung_keeps_what_is_finished(
    tmp_path: Path, n_jobs: int, backend: str, n_fits: int, n_rungs: int
):
    with under_way(tmp_path, n_jobs=n_jobs, backend=backend, n_fits=n_fits) as process:
        os.killpg(process.pid, signal.SIGINT)
        out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert said["reason"] == "interrupted"
    assert said["warned"].count("SearchInterruptedWarning") == 1
    [n_rows] = said["lengths"]
    whole = [row for row in range(n_rows) if said["completed"][row] == N_FOLDS]
    assert n_fits - 4 <= sum(said["completed"]) < n_fits + 4
    assert max(said["iter"][row] for row in whole) >= n_rungs - 1
    assert said["iter"][said["index"]] == max(said["iter"][row] for row in whole)
    assert said["rank"][said["index"]] == 1
    assert said["best"]["max_iter"] == 9
    assert said["refitted"] == [said["best"]["a"], 9]
    assert_nothing_is_left(process, tmp_path / "models")


@pytest.mark.parametrize(
    ("n_jobs", "backend"),
    [
        (1, "loky"),
        pytest.param(2, "loky", marks=pytest.mark.slow),
        pytest.param(2, "multiprocessing", marks=pytest.mark.slow),
        pytest.param(2, "threading", marks=pytest.mark.slow),
    ],
)
def test_a_search_that_is_killed_leaves_no_models(tmp_path: Path, n_jobs: int, backend: str):
    with under_way(tmp_path, n_jobs=n_jobs, backend=backend, n_fits=20) as process:
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert_nothing_is_left(process, tmp_path / "models")
