"""The settings of the calling thread hold in a task, and nowhere else."""

import re
import threading
import warnings

import joblib
import pytest
import sklearn
import threadpoolctl
from hypothesis import given
from hypothesis import strategies as st

from skhp.executors import Task, executor_for
from skhp.executors._settings import CallerSettings, Cores

FILTERS = [
    lambda: warnings.simplefilter("ignore"),
    lambda: warnings.simplefilter("error", DeprecationWarning, lineno=7),
    lambda: warnings.filterwarnings("once", message="some.*thing", category=UserWarning),
    lambda: warnings.filterwarnings("always", module=r"skhp\..*"),
]


def as_compared(entries):
    """Patterns compare by their text: a pattern of nothing is no pattern."""
    return [
        tuple(
            (part.pattern or None) if isinstance(part, re.Pattern) else (part or None)
            for part in entry
        )
        for entry in entries
    ]


@pytest.mark.parametrize("set_filter", FILTERS)
def test_the_filters_that_were_taken_are_those_that_hold(set_filter):
    with warnings.catch_warnings():
        set_filter()
        here = CallerSettings.here()
    before = list(warnings.filters)
    with here.of_process():
        assert as_compared(warnings.filters) == as_compared(here.filters)
    assert warnings.filters == before


def test_the_configuration_holds_in_any_thread():
    with sklearn.config_context(assume_finite=True):
        here = CallerSettings.here()
    seen = []

    def look():
        with here.of_thread():
            seen.append(sklearn.get_config()["assume_finite"])

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [True]
    assert not sklearn.get_config()["assume_finite"]


def libraries():
    return {info["filepath"]: info["num_threads"] for info in threadpoolctl.threadpool_info()}


def test_threads_share_the_cores_among_them(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    n_workers = joblib.cpu_count()
    before = libraries()
    with joblib.parallel_config("threading"), executor_for(max(2, n_workers)) as executor:
        executor.put(libraries)
        executor.submit(Task(0))
        (outcome,) = executor.wait()
    assert set(outcome.value.values()) <= {1}
    assert libraries() == before


def test_an_aborted_executor_gives_the_threads_back(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    before = libraries()
    with joblib.parallel_config("threading"), executor_for(joblib.cpu_count() + 1) as executor:
        executor.put(libraries)
        executor.submit(Task(0))
        executor.wait()
        executor.abort()
        assert libraries() == before


@pytest.mark.parametrize("backend", ["threading", "loky", "multiprocessing"])
@pytest.mark.parametrize("width", [1, 2])
def test_a_task_beside_idle_workers_has_their_cores_too(backend, width, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    n_workers = joblib.cpu_count() if joblib.cpu_count() > 1 else 2
    before = libraries()
    with joblib.parallel_config(backend), executor_for(n_workers) as executor:
        executor.put(threads_of_a_task)
        for n in (width, 1):  # what one task was given is not left to the next
            executor.submit(Task(n, width=n))
            (outcome,) = executor.wait()
            share = max(1, joblib.cpu_count() * n // n_workers)
            assert outcome.value == (share, {share})
    assert libraries() == before


def threads_of_a_task():
    """Return how many threads joblib and each library would use."""
    return joblib.effective_n_jobs(-1), set(libraries().values())


@given(n_cores=st.integers(1, 300), n_workers=st.integers(1, 300), width=st.integers(1, 300))
def test_tasks_never_have_more_threads_than_cores(n_cores, n_workers, width):
    share = Cores(n_cores, n_workers).share(width)
    n_tasks = n_workers // width
    assert share == 1 or n_tasks * share <= n_cores
    assert share <= max(1, n_cores) or width > n_workers


def test_a_number_of_threads_that_the_user_set_is_kept(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert not Cores.among(8).is_settled
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert Cores.among(8).is_settled


@pytest.mark.parametrize("fit_timeout", [None, 60.0])
def test_a_number_of_threads_that_joblib_was_told_is_kept(fit_timeout):
    with (
        joblib.parallel_config("loky", inner_max_num_threads=1),
        executor_for(2, fit_timeout=fit_timeout) as executor,
    ):
        executor.put(threads_of_a_task)
        executor.submit(Task(0, width=2))
        (outcome,) = executor.wait()
    assert outcome.value[1] == {1}
