"""A strategy that draws from the space, without looking at results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..history import History
from ._base import Strategy
from ._coordinates import tried

__all__ = ["Random"]

ENUMERATED = 10_000
"""Spaces up to this size are drawn from without replacement by listing what is left."""

TRIES = 64
"""Draws per proposal before a larger space counts as exhausted."""


@dataclass(frozen=True)
class Random(Strategy):
    """Draws params from the user's distributions, each at most once (Bergstra, Bengio 2012).

    Examples
    --------
    >>> from skhp.history import History
    >>> from skhp.space import Space
    >>> history = History(Space.read({"C": [1, 10]}), seed=0)
    >>> sorted(params["C"] for params in Random().propose(history, 5))
    [1, 10]
    """

    adaptive: ClassVar[bool] = False

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        space, seen = history.space, tried(history)
        rows = []
        for number in range(len(history), len(history) + n):
            row = self._draw(space, seen, history.generator(number))
            if row is None:
                break
            seen.update(space.keys(row))
            rows.append(row)
        return space.decode(np.vstack(rows)) if rows else []

    def _draw(self, space: Any, seen: set[bytes], generator: np.random.Generator) -> Any:
        for _ in range(TRIES):
            row = space.sample(1, generator)
            if space.keys(row)[0] not in seen:
                return row
        left = space.enumerate(ENUMERATED)
        if left is None:
            return None
        unseen = [index for index, key in enumerate(space.keys(left)) if key not in seen]
        return left[[generator.choice(unseen)]] if unseen else None
