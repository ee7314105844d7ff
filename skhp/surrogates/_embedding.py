"""Places mixed and conditional points where Euclidean distance is the distance to model with.

Notation
--------
U     (n, D)  points of the unit cube, NaN where inactive
Phi   (n, P)  features
owner (P,)    modelled column a feature belongs to

An ordered column is a feature as it is, an unordered one is one feature per level, scaled such
that the squared distance of two levels is one.  A conditional column that is inactive sits in the
middle of its range if ordered, and halfway from every level if not.  A weighted sum of squared
feature distances is then a squared Euclidean distance whatever the weights, so every radial
kernel stays positive definite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ._columns import Columns

__all__ = ["Embedding"]

_HALF = np.sqrt(0.5)
_MIDDLE = 0.5


@dataclass(frozen=True, eq=False)
class Embedding:
    """The map from points to features, made for the levels seen in the training points.

    Parameters
    ----------
    ordered : ndarray of int
        Modelled columns that are ordered.
    levels : tuple of (int, int, ndarray)
        For each modelled unordered column: its index, how many levels it has, the distinct values
        seen.
    owner : ndarray of int, shape (P,)
        Position, among the modelled columns, that each feature belongs to.
    """

    ordered: NDArray[np.int_]
    levels: tuple[tuple[int, int, NDArray[np.float64]], ...]
    owner: NDArray[np.int_]

    @classmethod
    def of(cls, U: NDArray[np.float64], columns: Columns) -> Embedding:
        """Make the map for training points `U` (n, D)."""
        modelled = columns.modelled
        position = {column: place for place, column in enumerate(modelled)}
        ordered = np.array([c for c in modelled if columns.is_ordered[c]], dtype=int)
        owner = [position[c] for c in ordered]
        levels = []
        for column in modelled:
            if columns.is_ordered[column]:
                continue
            values = U[:, column]
            seen = np.unique(values[~np.isnan(values)])
            n_levels = max(int(columns.n_levels[column]), 1)
            levels.append((int(column), n_levels, seen))
            owner += [position[column]] * (len(seen) + n_levels)
        return cls(ordered, tuple(levels), np.array(owner, dtype=int))

    def features(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map points (n, D) to features (n, P).

        A level never seen in training has a feature of its own by its place in the cube, so that
        it differs from all that were seen.
        """
        block = U.take(self.ordered, axis=1)
        block[np.isnan(block)] = _MIDDLE
        if not self.levels:
            return block
        features = np.zeros((len(U), len(self.owner)))
        features[:, : len(self.ordered)] = block
        first = len(self.ordered)
        for column, n_levels, seen in self.levels:
            values = U[:, column]
            rows = np.flatnonzero(~np.isnan(values))
            values = values[rows]
            place = np.minimum(np.searchsorted(seen, values), max(len(seen) - 1, 0))
            known = seen[place] == values if len(seen) else np.zeros(len(values), dtype=bool)
            unseen = len(seen) + np.minimum((values * n_levels).astype(int), n_levels - 1)
            features[rows, first + np.where(known, place, unseen)] = _HALF
            first += len(seen) + n_levels
        return features

    def squared_differences(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return squared distances by modelled column for each pair of rows.

        Parameters
        ----------
        features : ndarray of shape (n, P)

        Returns
        -------
        ndarray of shape (n * (n - 1) / 2, n_modelled)
            Pairs in the order of ``numpy.tril_indices(n, -1)``.
        """
        later, earlier = np.tril_indices(len(features), -1)
        n_modelled = len(self.ordered) + len(self.levels)
        squares = np.zeros((n_modelled, len(later)))
        for feature, column in enumerate(self.owner):
            values = features[:, feature]
            squares[column] += (values[later] - values[earlier]) ** 2
        return squares.T
