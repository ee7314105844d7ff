"""A forest of extremely randomised trees over the mixed, conditional unit cube."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ._base import Posterior, Surrogate
from ._columns import Columns
from ._embedding import Embedding

__all__ = ["Forest", "ForestPosterior"]


@dataclass(frozen=True)
class Forest(Surrogate):
    """Extremely randomised trees whose disagreement is the uncertainty.

    For spaces on which no distance makes sense: many unordered choices, steps and cliffs.  The
    variance is that of the law of total variance over trees and leaves (Hutter et al. 2014,
    eq. 1).

    Parameters
    ----------
    n_trees : int
        Size of the forest.
    min_leaf : int
        Fewest observations in a leaf.
    seed : int
        Of the randomness of the trees.

    Examples
    --------
    >>> import numpy as np
    >>> U = np.linspace(0, 1, 30)[:, None]
    >>> mean, std = Forest().fit(U, U[:, 0]).predict(np.array([[0.1], [0.9]]))
    >>> bool(mean[0] < mean[1])
    True
    """

    n_trees: int = 100
    min_leaf: int = 3
    seed: int = 0

    def fit(
        self,
        U: NDArray[np.float64],
        y: NDArray[np.float64],
        noise: NDArray[np.float64] | None = None,
        *,
        columns: Columns | None = None,
        hyperparameters: NDArray[np.float64] | None = None,
    ) -> ForestPosterior:
        columns = Columns.continuous(U.shape[1]) if columns is None else columns
        noise = np.zeros(len(y)) if noise is None else np.asarray(noise)
        return ForestPosterior.of(self, Embedding.of(U, columns), data=(U, np.asarray(y), noise))


@dataclass(frozen=True, eq=False)
class ForestPosterior(Posterior):
    """A fitted forest.

    Parameters
    ----------
    forest : Forest
        Its configuration.
    embedding : Embedding
        From points to features.
    data : tuple of ndarray
        Points, scores and noise it was fitted to.
    trees : tuple
        The trees of scikit-learn, without their wrapping.
    leaves : tuple of (ndarray, ndarray)
        For each tree, mean and variance of the scores by node.
    """

    forest: Forest
    embedding: Embedding
    data: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
    trees: tuple[object, ...]
    leaves: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]

    @classmethod
    def of(
        cls,
        forest: Forest,
        embedding: Embedding,
        *,
        data: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    ) -> ForestPosterior:
        """Grow the trees."""
        from sklearn.ensemble import ExtraTreesRegressor

        U, y, noise = data
        spread = float(np.var(y))
        model = ExtraTreesRegressor(
            forest.n_trees, min_samples_leaf=forest.min_leaf, random_state=forest.seed
        )
        weight = 1.0 / (1.0 + noise / spread) if spread > 0 else np.ones(len(y))
        model.fit(embedding.features(U), y, sample_weight=weight)
        trees = tuple(tree.tree_ for tree in model.estimators_)
        leaves = tuple((tree.value[:, 0, 0].copy(), tree.impurity.copy()) for tree in trees)
        return cls(forest, embedding, data, trees, leaves)

    def predict(self, U: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        features = self.embedding.features(U).astype(np.float32)
        means = np.empty((len(self.trees), len(U)))
        variances = np.empty_like(means)
        for row, (tree, (mean, variance)) in enumerate(zip(self.trees, self.leaves, strict=True)):
            leaf = tree.apply(features)  # type: ignore[attr-defined]
            means[row], variances[row] = mean[leaf], variance[leaf]
        total = variances.mean(axis=0) + means.var(axis=0)
        floor = 1e-6 * max(float(np.var(self.data[1])), 1e-12)
        return means.mean(axis=0), np.sqrt(np.maximum(total, floor))

    def condition(self, U: NDArray[np.float64]) -> ForestPosterior:
        if not len(U):
            return self
        points, y, noise = self.data
        data = (
            np.vstack([points, U]),
            np.append(y, self.predict(U)[0]),
            np.append(noise, np.zeros(len(U))),
        )
        return ForestPosterior.of(self.forest, self.embedding, data=data)
