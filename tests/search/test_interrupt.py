"""Ctrl-C in the middle of a fit ends the search; the best is refitted and the table is there."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from skhp import ends_on_sigterm
from skhp.exceptions import SearchInterruptedWarning
from tests.processes import running, said_by
from tests.search.estimators import Bowl
from tests.search.held import Reins
from tests.search.searches import Make, X, y

SCRIPT = """
import json, sys, warnings
import joblib, numpy as np
from skhp import ends_on_sigterm
from tests.search.held import Held, Reins, leave_threads_alone
from tests.search.searches import SEARCHES, X, y

if __name__ == "__main__":
    kind, n_jobs, backend, folder = sys.argv[1:]
    space = {"C": [3.0, 1.0, 5.0, 7.0, 2.0, 4.0, 6.0, 8.0]}
    search = SEARCHES[kind](
        Held(folder, 6), space, cv=2, n_iter=8, n_jobs=int(n_jobs), scoring=["accuracy", "recall"],
        refit="accuracy", return_train_score=True, observers=[Reins(folder, 6)],
    )
    with (
        joblib.parallel_config(backend),
        warnings.catch_warnings(record=True) as caught,
        ends_on_sigterm(),
    ):
        warnings.simplefilter("always")
        search.fit(X, y)
    results = search.cv_results_
    n_rows = len(results["params"])
    completed = np.asarray(results.get("n_splits_completed", [2] * n_rows))
    said = {
        "reason": search.stop_reason_,
        "best": search.best_params_,
        "refitted": search.best_estimator_.C,
        "score": search.score(X, y),
        "lengths": sorted({len(column) for column in results.values()}),
        "completed": completed.tolist(),
        "status": list(results.get("status", ["complete"])),
        "finite": bool(np.isfinite(results["mean_train_recall"][completed == 2]).all()),
        "warned": [one.category.__name__ for one in caught],
    }
    print(json.dumps(said))
    leave_threads_alone(backend)
"""


def after_ctrl_c(
    folder: Path,
    script: str,
    *settings: object,
    pauses: tuple[float, ...] = (),
    number: int = signal.SIGINT,
) -> str:
    """Run a search in a process of its own; interrupt it, and its workers, in the sixth fit.

    Ctrl-C comes once more after each of the pauses, in seconds.  Returns what the script printed.
    """
    reins = Reins(folder, first_held=6)
    with running(script, folder, *settings, folder) as process:
        reins.interrupt(process, pauses=pauses, number=number)
        return said_by(process)


@pytest.mark.parametrize(
    ("kind", "n_jobs", "backend"),
    [
        ("grid", 1, "loky"),
        pytest.param("bayes", 1, "loky", marks=pytest.mark.slow),
        pytest.param("bayes", 2, "loky", marks=pytest.mark.slow),
        pytest.param("randomized", 2, "loky", marks=pytest.mark.slow),
        pytest.param("grid", 2, "threading", marks=pytest.mark.slow),
        pytest.param("bayes", 2, "threading", marks=pytest.mark.slow),
        pytest.param("grid", 2, "multiprocessing", marks=pytest.mark.slow),
    ],
)
def test_ctrl_c_in_a_fit_keeps_what_is_finished(
    tmp_path: Path, kind: str, n_jobs: int, backend: str
):
    out = after_ctrl_c(tmp_path, SCRIPT, kind, n_jobs, backend)
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert said["reason"] == "interrupted"
    assert said["refitted"] == said["best"]["C"]
    [n_rows] = said["lengths"]
    assert 2 <= n_rows < 8
    assert sum(said["completed"]) == 5  # a worker that starts late may hold any of the first fits
    assert said["completed"][:2] == [2, 2] or n_jobs > 1
    assert set(said["status"]) <= {"complete", "unfinished"}
    assert said["finite"]
    assert said["warned"].count("SearchInterruptedWarning") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_jobs", "backend"), [(1, "loky"), (2, "loky"), (2, "multiprocessing"), (2, "threading")]
)
def test_sigterm_ends_a_search_as_ctrl_c_does(tmp_path: Path, n_jobs: int, backend: str):
    out = after_ctrl_c(tmp_path, SCRIPT, "bayes", n_jobs, backend, number=signal.SIGTERM)
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert said["reason"] == "interrupted"
    assert said["refitted"] == said["best"]["C"]


class PressesCtrlC:
    """An observer in whose moment the user presses Ctrl-C, or the system asks for the end."""

    def __init__(self, n_folds: int, number: int = signal.SIGINT) -> None:
        self.n_left = n_folds
        self.number = number

    def on_fold_end(self, history: Any, trial: Any, fold: Any) -> None:
        self.n_left -= 1
        if self.n_left == 0:
            signal.raise_signal(self.number)


def test_ctrl_c_between_fits_keeps_what_is_finished(make: Make):
    space = {"x": [0.3, 0.1, 0.9, 0.7]}
    search = make(Bowl(), space, cv=2, n_iter=4, observers=[PressesCtrlC(3)], n_points=1)
    with pytest.warns(SearchInterruptedWarning, match="interrupted"):
        search.fit(X, y)
    assert search.stop_reason_ == "interrupted"
    assert [*search.cv_results_["n_splits_completed"]] == [2, 1]
    assert search.best_index_ == 0
    assert search.best_estimator_.x == search.best_params_["x"]


@pytest.mark.parametrize("is_in_background", [False, True])
def test_sigterm_between_fits_keeps_what_is_finished_on_request(make: Make, is_in_background: bool):
    space = {"x": [0.3, 0.1, 0.9, 0.7]}
    observers = [PressesCtrlC(3, signal.SIGTERM)]
    search = make(Bowl(), space, cv=2, n_iter=4, observers=observers, n_points=1)
    usual = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    if is_in_background:  # of a shell, where Ctrl-C is for others
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with ends_on_sigterm(), pytest.warns(SearchInterruptedWarning, match="interrupted"):
            search.fit(X, y)
    finally:
        signal.signal(signal.SIGINT, usual[0])
    assert signal.getsignal(signal.SIGTERM) is usual[1]
    assert search.stop_reason_ == "interrupted"
    assert [*search.cv_results_["n_splits_completed"]] == [2, 1]
    assert search.best_estimator_.x == search.best_params_["x"]


def test_ctrl_c_before_the_first_result_is_an_interrupt(make: Make):
    class AtOnce:
        def on_search_start(self, history: Any) -> None:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        make(Bowl(), {"x": [0.1, 0.2]}, observers=[AtOnce()]).fit(X, y)


class Impatient:
    """An observer in whose last moment the user presses Ctrl-C."""

    def on_search_end(self, history: Any, reason: str) -> None:
        signal.raise_signal(signal.SIGINT)


def test_ctrl_c_when_the_search_has_just_ended_keeps_everything(make: Make):
    search = make(Bowl(), {"x": [0.3, 0.1]}, cv=2, n_iter=2, observers=[Impatient()]).fit(X, y)
    assert len(search.cv_results_["params"]) == 2
    assert search.best_estimator_.x == search.best_params_["x"]


IMPATIENT = """
import multiprocessing, signal, sys, joblib
from skhp import GridSearchCV
from tests.search.held import Held, Reins, leave_threads_alone
from tests.search.searches import X, y

if __name__ == "__main__":
    backend, folder = sys.argv[1:]
    search = GridSearchCV(
        Held(folder, 6), {"C": [*range(1, 9)]}, cv=2, n_jobs=2, observers=[Reins(folder, 6)]
    )
    try:
        with joblib.parallel_config(backend):
            search.fit(X, y)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        print("in the refit" if hasattr(search, "best_params_") else "lost")
    print(len(search.cv_results_["params"]), *multiprocessing.active_children())
    leave_threads_alone(backend)
"""


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
@pytest.mark.parametrize("pause", [0.0, 0.05, 0.3])
def test_who_presses_ctrl_c_twice_loses_the_refit_at_most(
    tmp_path: Path, backend: str, pause: float
):
    # Whatever the search is doing after the pause: what must hold is the same.
    out = after_ctrl_c(tmp_path, IMPATIENT, backend, pauses=(pause,))
    assert "lost" not in out
    assert int(out.splitlines()[-1].split()[0]) >= 2
