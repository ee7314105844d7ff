"""Which rows each fold was tested on, and what that makes of its predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["TestedRows", "order_of"]


def order_of(test: Any) -> NDArray[np.intp]:
    """Return what puts the test rows of a split in the order in which predictions are kept.

    Splits that test the same rows in another order, as those of scikit-learn's halving searches do
    on their last rung, then agree.

    Parameters
    ----------
    test : array-like of int or bool
        Positions, or a mask.
    """
    rows = np.asarray(test)
    return np.arange(rows.sum()) if rows.dtype == bool else np.argsort(rows, kind="stable")


@dataclass(frozen=True, eq=False)
class TestedRows:
    """The rows that each fold tests.

    Parameters
    ----------
    folds : sequence of ndarray of int
        Positions in all rows, in the order in which predictions are kept.
    n_rows : int
        How many rows there are.
    """

    __test__ = False  # for pytest, which takes the name for that of a test

    folds: Sequence[NDArray[np.intp]]
    n_rows: int

    @classmethod
    def of(cls, splits: Sequence[tuple[Any, Any]], n_rows: int) -> TestedRows:
        """Return the rows of (train, test) pairs: positions, negative ones included, or masks."""
        tests = [np.asarray(test) for _, test in splits]
        at = [np.flatnonzero(test) if test.dtype == bool else test for test in tests]
        return cls([rows[order_of(rows)].astype(np.intp) % n_rows for rows in at], n_rows)

    def are_those_of(self, splits: Sequence[tuple[Any, Any]]) -> bool:
        """Return whether other splits test the same rows, fold by fold."""
        others = TestedRows.of(splits, self.n_rows).folds
        pairs = zip(self.folds, others, strict=True)
        return all(np.array_equal(np.sort(mine), np.sort(other)) for mine, other in pairs)

    @property
    def tested(self) -> NDArray[np.intp]:
        """The rows that are tested at least once, in order."""
        return np.unique(np.concatenate(self.folds))

    def joined(self, values: Mapping[int, NDArray[Any]]) -> NDArray[Any]:
        """Return one array of what folds say of their rows.

        Parameters
        ----------
        values : mapping of int to ndarray of shape (n_rows_of_fold, n_columns)
            By fold.

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
            The mean where a row was tested more than once, NaN where it never was.
        """
        kinds = np.result_type(*values.values())
        total = np.zeros((self.n_rows, next(iter(values.values())).shape[1]))
        for index, some in values.items():
            np.add.at(total, self.folds[index], some)
        rows = np.concatenate([self.folds[index] for index in values])
        counts = np.bincount(rows, minlength=self.n_rows)
        with np.errstate(invalid="ignore"):
            return (total / counts[:, None]).astype(kinds)
