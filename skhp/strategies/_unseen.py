"""Which points of the space are still to be tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..history import History
from ._coordinates import coordinates, tried

__all__ = ["Unseen"]

Points = NDArray[np.float64]

ENUMERATED: Final = 10_000
"""Spaces up to this size are searched for what is left by listing all of it."""

DRAWN: Final = 64
"""Points drawn at once where a random one is wanted."""

ROUNDS: Final = 32
"""Draws before a space that cannot be listed counts as exhausted."""


class Unseen:
    """Tells points that may be proposed from those that may not.

    A point may be proposed if the space allows it, it was not tried before, and the sub-space it
    belongs to has not used up its number of trials.

    Parameters
    ----------
    history : History
        What was tried; left untouched.
    accepts : callable, optional
        Takes points (n, D) and says for each whether it is acceptable in yet another way.
    """

    def __init__(
        self, history: History, *, accepts: Callable[[Points], NDArray[np.bool_]] | None = None
    ) -> None:
        self.space: Any = history.space
        self._accepts = accepts
        self._tried = tried(history)
        used = self.space.branch(coordinates(history)).astype(int)
        self._used = np.bincount(used, minlength=len(self.space.quotas))

    def mask(self, U: Points) -> NDArray[np.bool_]:
        """Say for each snapped point (n, D) whether it may be proposed."""
        if not len(U):
            return np.zeros(0, dtype=bool)
        new = np.array([key not in self._tried for key in self.space.keys(U)], dtype=bool)
        mask = new & self.space.allows(U) & self._within_quota(U)
        return mask & self._accepts(U) if self._accepts is not None else mask

    def of(self, U: Points) -> Points:
        """Return those of the snapped points (n, D) that may be proposed, in their order."""
        return U[self.mask(U)]

    def take(self, row: Points) -> None:
        """Count a snapped point (D,) as tried."""
        self._tried.update(self.space.keys(row[np.newaxis]))
        self._used[self.space.branch(row[np.newaxis]).astype(int)] += 1

    def several(self, n: int, generator: np.random.Generator) -> Points:
        """Return points (m, D) that may be proposed: all of a small space, some of a large one.

        At most `n` are drawn from a large space; none come back if it is exhausted.
        """
        if self.space.size <= ENUMERATED:
            listed = self.space.enumerate(ENUMERATED)
            if listed is not None:
                return self.of(listed)
        return self.of(self.space.sample(n, generator))

    def one(self, generator: np.random.Generator) -> Points | None:
        """Return a random point (D,) that may be proposed, None if the space is exhausted."""
        for _ in range(ROUNDS):
            drawn = self.of(self.space.sample(DRAWN, generator))
            if len(drawn):
                first: Points = drawn[0]
                return first
            if self.space.size <= ENUMERATED:
                break
        left = self.several(DRAWN, generator)
        return left[generator.integers(len(left))] if len(left) else None

    def _within_quota(self, U: Points) -> NDArray[np.bool_]:
        room = np.array(
            [
                quota is None or quota > used
                for quota, used in zip(self.space.quotas, self._used, strict=True)
            ]
        )
        return np.asarray(room[self.space.branch(U).astype(int)])
