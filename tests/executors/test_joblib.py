"""Any backend of joblib can be used, alone or inside of another."""

import threading
from concurrent.futures import ThreadPoolExecutor

import joblib
import pytest
from joblib.parallel import LokyBackend, ParallelBackendBase
from sklearn.ensemble import RandomForestRegressor

from skhp.executors import JoblibExecutor, SequentialExecutor, Task, executor_for
from skhp.executors._joblib import patience
from skhp.testing import Errand, run_tasks


class OldBackend(ParallelBackendBase):
    """A backend as clusters register them: no shared memory, results fetched from the job."""

    supports_retrieve_callback = False

    def effective_n_jobs(self, n_jobs):
        return n_jobs if n_jobs > 0 else 2

    def configure(self, n_jobs=1, parallel=None, **kwargs):
        self.parallel = parallel
        self.pool = ThreadPoolExecutor(self.effective_n_jobs(n_jobs))
        return self.effective_n_jobs(n_jobs)

    def apply_async(self, func, callback=None):
        job = self.pool.submit(func)
        job.get = job.result
        job.add_done_callback(callback)
        return job

    def retrieve_result(self, out, timeout=None):
        return out.result()

    def terminate(self):
        self.pool.shutdown(cancel_futures=True)


@pytest.fixture
def old_backend():
    joblib.register_parallel_backend("old", OldBackend)
    yield "old"
    del joblib.parallel.BACKENDS["old"]


def squares(executor, n=8):
    outcomes = run_tasks(executor, [Task(i, ("square", i)) for i in range(n)])
    return sorted(outcome.value for outcome in outcomes)


def test_a_registered_backend_is_driven_through_its_protocol(old_backend):
    with joblib.parallel_config(old_backend), executor_for(2) as executor:
        assert type(executor) is JoblibExecutor
        executor.put(Errand())
        assert squares(executor) == [i**2 for i in range(8)]


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_a_forest_fitted_meanwhile_does_no_harm(backend):
    """Everything under one `parallel_config` shares its backend, and ends it after use."""
    with joblib.parallel_config(backend, n_jobs=2), executor_for() as executor:
        executor.put(Errand())
        executor.submit(Task("before", ("nap", 0.05)))
        RandomForestRegressor(4).fit([[0.0], [1.0]], [0.0, 1.0])
        (outcome,) = executor.wait()
        assert outcome.status == "ok"
        assert squares(executor) == [i**2 for i in range(8)]


def test_ending_what_was_only_just_sent_is_silent(monkeypatch):
    failures = []
    monkeypatch.setattr(threading, "excepthook", failures.append)
    with joblib.parallel_config("loky"), JoblibExecutor(2) as executor:
        executor.put(Errand())
        assert squares(executor, n=1) == [0]
        for n in range(2):
            executor.submit(Task(n, ("square", n)))
        executor.abort()
    assert failures == []


def test_the_next_search_finds_the_same_workers():
    pids = []
    for _ in range(2):
        with executor_for(2) as executor:
            executor.put(Errand())
            outcomes = run_tasks(executor, [Task(i, ("process",)) for i in range(8)])
            pids.append({outcome.value for outcome in outcomes})
    assert pids[0] & pids[1]
    assert len(pids[0] | pids[1]) <= 2


def test_workers_are_left_to_the_next_search_where_their_tasks_are_short(monkeypatch):
    ended = []
    monkeypatch.setattr("skhp.executors._joblib.patience", lambda seconds: 300.0)
    monkeypatch.setattr(LokyBackend, "abort_everything", lambda self, **_: ended.append(self))
    with joblib.parallel_config("loky"), JoblibExecutor(2) as executor:
        executor.put(Errand())
        for n in range(4):
            executor.submit(Task(n, ("nap", 0.1)))
    assert ended == []


def test_only_short_tasks_are_waited_for():
    assert patience([]) == patience([0.1, 2.0]) == 0.0
    assert patience([0.1, 0.3]) == 0.3


@pytest.mark.parametrize("backend", ["threading", "loky"])
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_a_search_runs_inside_of_a_worker(backend, n_jobs):
    with joblib.parallel_config(backend), executor_for(2) as executor:
        executor.put(Errand())
        outcomes = run_tasks(executor, [Task(i, ("share", n_jobs)) for i in range(2)])
    assert [outcome.value for outcome in outcomes] == [[0, 1, 4, 9]] * 2


def test_joblib_alone_does_not_pretend_to_be_parallel():
    with pytest.raises(ValueError, match="SequentialExecutor"):
        JoblibExecutor(1)


@pytest.mark.parametrize("make", [SequentialExecutor, lambda: JoblibExecutor(2)])
def test_nothing_runs_before_there_is_a_callable(make):
    with make() as executor, pytest.raises(RuntimeError, match="call put"):
        executor.submit(Task(0))
