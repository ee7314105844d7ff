"""A strategy that draws from the space, without looking at results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..history import History
from ..observed import Unseen
from ._base import Strategy

__all__ = ["Random"]


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
        unseen, rows = Unseen(history), []
        for number in range(len(history), len(history) + n):
            row = unseen.one(history.generator(number))
            if row is None:
                break
            unseen.take(row)
            rows.append(row)
        return history.space.decode(np.array(rows)) if rows else []
