"""Sobol points of the unit cube under a random digital shift."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

__all__ = ["sobol"]

_BITS = 30


def sobol(n: int, n_columns: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the first `n` Sobol points, all digits shifted by the same random number.

    A digital shift makes each point uniform and keeps the balance of the sequence
    (Owen 1998, sec. 4); `n` points are always the first of those for a larger `n` and the same
    state of the generator.

    Parameters
    ----------
    n : int
        How many points.
    n_columns : int
        Dimension of the cube.
    rng : numpy.random.Generator
        Source of the shift.

    Returns
    -------
    ndarray of shape (n, n_columns)
        Values strictly between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> points = sobol(8, 2, np.random.default_rng(0))
    >>> np.sort((points[:, 0] * 8).astype(int))
    array([0, 1, 2, 3, 4, 5, 6, 7])
    """
    shift = rng.integers(0, 2**_BITS, size=n_columns)
    if not n or not n_columns:
        return np.empty((n, n_columns))
    digits = _digits(1 << (n - 1).bit_length(), n_columns)[:n] ^ shift
    return (digits + 0.5) / 2**_BITS


@lru_cache(maxsize=16)
def _digits(n: int, n_columns: int) -> NDArray[np.int64]:
    """Digits of the plain sequence, which cost more to make than to shift."""
    points = qmc.Sobol(n_columns, scramble=False, bits=_BITS).random(n)
    digits = (points * 2**_BITS).astype(np.int64)
    digits.setflags(write=False)
    return digits
