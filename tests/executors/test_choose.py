"""n_jobs and joblib's configuration mean what they mean to joblib."""

import joblib
import pytest

from skhp.exceptions import SettingError, WorkerWarning
from skhp.executors import (
    JoblibExecutor,
    LokyExecutor,
    ProcessExecutor,
    SequentialExecutor,
    executor_for,
)


@pytest.mark.parametrize(
    ("backend", "n_jobs", "kind"),
    [
        ("loky", 1, SequentialExecutor),
        ("loky", None, SequentialExecutor),
        ("loky", 2, LokyExecutor),
        ("threading", 2, JoblibExecutor),
        ("threading", 1, SequentialExecutor),
        ("multiprocessing", 2, ProcessExecutor),
        ("multiprocessing", 1, SequentialExecutor),
        ("sequential", 2, SequentialExecutor),
    ],
)
def test_the_backend_and_n_jobs_choose(backend, n_jobs, kind):
    with joblib.parallel_config(backend), executor_for(n_jobs) as executor:
        assert type(executor) is kind


@pytest.mark.parametrize("n_jobs", [-1, -2, 1, 2, joblib.cpu_count() + 3])
def test_there_are_as_many_slots_as_joblib_would_use(n_jobs):
    with executor_for(n_jobs) as executor:
        assert executor.n_slots == joblib.effective_n_jobs(n_jobs)


def test_without_n_jobs_the_configuration_decides():
    with joblib.parallel_config("threading", n_jobs=3), executor_for() as executor:
        assert executor.n_slots == 3


def test_zero_jobs_have_no_meaning():
    with pytest.raises(ValueError, match="n_jobs == 0"):
        executor_for(0)


def test_shared_memory_asks_for_threads():
    with joblib.parallel_config(require="sharedmem"), executor_for(2) as executor:
        assert type(executor) is JoblibExecutor


@pytest.mark.parametrize("limit", [{"fit_timeout": 9.0}, {"fit_memory": 10**9}])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_limits_ask_for_processes_that_can_be_killed(limit, n_jobs):
    with executor_for(n_jobs, **limit) as executor:
        assert type(executor) is ProcessExecutor
        assert executor.n_slots == n_jobs


def test_limits_that_cannot_be_kept_are_warned_of():
    with joblib.parallel_config("threading"), pytest.warns(WorkerWarning, match="no effect"):
        executor_for(2, fit_timeout=1.0).close()


@pytest.mark.parametrize("limit", [{"fit_timeout": 0}, {"fit_memory": -1}])
def test_limits_are_positive(limit):
    with pytest.raises(SettingError, match="must be positive"):
        executor_for(1, **limit)


@pytest.mark.parametrize(
    ("pre_dispatch", "n_slots"),
    [("all", 4), ("2*n_jobs", 4), ("n_jobs", 4), (3, 3), ("n_jobs // 2", 2), ("1.5*n_jobs-3", 3)],
)
def test_pre_dispatch_bounds_what_is_under_way(pre_dispatch, n_slots):
    config = joblib.parallel_config("threading")
    with config, executor_for(4, pre_dispatch=pre_dispatch) as executor:
        assert executor.n_slots == n_slots


@pytest.mark.parametrize("pre_dispatch", [0, "0*n_jobs", "n_jobs/0", "none", "2**n_jobs", "", "("])
def test_a_pre_dispatch_without_meaning_is_refused(pre_dispatch):
    with pytest.raises(SettingError, match="pre_dispatch"):
        executor_for(2, pre_dispatch=pre_dispatch)
