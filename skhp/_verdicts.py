"""What is decided while a search runs: which trials are given up, and when it ends."""

from __future__ import annotations

from dataclasses import replace

from .history import History, Trial
from .racing import RacingRule
from .stopping import StoppingRule

__all__ = ["Verdicts"]


class Verdicts:
    """Asks the racing rule and the stopping rule, each in view of what it may know.

    Parameters
    ----------
    history : History
        Trials that are given up are marked in it.
    n_iter : int
        How many trials are to be run.
    n_points : int
        How many may be under way at once.
    stopping : StoppingRule, optional
        Ends the search early.
    racing : RacingRule, optional
        Ends single trials early.

    Attributes
    ----------
    open : set of int
        Numbers of the trials under way.
    n_settled : int
        How many of the first trials are decided.
    reason : str or None
        Why no more trials are opened.
    at_once : bool
        Whether those under way are not waited for either.
    """

    def __init__(
        self,
        history: History,
        *,
        n_iter: int,
        n_points: int,
        stopping: StoppingRule | None = None,
        racing: RacingRule | None = None,
    ) -> None:
        self._history = history
        self._n_iter = n_iter
        self._n_points = n_points
        self._stopping = stopping
        self._racing = racing
        self._n_raced: dict[int, int] = {}
        self.open: set[int] = set()
        self.n_settled = 0
        self.reason: str | None = None
        self.at_once = False

    @property
    def n_to_open(self) -> int:
        """How many trials are still to come."""
        return max(0, self._n_iter - len(self._history))

    def race(self, trial: Trial) -> Trial:
        """Ask the racing rule about a trial that has one more fold; return it as it now stands.

        In a reproducible search it is asked about the folds in their order, one more each time,
        whatever the order in which they came.
        """
        rule = self._racing
        if rule is None:
            return trial
        views, history = [trial], self._history
        if history.reproducible:
            views = self._views_in_order(trial)
            history = history.seen_by(trial.number, self._n_points)
        for view in views:
            if len(view.folds) < trial.n_splits and rule.gives_up(view, history):
                return self._history.stop(view, "no chance left")
        return trial

    def _views_in_order(self, trial: Trial) -> list[Trial]:
        """Return the trial as it looked after each fold that was not asked about yet."""
        n_in_order = 0
        while n_in_order < len(trial.folds) and trial.folds[n_in_order].index == n_in_order:
            n_in_order += 1
        first = self._n_raced.get(trial.number, 0) + 1
        self._n_raced[trial.number] = n_in_order
        return [replace(trial, folds=trial.folds[:n]) for n in range(first, n_in_order + 1)]

    def settle(self) -> None:
        """Count trials that are decided without a gap, and ask the stopping rule."""
        while self.n_settled < len(self._history) and self.n_settled not in self.open:
            self.n_settled += 1
            if self._history.reproducible and self.reason is None:
                self.end(self._reason_by_rule(), at_once=False)
        if not self._history.reproducible:
            self.end(self._reason_by_rule(), at_once=True)

    def reason_by_the_clock(self) -> str | None:
        """Ask the stopping rule without a new result, if it wants that."""
        rule = self._stopping
        return self._reason_by_rule() if rule is not None and rule.watches_clock else None

    def _reason_by_rule(self) -> str | None:
        if self._stopping is None:
            return None
        history = self._history
        if history.reproducible:
            history = history.seen_by(self.n_settled, 1)
        return self._stopping.reason_to_stop(history)

    def end(self, reason: str | None, *, at_once: bool) -> None:
        """Open no more trials, for the first reason that is given.

        In a reproducible search what any timing would open is still opened and finished.  A wish
        for an end at once stands above a reason that lets trials under way come to their end.

        Parameters
        ----------
        reason : str or None
            None is no reason.
        at_once : bool
            Whether trials under way are left as they are.
        """
        if reason is None or self.at_once or (self.reason is not None and not at_once):
            return
        self.reason, self.at_once = reason, at_once
        self._n_iter = min(self._n_iter, max(self.n_settled + self._n_points - 1, 0))

    def exhaust(self, reason: str) -> None:
        """Open no more trials, since there are none."""
        self.end(reason, at_once=False)
        self._n_iter = len(self._history)
