"""Where the trials of a history lie in the unit cube."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..history import History
from ..space import Space

__all__ = ["Places", "coordinates", "masked"]

Rows = NDArray[np.float64]


class Places:
    """The point of each trial of a search, each read once; kept in the cache of its history.

    Histories that share a cache show the first trials of the same search, so that the first `n`
    entries are those of any history with `n` trials.

    Attributes
    ----------
    keys : list of bytes
        The identity of each trial's model, as far as the space knows it.
    first : dict of bytes to int
        The number of the first trial with such a model.
    n_distinct : list of int
        How many different models the first 0, 1, 2 ... trials have.
    """

    def __init__(self) -> None:
        self._space: Any = None
        self._forget(0)

    @classmethod
    def of(cls, history: History) -> Places:
        """Return the places of a search, read up to the last trial of this history."""
        places = history.cache.of(cls)
        if places._space is not history.space:
            places._space = history.space
            places._forget(history.space.n_columns)
        if len(places.keys) < len(history):
            places._read([history[at].params for at in range(len(places.keys), len(history))])
        return places

    def rows(self, n: int) -> Rows:
        """Return the snapped points (n, D) of the first trials, not to be written to."""
        shown = self._rows[:n]
        shown.flags.writeable = False
        return shown

    def branches(self, n: int) -> NDArray[np.int64]:
        """Return which sub-space each of the first trials (n,) belongs to."""
        return self._branches[:n]

    def _forget(self, n_columns: int) -> None:
        self._rows = np.empty((0, n_columns))
        self._branches = np.empty(0, dtype=np.int64)
        self.keys: list[bytes] = []
        self.first: dict[bytes, int] = {}
        self.n_distinct: list[int] = [0]

    def _read(self, params: list[dict[str, Any]]) -> None:
        rows = self._space.encode(params)
        start, stop = len(self.keys), len(self.keys) + len(rows)
        self._rows = _with_room(self._rows, stop)
        self._rows[start:stop] = rows
        self._branches = _with_room(self._branches, stop)
        self._branches[start:stop] = self._space.branch(rows)
        for key in self._space.models(rows):
            self.first.setdefault(key, len(self.keys))
            self.keys.append(key)
            self.n_distinct.append(len(self.first))


def _with_room(buffer: NDArray[Any], n: int) -> NDArray[Any]:
    """Return a buffer for `n` entries that begins with those of this one."""
    if n <= len(buffer):
        return buffer
    larger = np.empty((max(n, 2 * len(buffer), 16), *buffer.shape[1:]), dtype=buffer.dtype)
    larger[: len(buffer)] = buffer
    return larger


def coordinates(history: History, space: Space | None = None) -> Rows:
    """Return the snapped point of each trial, in the order of its number.

    Each trial is read once in the life of a search.

    Parameters
    ----------
    history : History
        Its params must lie in the space.
    space : Space, optional
        That of the history by default.

    Returns
    -------
    ndarray of shape (n_trials, n_columns)
        Not to be written to.

    Examples
    --------
    >>> history = History(Space.read({"x": (0.0, 1.0)}))
    >>> _ = history.add({"x": 0.25})
    >>> coordinates(history)
    array([[0.25]])
    """
    if space is not None and space is not history.space:
        return space.encode([trial.params for trial in history])
    return Places.of(history).rows(len(history))


def masked(U: Rows, space: Space) -> Rows:
    """Return the points with NaN where a column is inactive, as surrogates read them.

    Parameters
    ----------
    U : ndarray of shape (n, D)
        Snapped points.
    space : Space
        Where they lie.
    """
    return np.where(space.active(U), U, np.nan)
