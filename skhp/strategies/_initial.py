"""A strategy that tries given params first and then hands over to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..history import History
from ._base import Strategy
from ._coordinates import tried

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

    @property
    def adaptive(self) -> bool:  # type: ignore[override]
        """As the strategy that is wrapped."""
        return self.then.adaptive

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        space, seen = history.space, tried(history)
        first: list[dict[str, Any]] = []
        for params in self.params:
            key = space.keys(space.encode([params]))[0]
            if key not in seen and len(first) < n:
                seen.add(key)
                first.append(dict(params))
        if len(first) == n:
            return first
        return first + self._hand_over(history, first, n - len(first))

    def _hand_over(
        self, history: History, first: list[dict[str, Any]], n: int
    ) -> list[dict[str, Any]]:
        if not first:
            return self.then.propose(history, n)
        ahead = history.seen_by(len(history), 1)
        for params in first:
            ahead.add(params)
        return self.then.propose(ahead, n)
