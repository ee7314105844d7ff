"""How sure a mean over folds is whose training rows overlap.

Notation
--------
===== ==== ============================================================
k          folds
d     (k,) what one model scores above another, fold by fold
ratio      rows of a test part, divided by those of its training part
===== ==== ============================================================
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

__all__ = ["corrected_interval"]


def corrected_interval(
    differences: ArrayLike, ratio: float, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the interval of a mean difference over folds by the corrected resampled t-test.

    Scores of folds that share training rows move together, so that their spread alone makes the
    mean look surer than it is.

    Parameters
    ----------
    differences : array-like of shape (k,)
        What one model scores above another on each fold.
    ratio : float
        Rows of a test part, divided by those of its training part: 1 / (k - 1) for k folds.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : float
        NaN if there are fewer than two folds.

    References
    ----------
    C. Nadeau, Y. Bengio: Inference for the Generalization Error, Machine Learning 52, 2003, eq. 9.

    Examples
    --------
    >>> low, high = corrected_interval([0.01, 0.03, 0.02, 0.02, 0.02], ratio=0.25)
    >>> round(low, 3), round(high, 3)
    (0.007, 0.033)
    """
    d = np.asarray(differences, dtype=float)  # (k,)
    k = len(d)
    if k < 2:
        return float("nan"), float("nan")
    half = t.ppf((1 + confidence) / 2, k - 1) * np.sqrt((1 / k + ratio) * d.var(ddof=1))
    return float(d.mean() - half), float(d.mean() + half)
