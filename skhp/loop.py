"""The loop of every search: propose, submit, wait, record, and ask whether to stop.

Read this first.  Sequential and parallel, fresh and resumed, one fold and ten: all run here.
In what order and how many at once is the matter of `Queue`; who is given up and when it all ends
that of `Verdicts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ._interrupts import one_interrupt_ignored
from ._proposals import Proposals
from ._queue import Queue
from ._verdicts import Verdicts
from .evaluation import Evaluation, Request
from .executors import Executor
from .history import Fold, History, Trial
from .observers import Announcer
from .racing import RacingRule
from .stopping import StoppingRule
from .strategies import Strategy
from .submodels import Siblings

__all__ = ["Plan", "run"]

WAIT_SECONDS = 0.5
"""Longest wait before the clock is looked at again."""

SHORT_WAIT_SECONDS = 0.05
"""The same where the search may have to end before the next result."""

BUDGET_USED = "n_iter reached"
ALL_TRIED = "all candidates tried"
SPACE_EXHAUSTED = "space exhausted"
INTERRUPTED = "interrupted"
OUT_OF_TIME = "max_time reached"


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
    StrategyError
        If the strategy does not keep its contract.
    """
    loop = _Loop(history, plan, executor)
    try:
        loop.begin()
        executor.put(plan.evaluation)
        while (reason := loop.reason_to_end()) is None:
            loop.propose()
            loop.submit()
            for request, fold, stop in loop.queue.results(loop.patience):
                loop.record(request, fold, stop=stop)
    except KeyboardInterrupt:
        reason = INTERRUPTED
    except BaseException as error:
        loop.end(f"ended by {type(error).__name__}")
        _say_what_is_kept(error, history)
        raise
    loop.end(reason)
    return reason


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
        Trials that may be under way at once.  In a reproducible search decisions may only rest on
        trials up to ``number - n_points``.
    stopping : StoppingRule, optional
        Ends the search early.
    racing : RacingRule, optional
        Ends single trials early.
    announcer : Announcer
        Tells observers.
    max_time : float, optional
        Seconds from the start of the search after which it must end.
    reserve : callable, optional
        How many of these must be left, given the history (for the refit).
    ends_by_itself : bool
        Whether the strategy knows when everything is done.
    siblings : Siblings, optional
        Tells which trials of a listed strategy one fit serves.
    """

    strategy: Strategy
    evaluation: Evaluation
    n_iter: int
    n_points: int = 1
    stopping: StoppingRule | None = None
    racing: RacingRule | None = None
    announcer: Announcer = field(default_factory=lambda: Announcer(()))
    max_time: float | None = None
    reserve: Callable[[History], float] | None = None
    ends_by_itself: bool = False
    siblings: Siblings | None = None

    @property
    def waits_for_results(self) -> bool:
        """Whether anything is decided on results, so that proposals must not run far ahead."""
        return self.strategy.adaptive or self.racing is not None or self.stopping is not None

    @property
    def watches_clock(self) -> bool:
        """Whether the search may have to end without a new result."""
        rule = self.stopping
        return self.max_time is not None or (rule is not None and rule.watches_clock)

    def is_late(self, history: History) -> bool:
        """Return whether the search must end now."""
        if self.max_time is None:
            return False
        # A fit has taken less than nothing where the clock of the table was set back meanwhile.
        reserve = max(0.0, self.reserve(history)) if self.reserve is not None else 0.0
        return history.elapsed + reserve >= self.max_time


class _Loop:
    """The steps of the loop; all that matters is in the history."""

    def __init__(self, history: History, plan: Plan, executor: Executor) -> None:
        self.history = history
        self.plan = plan
        self.verdicts = Verdicts(
            history,
            n_iter=plan.n_iter,
            n_points=plan.n_points,
            stopping=plan.stopping,
            racing=plan.racing,
        )
        self.queue = Queue(
            history,
            plan.evaluation,
            executor,
            n_to_open=lambda: self.verdicts.n_to_open,
            runs_ahead=not plan.waits_for_results,
            races=plan.racing is not None,
            siblings=plan.siblings,
        )
        self.proposals = Proposals(plan.strategy, history, n_points=plan.n_points)

    @property
    def patience(self) -> float:
        """Seconds to wait for results."""
        return SHORT_WAIT_SECONDS if self.plan.watches_clock else WAIT_SECONDS

    def begin(self) -> None:
        """Take up trials that lack folds."""
        self._tell("on_search_start")
        for trial in self.history.pending:
            self._open(trial)
        self.verdicts.settle()

    def reason_to_end(self) -> str | None:
        """Return why the loop is over, None while there is something to do."""
        verdicts = self.verdicts
        if verdicts.at_once:
            return verdicts.reason
        if self.plan.is_late(self.history):
            return OUT_OF_TIME
        reason = verdicts.reason_by_the_clock()
        if reason is not None:
            return reason
        if verdicts.open or verdicts.n_to_open:
            return None
        return verdicts.reason or (ALL_TRIED if self._has_tried_all() else BUDGET_USED)

    def _has_tried_all(self) -> bool:
        space = self.history.space
        return self.plan.ends_by_itself or (space is not None and len(self.history) >= space.size)

    def propose(self) -> None:
        """Open trials while there is room for them."""
        while self._has_room():
            n = 1 if self.plan.waits_for_results else self.queue.n_trials_at_once()
            trials = self.proposals.open(n)
            for trial in trials:
                self._open(trial)
            if not trials:
                done = self.plan.ends_by_itself
                self.verdicts.exhaust(ALL_TRIED if done else SPACE_EXHAUSTED)

    def _has_room(self) -> bool:
        if not self.verdicts.n_to_open or not self.queue.is_short():
            return False
        if not self.plan.waits_for_results:
            return True
        has_room = self.history.reproducible or len(self.verdicts.open) < self.plan.n_points
        return has_room and self.verdicts.n_settled >= self.proposals.n_awaited()

    def _open(self, trial: Trial) -> None:
        self.verdicts.open.add(trial.number)
        self.queue.add(trial)

    def submit(self) -> None:
        """Put to work what can run now."""
        self.queue.submit()
        self._tell("on_wait", self.queue.n_running)

    def record(self, request: Request, fold: Fold, *, stop: bool) -> None:
        """Write a fold down, and draw the conclusions."""
        if request.number in self.verdicts.open:
            trial = self.history.record(request.number, fold)
            self._tell("on_fold_end", trial, fold)
            trial = self.verdicts.race(trial)
            if trial.status != "pending":
                self._settle(trial)
        if stop:
            self.verdicts.end("stopped by a callback", at_once=True)

    def _settle(self, trial: Trial) -> None:
        self.queue.drop(trial.number)
        self.verdicts.open.discard(trial.number)
        self._tell("on_trial_end", trial)
        self.verdicts.settle()

    def end(self, reason: str) -> None:
        """Tell observers that it is over, come what may."""
        with one_interrupt_ignored():
            self.plan.announcer.tell("on_search_end", self.history, reason)

    def _tell(self, event: str, *details: Any) -> None:
        wish = self.plan.announcer.tell(event, self.history, *details)
        self.verdicts.end(wish, at_once=True)


def _say_what_is_kept(error: BaseException, history: History) -> None:
    n_kept = sum(bool(trial.folds) for trial in history)
    if n_kept:
        error.add_note(
            f"Trials that the search keeps in `history_`: {n_kept}. fit_more and warm_start_from "
            "go on from there."
        )
