"""Opens the trials that a strategy proposes, once they are seen to keep its contract.

A strategy may be anybody's.  What it returns must be a list of at most as many dicts as were asked
for, all inside the space; params that were tried already are run again, as the strategy wishes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .exceptions import SpaceError, StrategyError
from .history import History, Trial
from .observed import coordinates
from .strategies import Listed, Strategy

__all__ = ["Proposals"]


class Proposals:
    """Asks a strategy in view of what it may know.

    Parameters
    ----------
    strategy : Strategy
        Proposes.
    history : History
        What was tried, and where trials are opened.
    n_points : int
        How many trials may be under way at once.
    """

    def __init__(self, strategy: Strategy, history: History, *, n_points: int) -> None:
        self._strategy = strategy
        self._history = history
        self._n_points = n_points

    def n_awaited(self) -> int:
        """Return how many of the first trials must be decided before the next is proposed.

        Without a seed only what the strategy needs.

        Raises
        ------
        StrategyError
            If there will never be as many.
        """
        history = self._history
        n_trials = len(history)
        n_points = self._n_points if history.reproducible else n_trials + 1
        n: Any = self._strategy.awaits(history, n_points)
        if not isinstance(n, int | np.integer) or (n > n_trials and not history.pending):
            raise StrategyError(
                f"{self._name}.awaits returned {n!r} where there are {n_trials} trials: the search "
                "would wait for ever. Return a whole number up to len(history)."
            )
        return int(n)

    def open(self, n: int) -> list[Trial]:
        """Open at most `n` trials; none if the space is exhausted.

        Raises
        ------
        StrategyError
            If what the strategy returns is not what was asked for; nothing is opened then.
        """
        number = len(self._history)
        proposed = self._strategy.propose(self._known(number), n)
        self._check_shape(proposed, n)
        trials = [self._history.add(params) for params in proposed]
        if trials and self._knows_space:
            try:
                self._check_place(number)
            except StrategyError:
                self._history.withdraw(number)
                raise
        return trials

    @property
    def _knows_space(self) -> bool:
        """Whether the space is where params come from; a list holds what the search put there."""
        return self._history.space is not None and not isinstance(self._strategy, Listed)

    def _known(self, number: int) -> History:
        if self._history.reproducible and self._strategy.adaptive:
            return self._history.seen_by(number, number - self.n_awaited() + 1)
        return self._history

    def _check_shape(self, proposed: Any, n: int) -> None:
        if not isinstance(proposed, list) or not all(isinstance(one, dict) for one in proposed):
            raise StrategyError(
                f"{self._name}.propose must return a list of dicts, got {proposed!r}. An empty "
                "list says that the space is exhausted."
            )
        if len(proposed) > n:
            raise StrategyError(
                f"{self._name}.propose returned {len(proposed)} params where {n} were wanted. "
                "Return the first of them: it is asked again when there is room for more."
            )

    def _check_place(self, number: int) -> None:
        """Check trials from `number` on; their points are then known to the strategy as well."""
        space = self._history.space
        advice = "Return params of history.space, such as history.space.decode gives."
        try:
            allowed = space.allows(coordinates(self._history)[number:])
        except SpaceError as error:
            raise StrategyError(f"{self._name}.propose went wrong. {error} {advice}") from error
        for trial, is_allowed in zip(self._history.trials[number:], allowed, strict=True):
            if not is_allowed:
                raise StrategyError(
                    f"{self._name}.propose returned {trial.params!r}, against the constraints of "
                    f"the space. {advice}"
                )

    @property
    def _name(self) -> str:
        """Whose fault it is: the strategy behind those that only hand on."""
        strategy: Any = self._strategy
        while hasattr(strategy, "then"):
            strategy = strategy.then
        return type(strategy).__name__
