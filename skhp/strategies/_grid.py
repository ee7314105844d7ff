"""A strategy that walks through the full factorial of the space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..history import History
from ..observed import Unseen
from ._base import Strategy
from ._walk import Walk

__all__ = ["Grid"]


@dataclass(frozen=True)
class Grid(Strategy):
    """Proposes every combination, continuous dimensions at evenly spaced levels.

    Parameters
    ----------
    levels : int
        Values per continuous dimension, spaced evenly in the unit cube.

    Examples
    --------
    >>> from skhp.history import History
    >>> from skhp.space import Space
    >>> history = History(Space.read({"C": [1, 10], "kernel": ["rbf"]}))
    >>> Grid().propose(history, 5)
    [{'C': 1, 'kernel': 'rbf'}, {'C': 10, 'kernel': 'rbf'}]
    """

    adaptive: ClassVar[bool] = False
    levels: int = 5

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        unseen = Unseen(history)
        walk = Walk.of(history, (Grid, self.levels), lambda: history.space.grid(self.levels))
        proposals: list[dict[str, Any]] = []
        for params, row in walk.ahead(history, unseen.untried):
            if len(proposals) == n:
                break
            unseen.take(row)
            proposals.append(params)
        return proposals
