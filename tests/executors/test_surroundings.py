"""The settings of the calling thread hold in a task, and nowhere else."""

import re
import threading
import warnings

import joblib
import pytest
import sklearn
import threadpoolctl

from skhp.executors import Task, executor_for
from skhp.executors._surroundings import Surroundings, ThreadLimit

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
        here = Surroundings.here()
    before = list(warnings.filters)
    with here.of_process():
        assert as_compared(warnings.filters) == as_compared(here.filters)
    assert warnings.filters == before


def test_the_configuration_holds_in_any_thread():
    with sklearn.config_context(assume_finite=True):
        here = Surroundings.here()
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


def test_a_number_of_threads_that_the_user_set_is_kept(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert ThreadLimit.for_workers(8).n_threads is None
