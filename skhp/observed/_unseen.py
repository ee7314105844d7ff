"""Which points of the space are still to be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..history import History
from ._coordinates import Places

__all__ = ["Unseen"]

Points = NDArray[np.float64]

ENUMERATED: Final = 10_000
"""Spaces up to this size are searched for what is left by listing all of it."""

DRAWN: Final = 64
"""Points drawn at once where a random one is wanted."""

ROUNDS: Final = 32
"""Draws before a space that cannot be listed counts as exhausted."""


class _Listing:
    """All points of a small space and who tried them; kept in the cache of a history."""

    def __init__(self) -> None:
        self._space: Any = None

    def left(self, history: History) -> NDArray[np.bool_]:
        """Say for each of the points (m,) whether none of the trials of a history has it."""
        if self._space is not history.space:
            self._list(history.space)
        keys = Places.of(history).keys
        for key in keys[len(self._at) :]:
            at = self._index.get(key)
            self._at.append(at)
            if at is not None:
                self._left[at] = False
        if len(history) == len(self._at):
            return self._left[self._model]
        left = np.ones(len(self._left), dtype=bool)
        left[[at for at in self._at[: len(history)] if at is not None]] = False
        return left[self._model]

    def of(self, keys: Iterable[bytes]) -> NDArray[np.bool_]:
        """Say for each of the points (m,) whether it has one of the identities."""
        found = np.zeros(len(self._left), dtype=bool)
        found[[self._index[key] for key in keys if key in self._index]] = True
        return found[self._model]

    def _list(self, space: Any) -> None:
        self._space = space
        self.points: Points = space.enumerate(space.size)
        keys = space.models(self.points)
        self._index = {key: at for at, key in enumerate(dict.fromkeys(keys))}
        self._model = np.array([self._index[key] for key in keys], dtype=np.int64)
        self._at: list[int | None] = []
        self._left = np.ones(len(self._index), dtype=bool)


class Unseen:
    """Tells points that may be proposed from those that may not.

    A point may be proposed if the space allows it, its model was not tried before, and the
    sub-space it belongs to has not used up its number of trials.  What this costs does not grow
    with the trials.

    Parameters
    ----------
    history : History
        What was tried; left untouched.
    accepts : callable, optional
        Takes points (n, D) and says for each whether it is acceptable in yet another way.

    Examples
    --------
    >>> from skhp.space import Space
    >>> history = History(Space.read({"kernel": ["linear", "rbf"]}))
    >>> _ = history.add({"kernel": "rbf"})
    >>> history.space.decode(Unseen(history).listed())
    [{'kernel': 'linear'}]
    """

    def __init__(
        self, history: History, *, accepts: Callable[[Points], NDArray[np.bool_]] | None = None
    ) -> None:
        self.space: Any = history.space
        self._history = history
        self._accepts = accepts
        self._places = Places.of(history)
        self._n_before = len(history)
        self._taken: dict[bytes, Points] = {}
        self._used: NDArray[np.int_] | None = None
        if any(quota is not None for quota in self.space.quotas):
            branches = self._places.branches(self._n_before)
            self._used = np.bincount(branches, minlength=len(self.space.quotas))

    @property
    def n_tried(self) -> int:
        """How many different models were tried or taken."""
        return self._places.n_distinct[self._n_before] + len(self._taken)

    @property
    def tried(self) -> Points:
        """The points (n, D) that were tried or taken."""
        rows = self._places.rows(self._n_before)
        return np.vstack([rows, *self._taken.values()]) if self._taken else rows

    def new(self, U: Points) -> NDArray[np.bool_]:
        """Say for each snapped point (n, D) whether its model was not tried."""
        first, n, taken = self._places.first, self._n_before, self._taken
        keys = self.space.models(U) if len(U) else []
        return np.array([first.get(key, n) >= n and key not in taken for key in keys], dtype=bool)

    def untried(self, U: Points) -> NDArray[np.bool_]:
        """Say for each allowed snapped point (n, D) whether it is new and within its quota."""
        new = self.new(U)
        return new if self._used is None else new & self._within_quota(U)

    def mask(self, U: Points) -> NDArray[np.bool_]:
        """Say for each snapped point (n, D) whether it may be proposed."""
        mask = self.untried(U)
        mask[mask] = self.space.allows(U[mask])
        return self._acceptable(U, mask)

    def of(self, U: Points) -> Points:
        """Return those of the snapped points (n, D) that may be proposed, in their order."""
        return U[self.mask(U)]

    def take(self, row: Points) -> None:
        """Count a snapped point (D,) as tried."""
        [key] = self.space.models(row[np.newaxis])
        if self._used is not None:
            self._used[self.space.branch(row[np.newaxis])] += 1
        if self._places.first.get(key, self._n_before) >= self._n_before:
            self._taken[key] = row

    def listed(self, limit: int = ENUMERATED) -> Points | None:
        """Return all points (m, D) that may be proposed; None beyond `limit` points in all."""
        if self.space.size > limit:
            return None
        listing = self._history.cache.of(_Listing)
        left = listing.left(self._history)
        left &= ~listing.of(self._taken)
        if self._used is not None:
            left &= self._within_quota(listing.points)
        return listing.points[self._acceptable(listing.points, left)]

    def several(self, n: int, generator: np.random.Generator) -> Points:
        """Return points (m, D) that may be proposed: all of a small space, some of a large one.

        At most `n` are drawn from a large space; none come back if it is exhausted.
        """
        listed = self.listed()
        return self._drawn(n, generator) if listed is None else listed

    def one(self, generator: np.random.Generator) -> Points | None:
        """Return a random point (D,) that may be proposed, None if the space is exhausted."""
        for _ in range(ROUNDS):
            drawn = self._drawn(DRAWN, generator)
            if len(drawn):
                first: Points = drawn[0]
                return first
            if self.space.size <= ENUMERATED:
                break
        left = self.several(DRAWN, generator)
        return left[generator.integers(len(left))] if len(left) else None

    def _drawn(self, n: int, generator: np.random.Generator) -> Points:
        U: Points = self.space.sample(n, generator)  # all of them allowed
        return U[self._acceptable(U, self.untried(U))]

    def _acceptable(self, U: Points, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        if self._accepts is not None and mask.any():
            mask[mask] = self._accepts(U[mask])
        return mask

    def _within_quota(self, U: Points) -> NDArray[np.bool_]:
        assert self._used is not None
        room = np.array(
            [
                quota is None or quota > used
                for quota, used in zip(self.space.quotas, self._used, strict=True)
            ]
        )
        return np.asarray(room[self.space.branch(U)])
