"""What is known of the trials of a history, as the arrays a surrogate is fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..history import History, Trial
from ._coordinates import coordinates
from ._folds import estimated_means, fold_effects

__all__ = ["Observations", "observe"]


@dataclass(frozen=True, eq=False)
class Observations:
    """What is known of the trials of a history, in the order of their numbers.

    Parameters
    ----------
    U : ndarray of shape (n, D)
        Snapped points of the trials with a result.
    y : ndarray of shape (n,)
        Their scores, larger is better; NaN for those that failed.
    noise : ndarray of shape (n,)
        Variance of the scores, known from the spread between folds; 0 for complete trials.
    whole : ndarray of bool, shape (n,)
        Which trials have a score over all folds.
    pending : ndarray of shape (q, D)
        Points under way.
    """

    U: NDArray[np.float64]
    y: NDArray[np.float64]
    noise: NDArray[np.float64]
    whole: NDArray[np.bool_]
    pending: NDArray[np.float64]

    def first(self, n: int) -> Observations:
        """Return the first `n` observations, nothing pending."""
        return Observations(
            self.U[:n], self.y[:n], self.noise[:n], self.whole[:n], self.pending[:0]
        )

    def taken(self, rows: NDArray[np.int_]) -> Observations:
        """Return some of the observations."""
        return Observations(
            self.U[rows], self.y[rows], self.noise[rows], self.whole[rows], self.pending
        )


def observe(history: History) -> Observations:
    """Return the observations of a history.

    A trial under way that has some of its folds is both an observation and pending.

    Parameters
    ----------
    history : History
        With a space; left untouched.

    Examples
    --------
    >>> from skhp.history import Fold
    >>> from skhp.space import Space
    >>> history = History(Space.read({"x": (0.0, 1.0)}))
    >>> _ = history.tell({"x": 0.25}, 0.9), history.add({"x": 0.75})
    >>> observed = observe(history)
    >>> observed.U, observed.y, observed.pending
    (array([[0.25]]), array([0.9]), array([[0.75]]))
    """
    trials = history.trials
    U = coordinates(history)
    status = np.array([trial.status for trial in trials], dtype="<U8")
    mean = np.array([trial.mean for trial in trials], dtype=float)
    noise = np.array([trial.noise for trial in trials], dtype=float)
    complete = status == "complete"
    partial = ((status == "stopped") | (status == "pending")) & np.isfinite(mean)
    y = np.where(complete, np.clip(mean, -1e300, 1e300), np.nan)
    if partial.any():
        y[partial], noise[partial] = _estimates(
            _fold_scores(trials, complete), _fold_scores(trials, partial)
        )
    seen = (status != "pending") | partial
    return Observations(U[seen], y[seen], noise[seen], complete[seen], U[status == "pending"])


def _fold_scores(trials: tuple[Trial, ...], which: NDArray[np.bool_]) -> NDArray[np.float64]:
    scores = [trials[number].fold_scores for number in np.flatnonzero(which)]
    return np.array(scores).reshape(len(scores), trials[0].n_splits)


def _estimates(
    whole: NDArray[np.float64], some: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scores over all folds, with their variance, of trials that have only some.

    A trial with j of k folds has the variance s2 (1 / j - 1 / k), s2 being the variance of what
    neither the trial nor the fold explains.

    Returns
    -------
    estimate, variance : ndarray of shape (m,)
    """
    effects = fold_effects(whole)
    if len(whole):
        rest = whole - whole.mean(axis=1, keepdims=True) - effects
        spread = float(np.median(np.var(rest, axis=1, ddof=1)))
    else:
        spread = float(np.median(np.nanvar(some, axis=1)))
    n_folds = (~np.isnan(some)).sum(axis=1)
    return estimated_means(some, effects), spread * (1.0 / n_folds - 1.0 / some.shape[1])
