"""Which training rows of a fold a rung is given, each rung all that the one below had."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["nested_rows"]


def nested_rows(n_rows: int, rng: np.random.Generator, *, classes: Any = None) -> NDArray[np.intp]:
    """Return rows in an order of which every beginning is a fair sample.

    Parameters
    ----------
    n_rows : int
        How many there are.
    rng : Generator
        Draws the order.
    classes : array-like of shape (n_rows,), optional
        The class of each row.  Each class has its share of every beginning, and its first row
        comes as early as there is room for all classes.

    Returns
    -------
    ndarray of shape (n_rows,)
        The numbers from 0 to ``n_rows - 1``.

    Examples
    --------
    >>> import numpy as np
    >>> rows = nested_rows(8, np.random.default_rng(0), classes=[0, 0, 0, 0, 0, 0, 1, 1])
    >>> int((rows[:2] >= 6).sum()), int((rows[:4] >= 6).sum()), int((rows[:6] >= 6).sum())
    (1, 1, 2)
    """
    shuffled = rng.permutation(n_rows)
    if classes is None:
        return shuffled
    codes = np.unique(np.asarray(classes)[shuffled], return_inverse=True)[1].reshape(-1)
    place = np.empty(n_rows)
    for code in range(codes.max(initial=-1) + 1):
        members = np.flatnonzero(codes == code)
        place[members] = np.arange(len(members)) / len(members)
    return shuffled[np.argsort(place, kind="stable")]
