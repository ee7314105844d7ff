"""What is predicted: classes of one output or several, numbers, or something that is neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.base import is_classifier, is_regressor

__all__ = ["Target", "target_of"]


@dataclass(frozen=True, eq=False)
class Target:
    """What the columns of predictions stand for.

    Parameters
    ----------
    kind : {"classes", "numbers", "other"}
        What a model predicts; "other" where there is nothing to be right or wrong about.
    classes : tuple of ndarray
        Of each output, sorted.
    is_flat : bool
        Whether the target has one dimension.
    """

    kind: Literal["classes", "numbers", "other"]
    classes: tuple[NDArray[Any], ...] = ()
    is_flat: bool = True

    @property
    def blocks(self) -> list[slice]:
        """The columns of each output, where there is one column for each class."""
        sizes = [len(some) for some in self.classes]
        ends = np.cumsum(sizes).tolist()
        return [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]

    def codes(self, y: Any) -> NDArray[Any]:
        """Return the target as numbers: the position of each class.  Shape (n, n_outputs)."""
        columns = as_columns(y)
        if self.kind != "classes":
            return columns.astype(np.float64)
        pairs = zip(self.classes, columns.T, strict=True)
        return np.stack([np.searchsorted(known, column) for known, column in pairs], axis=1)

    def labels(self, codes: NDArray[Any]) -> NDArray[Any]:
        """Return what `codes` was given, in the dimensions that it had."""
        if self.kind == "classes":
            pairs = zip(self.classes, codes.T.astype(np.intp), strict=True)
            codes = np.stack([known[column] for known, column in pairs], axis=1)
        return codes[:, 0] if self.is_flat else codes

    def shares(self, values: NDArray[Any], method: str) -> NDArray[Any]:
        """Return a column for each class, the largest for the one that a model would predict."""
        if method != "decision_function" or self.kind != "classes":
            return values
        if values.shape[1] == 1:
            return np.hstack([-values, values])
        if len(self.classes) > 1:  # whether each label applies
            return np.stack([-values, values], axis=2).reshape(len(values), -1)
        return values

    def votes(self, values: NDArray[Any], method: str) -> NDArray[Any]:
        """Return 1 for the class that a model would predict, 0 for the others."""
        likeliest = self.likeliest(self.shares(values, method))
        columns = zip(self.classes, likeliest.T, strict=True)
        return np.hstack([np.eye(len(some))[column] for some, column in columns])

    def likeliest(self, shares: NDArray[Any]) -> NDArray[np.intp]:
        """Return the position of the class with the largest share.  Shape (n, n_outputs)."""
        return np.stack([shares[:, block].argmax(axis=1) for block in self.blocks], axis=1)


def target_of(estimator: Any, y: Any) -> Target:
    """Return what an estimator learns to predict.

    Parameters
    ----------
    estimator : estimator object
        Says by its tags whether it is a classifier or a regressor.
    y : array-like of shape (n,) or (n, n_outputs), or None
        All of the target.
    """
    if y is None or not (is_classifier(estimator) or is_regressor(estimator)):
        return Target("other")
    columns = as_columns(y)
    is_flat = np.ndim(y) == 1 and not issparse(y)
    if is_regressor(estimator):
        return Target("numbers", is_flat=is_flat)
    return Target("classes", tuple(np.unique(column) for column in columns.T), is_flat)


def as_columns(y: Any) -> NDArray[Any]:
    """Return a target with two dimensions."""
    dense = np.asarray(y.toarray() if issparse(y) else y)
    return dense[:, None] if dense.ndim == 1 else dense
