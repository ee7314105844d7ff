"""A strategy that proposes what stands in a list, in its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ..history import History
from ._base import Strategy

__all__ = ["Listed"]


@dataclass(frozen=True)
class Listed(Strategy):
    """Proposes given candidates one after the other.

    Parameters
    ----------
    candidates : sequence of dict
        Anything with ``len`` and an index.

    Examples
    --------
    >>> from skhp.history import History
    >>> history = History(space=None)
    >>> Listed([{"C": 1}, {"C": 10}]).propose(history, 5)
    [{'C': 1}, {'C': 10}]
    """

    adaptive: ClassVar[bool] = False
    candidates: Sequence[dict[str, Any]]

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        start = len(history)
        stop = min(start + n, len(self.candidates))
        return [self.candidates[number] for number in range(start, stop)]
