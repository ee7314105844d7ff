"""Gives a trial up when its fold-by-fold differences to the best leave it no chance.

Notation
--------
====== ======= ====================================================================
k      int     folds of a whole trial
j      int     folds of this trial that are in
d      (j,)    score of the trial less score of the best, fold by fold
s0     float   typical standard deviation of such differences between whole trials
====== ======= ====================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from ..exceptions import SettingError
from ..history import History, Trial
from ._base import RacingRule

__all__ = ["Racing"]

PRIOR_FOLDS = 3.0
"""Weight of the pooled variance, in folds."""


@dataclass(frozen=True)
class Racing(RacingRule):
    """Stops a trial whose chance to beat the best one, fold against fold, is below `alpha`.

    The mean difference over all folds, given the first j of them, is taken as normal with mean
    ``mean(d)`` and variance ``((k - j) / k)^2 s^2 (1 / j + 1 / (k - j))``, where s^2 mixes the
    variance of d with the pooled one.  Pairing removes what makes a fold easy or hard for every
    trial alike.  A trial that ties with the best on each of its first folds predicts, most likely,
    the same: it will not win, and is given up after `max_ties` of them.  The best is always a trial
    with all its folds.

    Parameters
    ----------
    alpha : float
        Chance below which a trial is given up, in (0, 0.5).
    warmup : int
        The first trials are never given up, and as many must be complete before any is.
    min_folds : int
        Folds a trial runs at least.
    max_ties : int or None
        Folds on which a trial that differs on none may have exactly the score of the best; None
        gives no trial up for that.

    Raises
    ------
    SettingError
        If a parameter is out of range.

    References
    ----------
    M. Kuhn: Futility Analysis in the Cross-Validation of Machine Learning Models,
    arXiv:1405.6974, 2014.

    Examples
    --------
    >>> from skhp.history import Fold, History
    >>> history = History(space=None, n_splits=4)
    >>> for number, level in enumerate([0.9, 0.88, 0.89]):
    ...     trial = history.add({})
    ...     for index, shift in enumerate([0.0, 0.01, -0.01, 0.002]):
    ...         fold = Fold(index, {"score": level + shift * (1 + 0.1 * number)})
    ...         trial = history.record(number, fold)
    >>> trial = history.add({})
    >>> trial = history.record(3, Fold(0, {"score": 0.6}))
    >>> Racing().gives_up(trial, history)
    True
    """

    alpha: float = 0.05
    warmup: int = 3
    min_folds: int = 1
    # benchmarks/wallclock/racing.py: against None, a Bayesian search with 5 folds tries 1.53 times
    # the candidates instead of 1.38, and the best complete score is the same on average.
    max_ties: int | None = 2

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 0.5:
            raise SettingError(f"alpha must lie between 0 and 0.5, got {self.alpha!r}.")
        if self.warmup < 1 or self.min_folds < 1:
            raise SettingError(
                "warmup and min_folds must be at least 1, got "
                f"warmup={self.warmup!r}, min_folds={self.min_folds!r}."
            )
        if self.max_ties is not None and self.max_ties < 1:
            raise SettingError(f"max_ties must be at least 1 or None, got {self.max_ties!r}.")

    def gives_up(self, trial: Trial, history: History) -> bool:
        k, j = trial.n_splits, len(trial.folds)
        complete, best = history.complete, history.best
        if trial.number < self.warmup or len(complete) < self.warmup or best is None:
            return False
        if not self.min_folds <= j < k:
            return False
        scores = trial.fold_scores
        seen = [fold.index for fold in trial.folds]
        if not np.isfinite(scores[seen]).all():
            return True
        differences = (scores - best.fold_scores)[seen]
        if self.max_ties is not None and j >= self.max_ties and not differences.any():
            return True
        return chance_to_win(differences, k, pooled=_pooled_variance(history)) < self.alpha


def chance_to_win(differences: NDArray[np.float64], k: int, *, pooled: float) -> float:
    """Return the chance that the mean difference over all k folds is positive.

    Parameters
    ----------
    differences : ndarray of shape (j,)
        Trial less best, on the folds that are in; 1 <= j < k.
    k : int
        All folds.
    pooled : float
        Variance s0^2 of such differences between whole trials.
    """
    j = len(differences)
    own = differences.var(ddof=1) if j > 1 else 0.0
    variance = (PRIOR_FOLDS * pooled + (j - 1) * own) / (PRIOR_FOLDS + j - 1)
    spread = (k - j) / k * np.sqrt(variance * (1 / j + 1 / (k - j)))
    if spread == 0:
        return float(differences.mean() > 0)
    return float(norm.sf(0, loc=differences.mean(), scale=spread))


def _pooled_variance(history: History) -> float:
    """Return the median over whole trials of the variance of their differences to the best."""
    best = history.best
    assert best is not None
    rest = [trial for trial in history.complete if trial.number != best.number]
    if not rest:
        return float(best.fold_scores.var(ddof=1))
    scores = np.array([trial.fold_scores for trial in rest])  # (n, k)
    variances = (scores - best.fold_scores).var(axis=1, ddof=1)
    return float(np.median(variances))
