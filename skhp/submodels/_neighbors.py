"""Models of neighbors: who finds more of them has found fewer on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ._kind import Kind, copied

__all__ = ["NEIGHBORS", "Neighbors"]

LOOKED_AT: Final = 32
"""Rows that are asked for first, to see whether many have neighbors at equal distances."""

MOST_TIED: Final = 0.125
"""Part of them above which each model asks for itself: where distances tie, it depends on how many
neighbors are wanted which are found."""

TREES: Final = ("kd_tree", "ball_tree")
"""How neighbors are searched for where those of one row do not depend on the other rows, and a
distance not on how many are wanted."""


class Neighbors(Kind):
    """A model of scikit-learn that asks for the nearest training rows."""

    counts = frozenset({"n_neighbors"})

    def is_exact(self, params: Mapping[str, Any], *, n_rows: int) -> bool:
        own = callable(params["metric"]) or callable(params["weights"])
        return not own and params["metric"] != "precomputed"

    def pays(self, counts: Sequence[int]) -> bool:
        """A list for the largest number is made once more; the others together cost that, too."""
        return sum(counts) >= 2 * max(counts)

    def cut(self, model: Any, name: str, count: int) -> Any:
        if getattr(model, "_fit_method", None) not in TREES:
            return None
        most = getattr(model, name)
        # the model keeps what it has found, so that all that are cut from it have the same
        found = vars(model).setdefault("_skhp_nearest", Nearest(model, most))
        part = copied(model)
        del part._skhp_nearest
        setattr(part, name, count)
        if count < most <= model.n_samples_fit_:
            part.kneighbors = First(found, part)
        return part

    def share(self, count: int, most: int) -> float:
        return 1.0


class Nearest:
    """The nearest training rows of the rows that were asked for last.

    Parameters
    ----------
    model : estimator object
        Fitted.
    most : int
        How many are found.
    """

    def __init__(self, model: Any, most: int) -> None:
        self._model = model
        self._most = most
        self._rows: Any = None
        self._lock = Lock()
        self._distances: NDArray[np.float64] | None = None
        self._found: NDArray[np.intp] | None = None

    def of(self, X: Any) -> tuple[NDArray[np.float64], NDArray[np.intp]] | None:
        """Return distances and places (n, most); None where they are of no use to fewer.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Rows.
        """
        rows = np.asarray(X)
        with self._lock:
            if self._rows is None or not _same(self._rows, rows):
                self._rows = rows
                self._distances = self._found = None
                if _tied(self._ask(X[:LOOKED_AT])[0]).mean() <= MOST_TIED:
                    self._distances, self._found = self._ask(X)
            if self._distances is None or self._found is None:
                return None
            return self._distances, self._found

    def _ask(self, X: Any) -> Any:
        return self._model.kneighbors(X, n_neighbors=self._most)


class First:
    """The ``kneighbors`` of a model that wants fewer.

    Parameters
    ----------
    nearest : Nearest
        Knows more.
    model : estimator object
        Asks.
    """

    def __init__(self, nearest: Nearest, model: Any) -> None:
        self._nearest = nearest
        self._model = model

    def __call__(
        self, X: Any = None, n_neighbors: int | None = None, return_distance: bool = True
    ) -> Any:
        k = self._model.n_neighbors
        plain = n_neighbors is None and isinstance(X, np.ndarray) and X.ndim == 2 and len(X) > 0
        known = self._nearest.of(X) if plain else None
        if known is None:
            own = type(self._model).kneighbors
            return own(self._model, X, n_neighbors=n_neighbors, return_distance=return_distance)
        # copies: sums over rows of another layout may differ in their last bit
        distances, found = (one[:, :k].copy() for one in known)
        tied = np.flatnonzero(_tied(known[0][:, : k + 1]))
        if len(tied):
            distances[tied], found[tied] = type(self._model).kneighbors(self._model, X[tied])
        return (distances, found) if return_distance else found


def _tied(distances: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of rows whether two of their distances, in ascending order, are equal."""
    return np.asarray((np.diff(distances, axis=1) <= 0.0).any(axis=1))


def _same(some: NDArray[Any], others: NDArray[Any]) -> bool:
    return some is others or (some.dtype == others.dtype and np.array_equal(some, others))


NEIGHBORS = Neighbors()
