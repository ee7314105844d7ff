"""The loop of every search: propose, submit, wait, record, and ask whether to stop.

Read this first.  Sequential and parallel, fresh and resumed, one fold and ten: all run here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ._interrupts import one_interrupt_ignored
from .evaluation import Evaluation, Request
from .executors import Executor, Outcome, Task
from .history import Fold, History, Trial
from .observers import Announcer
from .racing import RacingRule
from .stopping import StoppingRule
from .strategies import Strategy

__all__ = ["Plan", "run"]

BATCH_SECONDS = 0.1
"""Requests of fits that are shorter than this travel together, up to about this long a task."""

WAIT_SECONDS = 0.5
"""Longest wait before the clock is looked at again."""

BUDGET_USED = "all candidates tried"
SPACE_EXHAUSTED = "space exhausted"
INTERRUPTED = "interrupted"
OUT_OF_TIME = "max_time reached"


@dataclass(frozen=True)
class Plan:
    """Everything that a search is to do.

    Parameters
    ----------
    strategy : Strategy
        Proposes.
    evaluation : Evaluation
        Says what a trial means.
    n_iter : int
        Trials to run.
    n_points : int
        Trials that may be under way at once.
    reproducible : bool
        Whether decisions may only rest on trials up to ``number - n_points`` (the search then
        does not depend on which fit happens to end first).
    stopping : StoppingRule, optional
        Ends the search early.
    racing : RacingRule, optional
        Ends single trials early.
    announcer : Announcer
        Tells observers.
    reserve : callable, optional
        Seconds that must be left at the deadline, given the history (for the refit).
    deadline : float, optional
        When the search must end, as ``time.time()`` tells it.
    """

    strategy: Strategy
    evaluation: Evaluation
    n_iter: int
    n_points: int = 1
    reproducible: bool = True
    stopping: StoppingRule | None = None
    racing: RacingRule | None = None
    announcer: Announcer = field(default_factory=lambda: Announcer(()))
    reserve: Callable[[History], float] | None = None
    deadline: float | None = None

    @property
    def waits_for_results(self) -> bool:
        """Whether anything is decided on results, so that proposals must not run far ahead."""
        return self.strategy.adaptive or self.racing is not None or self.stopping is not None


def run(history: History, plan: Plan, *, executor: Executor) -> str:
    """Run a search, or go on with one.

    Parameters
    ----------
    history : History
        Where everything is recorded; trials in it that lack folds are completed first.
    plan : Plan
        What to do.
    executor : Executor
        Where it runs.  Left open.

    Returns
    -------
    str
        Why the search ended.

    Raises
    ------
    Exception
        What an evaluation raised, with ``error_score="raise"`` or for params that the estimator
        does not take.
    """
    dispatch = _Dispatch(history, plan, executor)
    try:
        plan.announcer.tell("on_search_start", history)
        executor.put(plan.evaluation)
        while (reason := dispatch.reason_to_end()) is None:
            dispatch.propose()
            dispatch.submit()
            for outcome in dispatch.wait():
                dispatch.take(outcome)
    except KeyboardInterrupt:
        reason = INTERRUPTED
    with one_interrupt_ignored():
        plan.announcer.tell("on_search_end", history, reason)
    return reason


class _Dispatch:
    """What is queued and under way while a search runs; all that matters is in the history."""

    def __init__(self, history: History, plan: Plan, executor: Executor) -> None:
        self.history = history
        self.plan = plan
        self.executor = executor
        self.n_iter = plan.n_iter
        self.queue: list[Request] = []
        self.under_way: dict[Hashable, Task] = {}
        self.n_tasks = 0
        self.n_settled = 0
        self.open: set[int] = set()
        self.n_raced: dict[int, int] = {}
        self.end: str | None = None
        self.at_once = False
        self.seconds: list[float] = []
        for trial in history:
            self._open(trial)
        self._settle()

    def reason_to_end(self) -> str | None:
        """Return why the loop is over, None while there is something to do."""
        if self.at_once:
            return self.end
        if self._is_late():
            return OUT_OF_TIME
        rule = self.plan.stopping
        if rule is not None and rule.watches_clock:
            reason = rule.reason_to_stop(self._settled())
            if reason is not None:
                return reason
        if self.open or len(self.history) < self.n_iter:
            return None
        return self.end or BUDGET_USED

    def _is_late(self) -> bool:
        plan = self.plan
        if plan.deadline is None:
            return False
        reserve = plan.reserve(self.history) if plan.reserve is not None else 0.0
        return time.time() + reserve >= plan.deadline

    def propose(self) -> None:
        """Open trials while there is room for them."""
        while self._has_room():
            number = len(self.history)
            known = self._known(number)
            params = self.plan.strategy.propose(known, self._n_wanted())
            for one in params:
                self._open(self.history.add(one))
            if not params:
                self.n_iter, self.end = number, self.end or SPACE_EXHAUSTED

    def _has_room(self) -> bool:
        number, plan = len(self.history), self.plan
        if number >= self.n_iter:
            return False
        if not plan.waits_for_results:
            return len(self.queue) < self._n_in_flight() * self._batch_size()
        has_room = plan.reproducible or len(self.open) < plan.n_points
        return has_room and self.n_settled >= self._n_awaited() and self._is_short()

    def _n_awaited(self) -> int:
        """Return how many trials must be settled; without a seed only what the strategy needs."""
        plan, number = self.plan, len(self.history)
        n_points = plan.n_points if plan.reproducible else number + 1
        return plan.strategy.awaits(self.history, n_points)

    def _is_short(self) -> bool:
        waiting = self.queue
        if self.plan.racing is not None:
            waiting = [one for one in waiting if one.fold == len(self.history[one.number].folds)]
        return len(waiting) < self.executor.n_slots

    def _known(self, number: int) -> History:
        plan = self.plan
        if plan.reproducible and plan.strategy.adaptive:
            return self.history.seen_by(number, number - self._n_awaited() + 1)
        return self.history

    def _n_wanted(self) -> int:
        if self.plan.waits_for_results:
            return 1
        n = max(1, self.executor.n_slots * self._batch_size() // self.history.n_splits)
        return min(n, self.n_iter - len(self.history))

    def _open(self, trial: Trial) -> None:
        if trial.status != "pending":
            return
        self.open.add(trial.number)
        present = {fold.index for fold in trial.folds}
        self.queue.extend(
            self.plan.evaluation.request(trial.number, trial.params, fold=index)
            for index in range(trial.n_splits)
            if index not in present
        )

    def submit(self) -> None:
        """Give the executor what it can run now."""
        while self.queue and len(self.under_way) < self._n_in_flight():
            self._sort()
            size = self._batch_size()
            requests, self.queue = self.queue[:size], self.queue[size:]
            self._submit(requests)

    def _sort(self) -> None:
        """Order the queue: with racing survivors first, at the end of a search the longest first.

        Otherwise first come, first served, so that trials are complete early.
        """
        is_ending = len(self.history) >= self.n_iter
        if self.plan.racing is None and not is_ending:
            return
        ranks = self._rank if self.plan.racing is not None else lambda request: 0
        seconds = self._expected_seconds if is_ending else lambda request: 0.0
        self.queue.sort(key=lambda one: (ranks(one), -seconds(one), one.number, one.fold))

    def _rank(self, request: Request) -> int:
        """Put folds of trials that have survived their earlier folds first.

        The others are only worth a slot that would be idle: a verdict on an earlier fold may make
        them needless.
        """
        n_folds = len(self.history[request.number].folds)
        return -n_folds - 1 if request.fold == n_folds else request.fold

    def _expected_seconds(self, request: Request) -> float:
        """Return what the trial's other folds took on average, else what all did lately."""
        folds = self.history[request.number].folds
        seconds = [fold.fit_time + fold.score_time for fold in folds]
        return sum(seconds) / len(seconds) if seconds else self._recent_seconds()

    def _recent_seconds(self) -> float:
        recent = self.seconds[-50:]
        return sum(recent) / len(recent) if recent else 0.0

    def _n_in_flight(self) -> int:
        slots = self.executor.n_slots
        return slots if self.plan.waits_for_results or slots == 1 else 2 * slots

    def _batch_size(self) -> int:
        slots = self.executor.n_slots
        if slots == 1 or self.plan.racing is not None or not self.seconds:
            return 1
        fair = -(-self._n_to_come() // (2 * slots))
        return max(1, min(int(BATCH_SECONDS / max(self._recent_seconds(), 1e-4)), fair))

    def _submit(self, requests: Sequence[Request]) -> None:
        task = Task(self.n_tasks, tuple(requests), width=self._width(len(requests)))
        self.n_tasks += 1
        self.under_way[task.key] = task
        self.executor.submit(task)

    def _width(self, n_requests: int) -> int:
        """Return how many slots' part of the cores one of the last tasks may use."""
        slots = self.executor.n_slots
        n_left = self._n_to_come() + n_requests + sum(len(t.args) for t in self.under_way.values())
        return max(1, slots // n_left)

    def _n_to_come(self) -> int:
        """Return how many requests are still to be submitted, as far as is known."""
        return len(self.queue) + (self.n_iter - len(self.history)) * self.history.n_splits

    def wait(self) -> list[Outcome]:
        """Wait for outcomes; not for ever if someone watches the clock."""
        if not self.under_way:
            return []
        plan = self.plan
        timed = plan.deadline is not None or (
            plan.stopping is not None and plan.stopping.watches_clock
        )
        return self.executor.wait(0.05 if timed else WAIT_SECONDS)

    def take(self, outcome: Outcome) -> None:
        """Record what came back, whatever it is."""
        task = self.under_way.pop(outcome.task.key)
        getattr(self, f"_take_{outcome.status}")(task, outcome.value)

    def _take_ok(self, task: Task, value: Any) -> None:
        for request, (fold, stop) in zip(task.args, value, strict=True):
            self.seconds.append(fold.fit_time + fold.score_time)
            self._record(request, fold)
            if stop:
                self._end("stopped by a callback", at_once=True)

    def _take_raised(self, task: Task, value: BaseException) -> None:
        raise value

    def _take_interrupted(self, task: Task, value: Any) -> None:
        raise KeyboardInterrupt

    def _take_collateral(self, task: Task, value: Any) -> None:
        self.executor.recover()
        self._submit(task.args)

    def _take_lost(self, task: Task, value: Any) -> None:
        self._blame(task, value, status="lost")

    def _take_timeout(self, task: Task, value: Any) -> None:
        self._blame(task, value, status="timeout")

    def _blame(self, task: Task, message: Any, *, status: str) -> None:
        if len(task.args) > 1:
            self.queue[:0] = task.args  # all of them are to come while one after the other goes
            for _ in task.args:
                self._submit([self.queue.pop(0)])
            return
        (request,) = task.args
        fold = self.plan.evaluation.failed(request.fold, error=str(message), status=status)
        self._record(request, fold)

    def _record(self, request: Request, fold: Fold) -> None:
        if request.number not in self.open:
            return
        trial = self.history.record(request.number, fold)
        self._tell("on_fold_end", trial, fold)
        if self.plan.racing is not None:
            trial = self._race(trial, self.plan.racing)
        if trial.status != "pending":
            self.open.discard(trial.number)
            self._tell("on_trial_end", trial)
            self._settle()

    def _race(self, trial: Trial, rule: RacingRule) -> Trial:
        """Ask the racing rule, and drop what is left of a trial that it gives up.

        In a reproducible search it is asked about the folds in their order, one more each time,
        whatever the order in which they came.
        """
        views, history = [trial], self.history
        if self.plan.reproducible:
            views = self._views_in_order(trial)
            history = self.history.seen_by(trial.number, self.plan.n_points)
        for view in views:
            if len(view.folds) < trial.n_splits and rule.gives_up(view, history):
                self.queue = [one for one in self.queue if one.number != trial.number]
                return self.history.stop(view, "no chance left")
        return trial

    def _views_in_order(self, trial: Trial) -> list[Trial]:
        """Return the trial as it looked after each fold that was not asked about yet."""
        n_in_order = 0
        while n_in_order < len(trial.folds) and trial.folds[n_in_order].index == n_in_order:
            n_in_order += 1
        first = self.n_raced.get(trial.number, 0) + 1
        self.n_raced[trial.number] = n_in_order
        return [replace(trial, folds=trial.folds[:n]) for n in range(first, n_in_order + 1)]

    def _settle(self) -> None:
        """Count trials that are decided without a gap, and ask the stopping rule."""
        rule, reproducible = self.plan.stopping, self.plan.reproducible
        while self.n_settled < len(self.history) and self.n_settled not in self.open:
            self.n_settled += 1
            if rule is not None and reproducible:
                self._end(rule.reason_to_stop(self._settled()), at_once=False)
        if rule is not None and not reproducible:
            self._end(rule.reason_to_stop(self.history), at_once=True)

    def _settled(self) -> History:
        """Return what a stopping rule may look at."""
        if self.plan.reproducible:
            return self.history.seen_by(self.n_settled, 1)
        return self.history

    def _end(self, reason: str | None, *, at_once: bool) -> None:
        """Propose no more; in a reproducible search, what any timing would propose is finished."""
        if reason is None or self.end is not None:
            return
        self.end, self.at_once = reason, at_once
        self.n_iter = min(self.n_iter, max(self.n_settled + self.plan.n_points - 1, 0))

    def _tell(self, event: str, *details: Any) -> None:
        self._end(self.plan.announcer.tell(event, self.history, *details), at_once=True)
