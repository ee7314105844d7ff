"""Searches keep to their time, their cores and their folders, and leave nothing behind."""

import multiprocessing
import os
import signal
import tempfile
import time
from pathlib import Path

import joblib
import numpy as np
import pytest
import threadpoolctl
from sklearn.base import BaseEstimator, ClassifierMixin

from skhp import GridSearchCV, RandomizedSearchCV, _system
from tests.processes import PATIENCE, running, said_by, until

X = np.random.default_rng(0).normal(size=(40, 3))
Y = np.arange(40) % 2


class Steady(ClassifierMixin, BaseEstimator):
    """Scores its parameter; what a fit does is left to subclasses."""

    def __init__(self, a=0.5):
        self.a = a

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self._work()
        return self

    def _work(self):
        return None

    def predict(self, X):
        return np.zeros(len(X), dtype=int)

    def score(self, X, y):
        return self.a


class Straggler(Steady):
    """Takes for ever with one value of its parameter."""

    def _work(self):
        time.sleep(600.0 if self.a == 0.9 else 0.05)


class CountsThreads(Steady):
    """Scores how many threads it may use: of joblib's, of OpenMP's and of BLAS's."""

    def _work(self):
        self.n_threads_ = [
            joblib.effective_n_jobs(-1),
            *(info["num_threads"] for info in threadpoolctl.threadpool_info()),
        ]

    def score(self, X, y):
        return float(max(self.n_threads_))


class LosesTheData(Steady):
    """Removes the file that holds the data of the search, and may end its worker."""

    def __init__(self, a=0.5, folder="", dies=False):
        super().__init__(a)
        self.folder = folder
        self.dies = dies

    def _work(self):
        if self.a != 0.1:
            return
        for path in Path(self.folder).glob("skhp-*"):
            path.unlink(missing_ok=True)  # the other fold may be quicker
        if self.dies:
            os._exit(1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("n_jobs", "backend"),
    [
        (1, "loky"),
        pytest.param(2, "loky", marks=pytest.mark.exhaustive),
        pytest.param(2, "multiprocessing", marks=pytest.mark.exhaustive),
    ],
)
def test_stragglers_are_not_waited_for(n_jobs, backend):
    with joblib.parallel_config(backend):
        GridSearchCV(Steady(), {"a": [0.1] * 8}, cv=2, n_jobs=n_jobs).fit(X, Y)  # starts workers
        search = GridSearchCV(
            Straggler(), {"a": [0.1, 0.2, 0.9, 0.3]}, cv=2, n_jobs=n_jobs, max_time=20.0
        ).fit(X, Y)
    assert search.history_.elapsed < 600.0
    assert search.stop_reason_ == "max_time reached"
    assert search.best_params_["a"] in (0.2, 0.3)
    assert len(search.history_.complete) >= 2


def descendants():
    """Return the processes below this one that are skhp's own workers at work, and zombies."""
    psutil = pytest.importorskip("psutil")
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            parent = process.parent()
            is_forked = parent is not None and "skhp-fork-server" in " ".join(parent.cmdline())
            if is_forked or process.status() == psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.NoSuchProcess:
            continue  # it, or its parent, has just ended
    return found


def files():
    folders = {"/dev/shm", tempfile.gettempdir()}
    names = [name for folder in folders if Path(folder).is_dir() for name in os.listdir(folder)]
    return {name for name in names if f"skhp-{os.getpid()}-" in name}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("end", ["in the end", "at an error", "at an interrupt"])
def test_no_process_and_no_file_is_left_behind(end):
    class Observer:
        def on_trial_end(self, history, trial):
            if end == "at an interrupt":
                raise KeyboardInterrupt
            return end == "at an error"

    error_score = "raise" if end == "at an error" else np.nan
    with joblib.parallel_config("multiprocessing"):
        search = RandomizedSearchCV(
            Steady(), {"a": [0.1, 0.2, 0.3]}, n_iter=3, cv=2, n_jobs=2, error_score=error_score
        )
        search.set_params(observers=[Observer()])
        search.fit(X, Y)
    until(lambda: not descendants(), "its processes are gone")
    assert files() == set()
    names = {process.name for process in multiprocessing.active_children()}
    assert not {name for name in names if name.startswith("skhp-worker")}


@pytest.mark.parametrize("backend", ["threading", "multiprocessing"])
@pytest.mark.parametrize("n_jobs", [2, 3])
def test_workers_share_the_cores_and_the_refit_has_them_all(backend, n_jobs, monkeypatch):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    with joblib.parallel_config(backend):
        search = GridSearchCV(CountsThreads(), {"a": [0.1, 0.2]}, cv=2, n_jobs=n_jobs)
        search.fit(X, Y)
    assert search.cv_results_["mean_test_score"].max() <= max(1, joblib.cpu_count() // n_jobs)
    refitted = search.best_estimator_.n_threads_
    assert max(refitted[1:], default=1) == max(
        (info["num_threads"] for info in threadpoolctl.threadpool_info()), default=1
    )


def test_without_a_folder_for_the_data_the_error_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(tmp_path / "a"))
    monkeypatch.setattr(_system, "IS_PORTABLE", True)  # no shared memory
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "c"))
    with (
        joblib.parallel_config("multiprocessing"),
        pytest.raises(FileNotFoundError) as caught,
    ):
        GridSearchCV(Steady(), {"a": [0.1, 0.2]}, cv=2, n_jobs=2).fit(X, Y)
    assert "JOBLIB_TEMP_FOLDER" in "".join(caught.value.__notes__)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("backend", ["multiprocessing", "loky"])
@pytest.mark.parametrize("dies", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_data_whose_file_is_removed_under_a_search_are_shipped_again(
    backend, dies, monkeypatch, tmp_path
):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(tmp_path))
    grid = {"a": [0.2, 0.1, 0.3, 0.4]}
    with joblib.parallel_config(backend):
        estimator = LosesTheData(folder=str(tmp_path), dies=dies)
        search = GridSearchCV(estimator, grid, cv=2, n_jobs=2).fit(X, Y)
    scores = search.cv_results_["mean_test_score"]
    errors = [fold.error for trial in search.history_ for fold in trial.folds]
    assert list(scores[[0, 2, 3]]) == [0.2, 0.3, 0.4], errors
    assert np.isnan(scores[1]) if dies else scores[1] == 0.1


FULL_DISK = """
import resource, sys
import numpy as np
from skhp import GridSearchCV
from tests.search.test_parallel import Steady

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    X = np.ones((10_000, 100))
    search = GridSearchCV(Steady(), {"a": [0.1, 0.2]}, cv=2, n_jobs=2)
    search.fit(X, np.arange(10_000) % 2)
"""


@pytest.mark.slow
def test_a_full_disk_is_an_error_that_says_so(tmp_path):
    with running(FULL_DISK, tmp_path) as process:
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "OSError" in errors
    assert "Make room" in errors


SWALLOWS = """
import os, sys, time, warnings
import numpy as np
from skhp import GridSearchCV
from tests.search.test_parallel import Steady, X, Y

class Swallows(Steady):
    def _work(self):
        if self.a == 0.3 and not os.path.exists(sys.argv[1]):
            try:
                open(sys.argv[1], "w").close()
                time.sleep(600.0)
            except KeyboardInterrupt:
                pass

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    search = GridSearchCV(Swallows(), {"a": [0.1, 0.2, 0.3, 0.4]}, cv=2).fit(X, Y)
    results = search.cv_results_
    print(search.stop_reason_, *results["param_a"], len(results["rank_test_score"]))
    print(search.best_estimator_.a, search.predict(X).shape)
"""


def test_ctrl_c_ends_the_search_also_if_the_fit_swallows_it(tmp_path):
    begun = tmp_path / "begun"
    with running(SWALLOWS, tmp_path, begun) as process:
        until(begun.exists, "the fit has begun", process)
        process.send_signal(signal.SIGINT)
        assert said_by(process).split() == ["interrupted", "0.1", "0.2", "2", "0.2", "(40,)"]
