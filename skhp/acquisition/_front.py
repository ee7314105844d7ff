"""Which points no other point is better than, and how much of the space they dominate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["hypervolume", "non_dominated"]


def non_dominated(points: ArrayLike) -> NDArray[np.bool_]:
    """Say which points no other one dominates: is as good in everything and better in something.

    Parameters
    ----------
    points : array-like of shape (n, m)
        Larger is better in each column; equal points do not dominate each other.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> non_dominated([[1.0, 3.0], [2.0, 2.0], [1.0, 2.0]]).tolist()
    [True, True, False]
    """
    Y = np.asarray(points, dtype=np.float64)
    kept = np.ones(len(Y), dtype=bool)
    for row, one in enumerate(Y):
        kept[row] = not ((one <= Y).all(axis=1) & (one < Y).any(axis=1)).any()
    return kept


def hypervolume(points: ArrayLike, reference: ArrayLike) -> float:
    """Return the volume that is dominated by some point and dominates the reference.

    Found exactly, in slices along the last objective (Zitzler 1999).

    Parameters
    ----------
    points : array-like of shape (n, m)
        Larger is better in each column.
    reference : array-like of shape (m,)
        What does not exceed it in every column adds nothing.

    Examples
    --------
    >>> hypervolume([[1.0, 3.0], [2.0, 2.0]], [0.0, 0.0])
    5.0
    """
    r = np.asarray(reference, dtype=np.float64)
    Y = np.asarray(points, dtype=np.float64).reshape(-1, len(r))
    return _volume(Y[(r < Y).all(axis=1)] - r)


def _volume(Y: NDArray[np.float64]) -> float:
    """Return the volume between zero and positive points (n, m)."""
    if not len(Y):
        return 0.0
    if Y.shape[1] == 1:
        return float(Y.max())
    Y = Y[non_dominated(Y)]
    Y = Y[np.argsort(-Y[:, -1], kind="stable")]
    depths = Y[:, -1] - np.append(Y[1:, -1], 0.0)
    slices = (
        depth * _volume(Y[: k + 1, :-1]) for k, depth in enumerate(depths.tolist()) if depth > 0
    )
    return float(sum(slices))
