"""Independent uniform points of the unit cube."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["uniform"]


def uniform(n: int, n_columns: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return `n` independent uniform points.

    Parameters
    ----------
    n : int
        How many points.
    n_columns : int
        Dimension of the cube.
    rng : numpy.random.Generator
        Source of the points.

    Returns
    -------
    ndarray of shape (n, n_columns)

    Examples
    --------
    >>> import numpy as np
    >>> uniform(3, 2, np.random.default_rng(0)).shape
    (3, 2)
    """
    return rng.random((n, n_columns))
