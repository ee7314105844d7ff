"""What bounds need to know about the rows an estimator is fitted on."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

_ROWS_COMPARED: Final = 200


@final
@dataclass(frozen=True, eq=False)
class Data:
    """Rows and targets as far as they are known.

    Parameters
    ----------
    n_samples, n_features : int, optional
        None where unknown; the features of texts are unknown.
    X : array-like, optional
        The rows themselves, where no step before has changed them.
    y : array-like, optional
        The targets.
    has_unit_variance : bool
        Whether a step before has scaled the features.
    counts_words : bool
        Whether the features are words, of which there are many.
    n_train : int, optional
        Rows of the smallest training fold, None where the splits are unknown.
    """

    n_samples: int | None = None
    n_features: int | None = None
    X: Any = None
    y: Any = None
    has_unit_variance: bool = False
    counts_words: bool = False
    n_train: int | None = None

    @classmethod
    def of(cls, X: Any, y: Any, *, n_train: int | None = None) -> Data:
        """Return what can be seen of rows and targets without changing them."""
        shape = getattr(X, "shape", None)
        if shape is None and X is not None:
            first = X[0] if len(X) else None
            is_table = isinstance(first, list | tuple | np.ndarray)
            shape = (len(X), len(first)) if is_table and first is not None else (len(X),)
        if shape is None:
            return cls(y=y, n_train=n_train)
        n_features = int(shape[1]) if len(shape) == 2 else None
        return cls(int(shape[0]), n_features, X, y, n_train=n_train)

    def selecting(self, columns: Any) -> Data:
        """Return what is known of some of the columns, as a column transformer names them."""
        rows = self.X
        if callable(columns):
            columns = columns(rows) if hasattr(rows, "columns") else None
        try:
            if hasattr(rows, "columns") and not _are_places(columns):
                chosen = rows[columns if isinstance(columns, str) else list(columns)]
            else:
                chosen = (rows.iloc if hasattr(rows, "iloc") else rows)[:, columns]
        except (KeyError, IndexError, TypeError, ValueError):
            return self.transformed()
        return Data.of(chosen, self.y, n_train=self.n_train)

    def rescaled(self) -> Data:
        """Return what is known after a step that scales each feature."""
        return dataclasses.replace(self, X=None, has_unit_variance=True)

    def refilled(self) -> Data:
        """Return what is known after a step that changes values, but not their scale or number."""
        return dataclasses.replace(self, X=None)

    def vectorized(self) -> Data:
        """Return what is known after texts have become words."""
        return dataclasses.replace(self.transformed(), counts_words=True)

    def transformed(self) -> Data:
        """Return what is known after any other step."""
        return dataclasses.replace(
            self, n_features=None, X=None, has_unit_variance=False, counts_words=False
        )

    @property
    def n_fitted(self) -> int | None:
        """At most the rows of the smallest fit: half of all, as with two folds, or fewer."""
        half = None if self.n_samples is None else max(self.n_samples // 2, 1)
        known = [n for n in (half, self.n_train) if n is not None]
        return min(known, default=None)

    @property
    def is_sparse(self) -> bool:
        """Whether the rows are known to be a sparse matrix."""
        return hasattr(self.X, "tocsr") or self.counts_words

    @property
    def is_complete(self) -> bool:
        """Whether it is known that no value is missing, so that there is nothing to fill in."""
        return bool(self.columns) and not any(map(_has_gaps, self.columns))

    @property
    def columns(self) -> list[Any]:
        """The values of each feature, none where they are not known."""
        if getattr(self.X, "ndim", 0) != 2 or hasattr(self.X, "tocsr"):
            return []
        if hasattr(self.X, "columns"):
            return [self.X[name].to_numpy() for name in self.X.columns]
        return list(np.asarray(self.X).T)

    @property
    def rarest_category(self) -> int | None:
        """How often the rarest value of any feature occurs, None if unknown."""
        found = [min(Counter(column.tolist()).values(), default=0) for column in self.columns]
        return min(found, default=None)

    @property
    def spread(self) -> float:
        """Standard deviation of the targets, 1 where they are unknown or no numbers."""
        targets = _numbers(self.y)
        if targets is None or targets.dtype.kind not in "fiu":
            return 1.0
        spread = float(np.mean(np.std(targets.astype(np.float64), axis=0)))
        return spread if math.isfinite(spread) and spread > 0 else 1.0

    @property
    def largest_penalty(self) -> float | None:
        """The least penalty of the lasso for which all coefficients are zero, None if unknown.

        ``max |X'(y - mean(y))| / n`` for centred columns (Friedman, Hastie, Tibshirani 2010,
        section 2.5); at most the spread of the targets where the columns have unit variance.
        """
        targets = _numbers(self.y)
        if targets is None or targets.dtype.kind not in "fiu":
            return None
        if self.has_unit_variance:
            return self.spread
        rows = _numbers(self.X)
        if rows is None or rows.dtype.kind not in "fiub" or rows.ndim != 2:
            return None
        centred = np.nan_to_num(rows.astype(np.float64) - np.nanmean(rows, axis=0))
        products = centred.T @ (targets - targets.mean(axis=0)) / len(rows)
        largest = float(np.max(np.abs(products), initial=0.0))
        return largest if math.isfinite(largest) and largest > 0 else None

    @property
    def scale_of_gamma(self) -> float | None:
        """What ``gamma="scale"`` stands for in support vector machines, None if unknown.

        One over the number of features and the variance of all values together.
        """
        rows, variance = _numbers(self.X), 1.0
        if not self.n_features:
            return None
        if not self.has_unit_variance:
            if rows is None or rows.ndim != 2:
                return None
            variance = float(np.nanvar(rows.astype(np.float64)))
        return 1.0 / (self.n_features * variance) if 0 < variance < math.inf else None

    @property
    def distances(self) -> tuple[float, float] | None:
        """The 5% and 95% quantiles of the distances between some rows, None if unknown."""
        rows = _numbers(self.X)
        if rows is None or rows.dtype.kind not in "fiub" or rows.ndim != 2 or len(rows) < 3:
            return None
        some = rows[:: -(-len(rows) // _ROWS_COMPARED)].astype(np.float64)
        squares = ((some[:, np.newaxis, :] - some[np.newaxis, :, :]) ** 2).sum(axis=2)
        low, high = np.quantile(np.sqrt(squares[np.triu_indices(len(some), 1)]), [0.05, 0.95])
        return (float(low), float(high)) if 0 < low < high < math.inf else None

    @property
    def rarest_share(self) -> float | None:
        """Share of the rarest class among two, over all pairs of classes; None if unknown."""
        if self.y is None or np.ndim(self.y) != 1:
            return None
        counts = np.unique(np.asarray(self.y), return_counts=True)[1]
        if not 2 <= len(counts) <= len(np.asarray(self.y)) // 2:
            return None
        return float(counts.min() / (counts.min() + counts.max()))


def _are_places(columns: Any) -> bool:
    """Say whether columns are given by their places, not by their names."""
    if isinstance(columns, slice):
        return not isinstance(columns.start or columns.stop, str)
    return np.asarray(columns).dtype.kind in "iub"


def _has_gaps(column: NDArray[Any]) -> bool:
    try:
        gaps = column != column
        if column.dtype.kind == "O":
            gaps = gaps | (column == None)  # noqa: E711, each value is compared
        return bool(np.any(gaps))
    except TypeError:
        return True  # pandas.NA is neither equal to itself nor different


def _numbers(values: Any) -> NDArray[Any] | None:
    """Return an array of numbers, None for what is sparse, text, mixed or nothing."""
    if values is None or hasattr(values, "tocsr"):
        return None
    try:
        found = np.asarray(values)
    except (TypeError, ValueError):
        return None
    return found if found.dtype.kind in "fiub" else None
