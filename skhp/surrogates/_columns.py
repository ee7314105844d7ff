"""What a surrogate needs to know about the columns of the unit cube."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns"]


@dataclass(frozen=True, eq=False)
class Columns:
    """The kind of each column of the unit cube.

    Parameters
    ----------
    is_ordered : ndarray of bool, shape (D,)
        True where distance means something (numbers, ordered choices), False where two values
        are only equal or different.
    n_levels : ndarray of int, shape (D,)
        How many distinct values a column has; 0 if it is continuous.

    Examples
    --------
    >>> Columns.continuous(2).n_levels
    array([0, 0])
    """

    is_ordered: NDArray[np.bool_]
    n_levels: NDArray[np.int_]

    @classmethod
    def continuous(cls, n_columns: int) -> Columns:
        """Return columns that are all ordered and continuous."""
        return cls(np.ones(n_columns, dtype=bool), np.zeros(n_columns, dtype=int))

    @property
    def modelled(self) -> NDArray[np.int_]:
        """Indices of the columns that vary at all.  Shape (at most D,)."""
        return np.flatnonzero(np.asarray(self.n_levels) != 1)
