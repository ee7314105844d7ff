"""A strategy that tries given params first and then hands over to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ..history import History
from ..objectives import Objectives
from ..observed import Unseen
from ._base import Strategy
from ._walk import Walk

__all__ = ["Initial"]


@dataclass(frozen=True)
class Initial(Strategy):
    """Proposes known params before it asks the strategy it wraps.

    Parameters
    ----------
    params : sequence of dict
        What to try first, in this order; what was tried already is passed over.
    then : Strategy
        Proposes everything else.
    hints : sequence of dict
        What to try after `params`, each unless `then` gives it up for what was tried by then.

    Examples
    --------
    >>> from skhp.history import History
    >>> from skhp.space import Space
    >>> from skhp.strategies import Random
    >>> history = History(Space.read({"C": [1, 10]}))
    >>> Initial([{"C": 10}], Random()).propose(history, 2)
    [{'C': 10}, {'C': 1}]
    """

    params: Sequence[dict[str, Any]]
    then: Strategy
    hints: Sequence[dict[str, Any]] = ()

    @property
    def adaptive(self) -> bool:  # type: ignore[override]
        """As the strategy that is wrapped."""
        return self.then.adaptive

    def seeking(self, objectives: Objectives) -> Initial:
        return replace(self, then=self.then.seeking(objectives))

    def frugal(self, max_time: float | None = None) -> Initial | None:
        then = self.then.frugal(max_time)
        return None if then is None else replace(self, then=then)

    def awaits(self, history: History, n_points: int) -> int:
        if next(self._own(history), None) is not None:
            return super().awaits(history, n_points)
        return self.then.awaits(history, n_points)

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        first = list(islice(self._own(history), n))
        if len(first) == n:
            return first
        return first + self._hand_over(history, first, n - len(first))

    def _own(self, history: History) -> Iterator[dict[str, Any]]:
        """Yield those of the params that were not tried, and hints that are not given up."""
        unseen = Unseen(history)
        yield from self._untried(self.params, history, unseen)
        if len(history) < len(self.params) + len(self.hints):
            for hint in self._untried(self.hints, history, unseen):
                if not self.then.gives_up(history, hint):
                    yield hint

    @staticmethod
    def _untried(
        params: Sequence[dict[str, Any]], history: History, unseen: Unseen
    ) -> Iterator[dict[str, Any]]:
        walk = Walk.of(history, (Initial, id(params)), lambda: params)
        for one, row in walk.ahead(history, unseen.new):
            unseen.take(row)
            yield one

    def _hand_over(
        self, history: History, first: list[dict[str, Any]], n: int
    ) -> list[dict[str, Any]]:
        if not first:
            return self.then.propose(history, n)
        ahead = history.seen_by(len(history), 1)
        for params in first:
            ahead.add(params)
        return self.then.propose(ahead, n)
