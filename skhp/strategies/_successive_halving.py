"""The strategy of successive halving: new candidates below, the best of a rung on the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ..history import History, Trial
from ..resources import Ladder, Resource, Rung, candidates_of, rungs_of
from ._base import Strategy

__all__ = ["SuccessiveHalving"]


@dataclass(frozen=True)
class SuccessiveHalving(Strategy):
    """Has candidates proposed for the lowest rung, and promotes the best of each to the next.

    Parameters
    ----------
    cover : Strategy
        Proposes the candidates of the first bracket: nothing is known then of what they are worth
        with the full resource, and what is good with little of it may be bad with all.
    candidates : Strategy
        Proposes the others, in view of what is known of all, see `candidates_of`.
    space : Space
        Where these come from: the space of the history without the resource.
    resource : Resource
        What grows from rung to rung.
    n_brackets : int
        How often candidates are taken from the lowest rung to the highest.
    """

    adaptive: ClassVar[bool] = True
    cover: Strategy
    candidates: Strategy
    space: Any
    resource: Resource
    n_brackets: int = 1

    @property
    def ladder(self) -> Ladder:
        """The rungs."""
        return self.resource.ladder

    @property
    def most_trials(self) -> int:
        """More trials than there can be, whatever fails."""
        return self.ladder.sizes[0] * len(self.ladder.levels) * self.n_brackets

    def awaits(self, history: History, n_points: int) -> int:
        """Each rung awaits all that was before it, and who replaces a failed one all of it."""
        rungs = self._rungs(history)
        if not rungs:
            return 0
        last = rungs[-1]
        if len(last.trials) >= self._size(rungs):
            return len(history)
        if last.index or not self._proposer(last.bracket).adaptive:
            return last.start
        return max(last.start, super().awaits(history, n_points))

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        rungs = self._rungs(history)
        if rungs:
            promoted = self._promoted(rungs)
            if promoted is not None:
                return [promoted]
            is_full = len(rungs[-1].trials) >= self._size(rungs)
            if is_full and rungs[-1].bracket + 1 >= self.n_brackets:
                return []
        known = candidates_of(history, self.space, self.resource)
        bracket = 0
        if rungs:
            bracket = rungs[-1].bracket + (len(rungs[-1].trials) >= self._size(rungs))
        proposed = self._proposer(bracket).propose(known, 1)
        return [self._at(params, 0) for params in proposed]

    def _proposer(self, bracket: int) -> Strategy:
        return self.candidates if bracket else self.cover

    def _rungs(self, history: History) -> list[Rung]:
        return rungs_of(history, self.resource.name, self.ladder)

    def _size(self, rungs: Sequence[Rung]) -> int:
        """Return how many trials the last rung has, unless some of them fail."""
        size = self.ladder.sizes[rungs[-1].index]
        return len(rungs[-2].best(size)) if rungs[-1].index else size

    def _promoted(self, rungs: Sequence[Rung]) -> dict[str, Any] | None:
        """Return the next candidate that goes up, None if none does."""
        last, n_there = rungs[-1], len(rungs[-1].trials)
        if last.index:
            # The next best below take the places of those that failed.
            n_failed = sum(trial.status == "failed" for trial in last.trials)
            wanted = rungs[-2].best(self.ladder.sizes[last.index] + n_failed)
            if n_there < len(wanted):
                return self._up(wanted[n_there], last.index)
        if n_there < self._size(rungs) or last.index + 1 == len(self.ladder.levels):
            return None
        best = last.best(1)
        return self._up(best[0], last.index + 1) if best else None

    def _up(self, trial: Trial, index: int) -> dict[str, Any]:
        return self._at(self.resource.candidate(trial.params), index)

    def _at(self, params: dict[str, Any], index: int) -> dict[str, Any]:
        return {**params, self.resource.name: self.ladder.levels[index]}
