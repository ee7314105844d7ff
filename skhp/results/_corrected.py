"""The best score less the luck of having been chosen."""

from __future__ import annotations

import numpy as np

from ..history import History

__all__ = ["corrected_score"]


def corrected_score(history: History) -> float:
    """Return the best score less the optimism of having chosen it.

    The bias is estimated as the mean over folds of what the best trial of that fold scores above
    the trial that is best over all folds.

    Parameters
    ----------
    history : History
        Of a search; only complete trials count.

    Returns
    -------
    float
        NaN if no trial is complete.

    References
    ----------
    R. J. Tibshirani, R. Tibshirani: A Bias Correction for the Minimum Error Rate in
    Cross-validation, Annals of Applied Statistics 3, 2009, eq. 2.2.

    Examples
    --------
    >>> from skhp.history import Fold
    >>> history = History(space=None, n_splits=2)
    >>> for number, scores in enumerate([(0.8, 0.6), (0.5, 0.7)]):
    ...     _ = history.add({})
    ...     for index, score in enumerate(scores):
    ...         _ = history.record(number, Fold(index, {"score": score}))
    >>> round(corrected_score(history), 3)
    0.65
    """
    best = history.best
    if best is None:
        return float("nan")
    scores = np.array([trial.fold_scores for trial in history.complete])  # (n, k)
    optimism = (scores.max(axis=0) - best.fold_scores).mean()
    return float(best.score - optimism)
