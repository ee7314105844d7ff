"""Halving that is interrupted or killed: the best so far is there, and nothing else is left."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.processes import running, said_by, until
from tests.search.held import Reins

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")

N_FOLDS = 2

SCRIPT = """
import json, sys, warnings
import joblib
from skhp import HalvingSearchCV
from tests.search.held import HeldStepwise, Reins, leave_threads_alone
from tests.search.learners import X, y

if __name__ == "__main__":
    n_jobs, backend, n_fits, folder = sys.argv[1:]
    search = HalvingSearchCV(
        HeldStepwise(folder, int(n_fits)), {"a": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]},
        cv=2, n_candidates=9, resource="max_iter", max_resources=9, initial_params=[],
        random_state=0, n_jobs=int(n_jobs), scoring=["accuracy", "recall"], refit="accuracy",
        observers=[Reins(folder, int(n_fits))],
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
    leave_threads_alone(backend)
"""


@contextmanager
def under_way(
    folder: Path, *, n_jobs: int, backend: str, n_fits: int
) -> Iterator[tuple[subprocess.Popen[str], Reins]]:
    """Run a search in a process of its own until it is held in the n-th fit."""
    reins, models = Reins(folder, n_fits), str(folder / "models")
    with running(
        SCRIPT, folder, n_jobs, backend, n_fits, folder, JOBLIB_TEMP_FOLDER=models
    ) as process:
        reins.wait(process)
        assert kept_in(folder / "models")
        yield process, reins


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
    until(
        lambda: not [*running_in(process.pid), *models.glob("skhp*")],
        "its processes and files are gone",
    )


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
    with under_way(tmp_path, n_jobs=n_jobs, backend=backend, n_fits=n_fits) as (process, reins):
        reins.interrupt(process)
        out = said_by(process)
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert said["reason"] == "interrupted"
    assert said["warned"].count("SearchInterruptedWarning") == 1
    [n_rows] = said["lengths"]
    whole = [row for row in range(n_rows) if said["completed"][row] == N_FOLDS]
    # All before the held ones; these end as well in threads, which cannot be interrupted.
    assert n_fits - 1 <= sum(said["completed"]) < n_fits + n_jobs
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
    with under_way(tmp_path, n_jobs=n_jobs, backend=backend, n_fits=20) as (process, reins):
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        reins.let_go()
    assert_nothing_is_left(process, tmp_path / "models")
