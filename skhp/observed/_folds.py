"""What the folds of trials say of their means.

Notation
--------
====== ======= ==================================================================
n, k           trials, folds of a whole trial
whole  (n, k)  scores of trials that have all their folds
some   (m, k)  scores of trials that lack folds, NaN where they do
b      (k,)    effect of a fold: how much easier it is than the others
====== ======= ==================================================================

The model is score = mean of the trial + b + noise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["estimated_means", "fold_effects", "standard_error"]


def fold_effects(whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much easier each fold is than the others, as a median over whole trials.

    Parameters
    ----------
    whole : ndarray of shape (n, k)
        All finite.

    Returns
    -------
    ndarray of shape (k,)
        With mean zero; all zero if there is no trial.

    Examples
    --------
    >>> fold_effects(np.array([[0.5, 0.7], [0.2, 0.4]])).round(3)
    array([-0.1,  0.1])
    """
    if not len(whole):
        return np.zeros(whole.shape[1])
    effects = np.median(whole - whole.mean(axis=1, keepdims=True), axis=0)
    return np.asarray(effects - effects.mean())


def estimated_means(some: NDArray[np.float64], effects: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the means of trials would be if they went on as they began.

    A trial that ran on the easy folds alone looks better than it is; the effects correct that.

    Parameters
    ----------
    some : ndarray of shape (m, k)
        NaN where a fold has no score.
    effects : ndarray of shape (k,)
        As `fold_effects` gives them.

    Returns
    -------
    ndarray of shape (m,)
        NaN where a trial has no fold.

    Examples
    --------
    >>> estimated_means(np.array([[np.nan, 0.6]]), np.array([-0.1, 0.1]))
    array([0.5])
    """
    is_there = ~np.isnan(some)
    total = np.where(is_there, some - effects, 0.0).sum(axis=1)
    n_there = is_there.sum(axis=1)
    return np.where(n_there > 0, total / np.maximum(n_there, 1), np.nan)


def standard_error(fold_scores: NDArray[np.float64]) -> float:
    """Return the standard error of a mean over folds whose training rows overlap.

    Parameters
    ----------
    fold_scores : ndarray of shape (k,)
        Of one trial.

    References
    ----------
    C. Nadeau, Y. Bengio: Inference for the Generalization Error, Machine Learning 52, 2003, with
    a test part of 1 / k.

    Examples
    --------
    >>> round(standard_error(np.array([0.7, 0.8, 0.9])), 4)
    0.0913
    """
    k = len(fold_scores)
    if k < 2:
        return 0.0
    return float(np.sqrt((1 / k + 1 / (k - 1)) * fold_scores.var(ddof=1)))
