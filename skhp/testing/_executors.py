"""The laws that every executor keeps, as checks that run one."""

from __future__ import annotations

import copy
import multiprocessing
import operator
import os
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import sklearn

from .. import _system
from .._warnings import warn
from ..executors import Executor, Outcome, Task, executor_for

__all__ = ["Errand", "check_executor", "run_tasks"]

Make = Callable[[int], Executor]
"""Returns a new executor with about so many slots."""

MARKED = "a marked warning"


class Luggage:
    """Data that counts how often it is packed in this process.

    Attributes
    ----------
    array : ndarray of shape (1000,)
        All ones.
    """

    n_packed = 0

    def __init__(self) -> None:
        self.array = np.ones(1000)

    def __getstate__(self) -> dict[str, Any]:
        Luggage.n_packed += 1
        return self.__dict__


class UnreadableError(Exception):
    """An exception that can be pickled, but not read again, as many are by mistake."""

    def __init__(self, what: str, *, why: str) -> None:
        super().__init__(what)
        self.why = why


class Errand:
    """A constant callable whose tasks do what the name of a deed says.

    Examples
    --------
    >>> from skhp.testing import Errand
    >>> Errand()("square", 3)
    9
    """

    def __init__(self) -> None:
        self.luggage = Luggage()

    def __call__(self, deed: str, value: Any = None) -> Any:
        return getattr(self, f"_{deed}")(value)

    def _square(self, value: int) -> int:
        return value**2

    def _process(self, value: None) -> int:
        return os.getpid()

    def _nap(self, value: float) -> float:
        time.sleep(value)
        return value

    def _hoard(self, value: int) -> None:
        """Hold ever more memory, up to so many bytes, and keep it."""
        blocks = [np.ones(12_500_000) for _ in range(value // 100_000_000)]
        time.sleep(600.0)
        blocks.clear()

    def _share(self, value: int) -> list[int]:
        """Run an executor inside of a task."""
        with executor_for(value) as executor:
            executor.put(Errand())
            outcomes = run_tasks(executor, [Task(i, ("square", i)) for i in range(4)])
        return sorted(outcome.value for outcome in outcomes)

    def _fail(self, value: str) -> None:
        raise ValueError(value)

    def _leave(self, value: int) -> None:
        sys.exit(value)

    def _fail_unreadably(self, value: str) -> None:
        raise UnreadableError(value, why="its constructor asks for more than its args")

    def _return_a_lock(self, value: None) -> Any:
        return threading.Lock()

    def _interrupt(self, value: None) -> None:
        raise KeyboardInterrupt

    def _die(self, value: int) -> None:
        _system.kill_self(value)
        time.sleep(60)

    def _vanish(self, value: int) -> None:
        os._exit(value)

    def _write(self, value: float) -> float:
        self.luggage.array[0] = value
        return float(self.luggage.array[0])

    def _tell_config(self, value: str) -> Any:
        return sklearn.get_config()[value]

    def _warn(self, value: str) -> None:
        warn(value, UserWarning)


def run_tasks(executor: Executor, tasks: Iterable[Task]) -> list[Outcome]:
    """Run tasks as a search does: as many at once as there are slots, collateral ones again.

    Parameters
    ----------
    executor : Executor
        Has its callable already.
    tasks : iterable of Task
        With distinct keys.

    Returns
    -------
    list of Outcome
        In the order in which they came, none of them collateral.

    Raises
    ------
    AssertionError
        If an outcome comes that is not under way, or a task never comes back.
    """
    waiting = list(tasks)[::-1]
    under_way: set[Any] = set()
    outcomes: list[Outcome] = []
    quiet_since = time.monotonic()
    while waiting or under_way:
        while waiting and len(under_way) < executor.n_slots:
            task = waiting.pop()
            under_way.add(task.key)
            executor.submit(task)
        for outcome in executor.wait(0.5):
            quiet_since = time.monotonic()
            assert outcome.task.key in under_way, f"{outcome} came back more often than submitted"
            under_way.remove(outcome.task.key)
            if outcome.status == "collateral":
                executor.recover()
                waiting.append(outcome.task)
            else:
                outcomes.append(outcome)
        assert time.monotonic() - quiet_since < 120, f"nothing was heard of {under_way}"
    return outcomes


def check_executor(make: Make) -> None:
    """Check the laws of executors.

    - Each task comes back exactly once, its value that of a plain call.
    - An exception is an outcome, whatever it is and whether or not it can be pickled.
    - A worker process that dies costs the task that killed it; the others run again.
    - The callable is packed at most once, its arrays can be written, and scikit-learn's
      configuration and the warning filters of the caller hold in the tasks.
    - Another callable takes the place of an earlier one, whose tasks are forgotten; an aborted
      executor has nothing under way and takes another callable.
    - A copy of an executor is the executor itself.
    - A closed executor is closed, also if tasks were running, and leaves nothing behind.

    Parameters
    ----------
    make : callable
        Takes a number of slots, returns a new executor with so many.

    Raises
    ------
    AssertionError
        If a law is broken.

    Examples
    --------
    >>> from skhp.executors import SequentialExecutor
    >>> from skhp.testing import check_executor
    >>> check_executor(lambda n_slots: SequentialExecutor())
    """
    with make(2) as executor:
        has_processes = _check_settings_and_data(executor)
        _check_values(executor)
        _check_exceptions(executor)
        if has_processes:
            _check_unpicklable_outcomes(executor)
    _check_use_after_use(make)
    if has_processes:
        _check_deaths(make)
    _check_closing(make, has_processes)


def _check_settings_and_data(executor: Executor) -> bool:
    """Put the callable under settings of our own; return whether the workers are processes."""
    before = Luggage.n_packed
    with sklearn.config_context(assume_finite=True), warnings.catch_warnings():
        warnings.filterwarnings("error", message=MARKED)
        executor.put(Errand())
        assert executor.n_slots >= 1
        tasks = [
            Task("config", ("tell_config", "assume_finite")),
            Task("warn", ("warn", MARKED)),
            Task("process", ("process",)),
            *(Task(i, ("write", float(i))) for i in range(6)),
        ]
        outcomes = {outcome.task.key: outcome for outcome in run_tasks(executor, tasks)}
    assert outcomes["config"].value is True, "scikit-learn's configuration did not arrive"
    assert outcomes["warn"].status == "raised", "the warning filters did not arrive"
    assert isinstance(outcomes["warn"].value, UserWarning), outcomes["warn"]
    for i in range(6):
        assert (outcomes[i].status, outcomes[i].value) == ("ok", i), "arrays cannot be written"
    assert Luggage.n_packed - before <= 1, "the callable was pickled more than once"
    return bool(outcomes["process"].value != os.getpid())


def _check_values(executor: Executor) -> None:
    assert executor.wait(None) == [], "with nothing under way, there is nothing to wait for"
    tasks = [Task(i, ("square", i)) for i in range(20)]
    outcomes = run_tasks(executor, tasks)
    assert sorted((outcome.task.key, outcome.value) for outcome in outcomes) == [
        (i, i**2) for i in range(20)
    ]
    assert all(any(outcome.task is task for task in tasks) for outcome in outcomes)
    assert {outcome.status for outcome in outcomes} == {"ok"}
    for task in tasks:  # all at once: more than there are slots
        executor.submit(task)
    keys: list[Any] = []
    while len(keys) < len(tasks):
        keys.extend(outcome.task.key for outcome in executor.wait(60))
    assert sorted(keys) == list(range(20))


def _check_exceptions(executor: Executor) -> None:
    tasks = [
        Task(0, ("fail", "as it should")),
        Task(1, ("leave", 3)),
        Task(2, ("no_such_deed",)),
        Task(3, ("interrupt",)),
        Task(4, ("square", 5)),
    ]
    outcomes = {outcome.task.key: outcome for outcome in run_tasks(executor, tasks)}
    assert [outcomes[i].status for i in range(5)] == [*["raised"] * 3, "interrupted", "ok"]
    kinds = [type(outcomes[i].value) for i in range(3)]
    assert kinds == [ValueError, SystemExit, AttributeError], kinds
    assert outcomes[0].value.args == ("as it should",)


def _check_unpicklable_outcomes(executor: Executor) -> None:
    tasks = [
        Task(0, ("fail_unreadably", "as it should")),
        Task(1, ("return_a_lock",)),
        Task(2, ("square", threading.Lock())),
        Task(3, ("square", 5)),
    ]
    outcomes = {outcome.task.key: outcome for outcome in run_tasks(executor, tasks)}
    assert [outcomes[i].status for i in range(4)] == [*["raised"] * 3, "ok"], outcomes
    # Where tblib is at work, as with dask, even such an exception travels.
    assert isinstance(outcomes[0].value, (RuntimeError, UnreadableError))
    assert "as it should" in str(outcomes[0].value)


def _check_use_after_use(make: Make) -> None:
    with make(2) as executor:
        assert copy.deepcopy(executor) is executor, "a copy is not the executor itself"
        assert copy.copy(executor) is executor, "a copy is not the executor itself"
        executor.abort()
        _begin_naps(executor)
        _check_negation(executor)
        _begin_naps(executor)
        executor.abort()
        assert executor.wait(0.5) == [], "a task that was aborted came back"
        _check_negation(executor)


def _begin_naps(executor: Executor) -> None:
    """Have one task ended, some under way and some waiting."""
    executor.put(Errand())
    for i in range(5):
        executor.submit(Task(i, ("nap", 0.2 * i)))
    executor.wait(0.1)


def _check_negation(executor: Executor) -> None:
    """Put another callable, and see that all answers are its own."""
    executor.put(operator.neg)
    outcomes = run_tasks(executor, [Task(i, (i,)) for i in range(6)])
    answers = sorted((outcome.task.key, outcome.value) for outcome in outcomes)
    assert answers == [(i, -i) for i in range(6)], f"an earlier callable answered: {answers}"


def _check_deaths(make: Make) -> None:
    deeds: dict[int, tuple[Any, ...]] = {i: ("nap", 0.02) for i in range(12)}
    deeds[3], deeds[4] = (("die", number) for number in _system.DEADLY_SIGNALS)
    deeds[9] = ("vanish", 0)
    with make(2) as executor:
        executor.put(Errand())
        outcomes = run_tasks(executor, [Task(i, args) for i, args in deeds.items()])
    assert len(outcomes) == 12
    assert {outcome.task.key for outcome in outcomes} == set(range(12))
    lost = {outcome.task.key for outcome in outcomes if outcome.status == "lost"}
    assert lost == {3, 4, 9}, f"the tasks 3, 4 and 9 killed their workers, {lost} were lost"
    assert all(isinstance(o.value, str) for o in outcomes if o.status == "lost")
    assert {o.status for o in outcomes} == {"ok", "lost"}


def _check_closing(make: Make, has_processes: bool) -> None:
    before = {process.pid for process in multiprocessing.active_children()}
    executor = make(2)
    executor.close()
    executor.close()
    with make(2) as executor:
        executor.put(Errand())
        for i in range(4):
            executor.submit(Task(i, ("nap", 2.0)))
        executor.wait(0.2 if has_processes else 0.0)
    executor.close()
    left = {process.pid for process in multiprocessing.active_children()} - before
    assert not left, f"these processes were left behind: {left}"
    _check_files()


def _check_files() -> None:
    folders = (os.environ.get("JOBLIB_TEMP_FOLDER"), _system.memory_folder(), tempfile.gettempdir())
    files = [
        path
        for folder in filter(None, folders)
        for path in Path(folder).glob(f"skhp-{os.getpid()}-*")
    ]
    assert not files, f"these files were left behind: {files}"
