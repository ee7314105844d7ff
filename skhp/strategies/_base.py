"""What a strategy is: a function from the history to the next params."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from ..history import History
from ..objectives import Objectives
from ..space import Space

__all__ = ["Strategy"]


class Strategy(ABC):
    """Proposes what to try next, from the history alone.

    A strategy holds configuration and no state: the space is ``history.space``, and the
    generator of the proposal with number `i` is ``history.generator(i)``.
    """

    adaptive: ClassVar[bool] = True
    """Whether proposals depend on results; if not, candidates need not wait for each other."""

    def awaits(self, history: History, n_points: int) -> int:
        """Return how many of the first trials must be decided before the next proposal.

        It is made in view of these, where a search is to be reproducible.

        Parameters
        ----------
        history : History
            What was tried; left untouched.
        n_points : int
            Trials that may be under way at once.
        """
        return max(0, len(history) - n_points + 1)

    def seeking(self, objectives: Objectives) -> Strategy:
        """Return the strategy that seeks several objectives, or keeps bounds, instead of one score.

        The strategy itself, where its proposals do not depend on results, or where it reads by
        itself what it is after.

        Parameters
        ----------
        objectives : Objectives
            What counts.

        Raises
        ------
        SettingError
            If it can only follow one score.
        """
        return self

    def frugal(self, max_time: float | None = None) -> Strategy | None:
        """Return the strategy that counts what trials cost, None if there is no such one.

        Parameters
        ----------
        max_time : float, optional
            Seconds that the search may take.
        """
        return None

    def check(self, space: Space) -> None:  # noqa: B027
        """Check that the strategy can be asked for params of a space, before anything is fitted.

        Parameters
        ----------
        space : Space
            Of a search.

        Raises
        ------
        SettingError
            If its configuration does not go with that.
        """

    def gives_up(self, history: History, hint: dict[str, Any]) -> bool:
        """Say whether what was tried has shown that a hint need not be tried any more.

        Parameters
        ----------
        history : History
            What was tried; left untouched.
        hint : dict
            Params that are good on other data.
        """
        return False

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
