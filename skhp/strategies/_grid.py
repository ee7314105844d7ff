"""A strategy that walks through the full factorial of the space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..history import History
from ._base import Strategy
from ._unseen import Unseen

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
        proposals: list[dict[str, Any]] = []
        for params in history.space.grid(self.levels):
            if len(proposals) == n:
                break
            row = history.space.encode([params])
            if unseen.mask(row)[0]:
                unseen.take(row[0])
                proposals.append(params)
        return proposals
