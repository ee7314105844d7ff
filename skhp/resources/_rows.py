"""Which training rows of a fold a rung is given, each rung all that the one below had."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["nested_rows"]


def nested_rows(
    train: NDArray[np.intp], classes: Any, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return the training rows of a fold in an order of which every beginning is a fair sample.

    Parameters
    ----------
    train : ndarray of shape (n_train,)
        Row indices.
    classes : array-like of shape (n_samples,), optional
        The class of every row of the data.  Each class has its share of every beginning, and its
        first row comes as early as there is room for all classes.
    rng : Generator
        Draws the order.

    Examples
    --------
    >>> import numpy as np
    >>> rows = nested_rows(np.arange(8), [0, 0, 0, 0, 0, 0, 1, 1], np.random.default_rng(0))
    >>> sorted(rows[:2] >= 6), sorted(rows[:4] >= 6)
    ([False, True], [False, False, False, True])
    """
    shuffled = rng.permutation(train)
    if classes is None:
        return shuffled
    codes = np.unique(np.asarray(classes)[shuffled], return_inverse=True)[1].reshape(-1)
    place = np.empty(len(shuffled))
    for code in range(codes.max(initial=-1) + 1):
        rows = np.flatnonzero(codes == code)
        place[rows] = np.arange(len(rows)) / len(rows)
    return shuffled[np.argsort(place, kind="stable")]
