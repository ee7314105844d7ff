"""What waits to be run and what is under way: in which order, how many at once, how wide."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from ._early import Early, Result
from .evaluation import Evaluation, Request
from .executors import Executor, Outcome, Task
from .history import History, Trial
from .submodels import Siblings

__all__ = ["Queue"]

BATCH_SECONDS = 0.1
"""Requests of fits that are shorter than this travel together, up to about this long a task."""


class Queue:
    """Requests for folds on their way through an executor.

    Parameters
    ----------
    history : History
        What is known already; left untouched.
    evaluation : Evaluation
        Makes requests, and results where a worker gave none.
    executor : Executor
        Runs them.
    n_to_open : callable
        Returns how many trials are still to come.
    runs_ahead : bool
        Whether trials are queued though others have no result yet.
    races : bool
        Whether trials may be given up between folds.
    siblings : Siblings, optional
        Tells which trials one fit serves, also of those that are not opened yet.
    """

    def __init__(
        self,
        history: History,
        evaluation: Evaluation,
        executor: Executor,
        *,
        n_to_open: Callable[[], int],
        runs_ahead: bool,
        races: bool,
        siblings: Siblings | None = None,
    ) -> None:
        self._history = history
        self._evaluation = evaluation
        self._executor = executor
        self._n_to_open = n_to_open
        self._runs_ahead = runs_ahead
        self._races = races
        self._early = Early(history, evaluation, siblings)
        self._ready: list[Result] = []
        self._waiting: list[Request] = []
        self._under_way: dict[Hashable, Task] = {}
        self._handed_out: dict[Hashable, float] = {}
        self._n_tasks = 0
        self._seconds: list[float] = []

    def add(self, trial: Trial) -> None:
        """Line up the folds that a trial lacks, but for those that another trial's fit serves."""
        present = {fold.index for fold in trial.folds}
        for index in range(trial.n_splits):
            key = (trial.number, index)
            result = self._early.taken(key)
            if result is not None:
                self._ready.append(result)
            elif index not in present and not self._early.is_coming(key):
                request = self._evaluation.request(trial.number, trial.params, fold=index)
                self._waiting.append(request)

    def drop(self, number: int) -> None:
        """Forget what waits of a trial."""
        self._waiting = [one for one in self._waiting if one.number != number]

    @property
    def n_running(self) -> int:
        """How many fits run now, as far as is known here."""
        return min(len(self._under_way), self._executor.n_slots)

    def is_short(self) -> bool:
        """Return whether more trials are wanted, so that no slot is idle."""
        if self._runs_ahead:
            return len(self._waiting) < self._n_in_flight() * self._batch_size()
        waiting = self._waiting
        if self._races:
            waiting = [one for one in waiting if one.fold == len(self._history[one.number].folds)]
        return len(waiting) < self._executor.n_slots

    def n_trials_at_once(self) -> int:
        """Return how many trials may be added together, where none waits for another."""
        n_requests = self._executor.n_slots * self._batch_size()
        return min(max(1, n_requests // self._history.n_splits), self._n_to_open())

    def submit(self) -> None:
        """Give the executor what it can run now."""
        while self._waiting and len(self._under_way) < self._n_in_flight():
            self._sort()
            self._submit(list(islice(self._joined(), self._batch_size())))

    def _joined(self) -> Iterator[Request]:
        """Take requests from the front, each with all that its fit serves."""
        while self._waiting:
            yield self._early.joined(self._waiting.pop(0), self._waiting)

    def results(self, timeout: float) -> Iterator[Result]:
        """Wait, and yield what came back: a request, its fold, and whether a callback says stop.

        Raises
        ------
        Exception
            What an evaluation raised.
        KeyboardInterrupt
            If it was interrupted.
        """
        if self._ready:
            ready, self._ready = self._ready, []
            yield from ready
        elif self._under_way:
            for outcome in self._executor.wait(timeout):
                task = self._under_way.pop(outcome.task.key)
                yield from self._read(task, outcome)

    def _sort(self) -> None:
        """Order what waits: with racing survivors first, at the end of a search the longest first.

        Otherwise first come, first served, so that trials are complete early.
        """
        is_ending = not self._n_to_open()
        if not self._races and not is_ending:
            return
        ranks = self._rank if self._races else lambda request: 0
        seconds = self._expected_seconds if is_ending else lambda request: 0.0
        self._waiting.sort(key=lambda one: (ranks(one), -seconds(one), one.number, one.fold))

    def _rank(self, request: Request) -> int:
        """Put folds of trials that have survived their earlier folds first.

        The others are only worth a slot that would be idle: a verdict on an earlier fold may make
        them needless.
        """
        n_folds = len(self._history[request.number].folds)
        return -n_folds - 1 if request.fold == n_folds else request.fold

    def _expected_seconds(self, request: Request) -> float:
        """Return what the trial's other folds took on average, else what all did lately."""
        folds = self._history[request.number].folds
        seconds = [fold.fit_time + fold.score_time for fold in folds]
        return sum(seconds) / len(seconds) if seconds else self._recent_seconds()

    def _recent_seconds(self) -> float:
        recent = self._seconds[-50:]
        return sum(recent) / len(recent) if recent else 0.0

    def _n_in_flight(self) -> int:
        slots = self._executor.n_slots
        return 2 * slots if self._runs_ahead and slots > 1 else slots

    def _batch_size(self) -> int:
        slots = self._executor.n_slots
        if slots == 1 or self._races or not self._seconds:
            return 1
        fair = -(-self._n_to_come() // (2 * slots))
        return max(1, min(int(BATCH_SECONDS / max(self._recent_seconds(), 1e-4)), fair))

    def _submit(self, requests: Sequence[Request]) -> None:
        task = Task(self._n_tasks, tuple(requests), width=self._width(len(requests)))
        self._n_tasks += 1
        self._under_way[task.key] = task
        self._handed_out[task.key] = time.time()
        self._executor.submit(task)

    def _width(self, n_requests: int) -> int:
        """Return how many slots' part of the cores one of the last tasks may use."""
        n_under_way = sum(len(task.args) for task in self._under_way.values())
        return max(1, self._executor.n_slots // (self._n_to_come() + n_requests + n_under_way))

    def _n_to_come(self) -> int:
        """Return how many requests are still to be submitted, as far as is known."""
        n_to_open = self._n_to_open() * self._history.n_splits
        return len(self._waiting) + max(0, n_to_open - len(self._early))

    def _read(self, task: Task, outcome: Outcome) -> Iterable[Result]:
        read: Callable[[Task, Any], Iterable[Result]] = getattr(self, f"_read_{outcome.status}")
        return read(task, outcome.value)

    def _read_ok(self, task: Task, value: Any) -> Iterator[Result]:
        outcomes = iter(value)
        for request in task.args:
            results = [(one, *next(outcomes)) for one in request.served]
            self._seconds.append(sum(fold.fit_time + fold.score_time for _, fold, _ in results))
            yield from self._early.asked_for(results)

    def _read_raised(self, task: Task, value: BaseException) -> Iterable[Result]:
        raise value

    def _read_interrupted(self, task: Task, value: Any) -> Iterable[Result]:
        raise KeyboardInterrupt

    def _read_collateral(self, task: Task, value: Any) -> Iterable[Result]:
        self._executor.recover()
        self._submit(task.args)
        return ()

    def _read_lost(self, task: Task, value: Any) -> Iterable[Result]:
        return self._blame(task, value, status="lost")

    def _read_timeout(self, task: Task, value: Any) -> Iterable[Result]:
        return self._blame(task, value, status="timeout")

    def _blame(self, task: Task, message: Any, *, status: str) -> Iterable[Result]:
        """Run requests again one by one to see which of them it was; one alone has failed."""
        served = [one for request in task.args for one in request.served]
        if len(served) == 1:
            (request,) = served
            fold = self._evaluation.failed(request.fold, error=str(message), status=status)
            started, ended = self._handed_out[task.key], time.time()
            if status == "timeout" and not self._runs_ahead:  # else it has waited in line as well
                fold = replace(fold, fit_time=max(0.0, ended - started))
            fold = replace(fold, started=started, ended=ended)
            return ((request, fold, False),)
        parted = self._early.part(served)
        self._waiting[:0] = parted  # all of them are to come while one after the other goes
        for _ in parted:
            self._submit([self._waiting.pop(0)])
        return ()
