"""What a strategy is: a function from the history to the next params."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from ..history import History

__all__ = ["Strategy"]


class Strategy(ABC):
    """Proposes what to try next, from the history alone.

    A strategy holds configuration and no state: the space is ``history.space``, and the
    generator of the proposal with number `i` is ``history.generator(i)``.
    """

    adaptive: ClassVar[bool] = True
    """Whether proposals depend on results; if not, candidates need not wait for each other."""

    @abstractmethod
    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        """Return at most `n` params, all inside the space and none of them tried before.

        Parameters
        ----------
        history : History
            What was tried; left untouched.  Pending trials are to be taken into account.
        n : int
            How many params are wanted.

        Returns
        -------
        list of dict
            Empty if the space is exhausted.
        """
