"""A strategy that walks through the full factorial of the space."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from ..history import History
from ._base import Strategy
from ._coordinates import tried

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
        space, seen = history.space, tried(history)
        unseen = (
            params
            for params in space.grid(self.levels)
            if space.keys(space.encode([params]))[0] not in seen
        )
        return list(islice(unseen, n))
