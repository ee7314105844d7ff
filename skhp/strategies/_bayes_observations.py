"""Turns a history into the arrays a surrogate is fitted to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..history import History, Trial
from ..space import Space

__all__ = ["Encoder", "Observations"]


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

    def with_pending(self, pending: NDArray[np.float64]) -> Observations:
        """Return the same results with other points under way."""
        return Observations(self.U, self.y, self.noise, self.whole, pending)


@dataclass
class Encoder:
    """Reads histories and remembers the trials it has read, for speed only."""

    _space: Space | None = None
    _read: dict[int, tuple[Trial, NDArray[np.float64], str, float]] = field(default_factory=dict)

    def observe(self, history: History) -> Observations:
        """Return the observations of a history, which is left untouched."""
        trials = history.trials
        U, status, mean = self._encoded(history.space, trials)
        complete = status == "complete"
        partial = self._partial(trials, status)
        y = np.where(complete, np.clip(mean, -1e300, 1e300), np.nan)
        noise = np.array([trial.noise for trial in trials], dtype=float)
        if partial.any():
            y[partial], noise[partial] = _estimates_from_some_folds(trials, complete, partial)
        seen = complete | partial | (status == "failed") | (status == "stopped")
        return Observations(U[seen], y[seen], noise[seen], complete[seen], U[status == "pending"])

    def _encoded(
        self, space: Space, trials: tuple[Trial, ...]
    ) -> tuple[NDArray[np.float64], NDArray[np.str_], NDArray[np.float64]]:
        if space is not self._space:
            self._space, self._read = space, {}
        new = [t for t in trials if t.number not in self._read or self._read[t.number][0] is not t]
        if new:
            rows = space.encode([trial.params for trial in new])
            for trial, row in zip(new, rows, strict=True):
                self._read[trial.number] = trial, row, trial.status, trial.mean
        read = [self._read[trial.number] for trial in trials]
        U = np.array([row for _, row, _, _ in read]).reshape(len(read), space.n_columns)
        status = np.array([name for _, _, name, _ in read], dtype="<U8")
        return U, status, np.array([mean for _, _, _, mean in read], dtype=float)

    def _partial(self, trials: tuple[Trial, ...], status: NDArray[np.str_]) -> NDArray[np.bool_]:
        """Trials with some of their folds, all of these scored.  Shape (n,)."""
        partial = np.zeros(len(trials), dtype=bool)
        for number in np.flatnonzero((status == "stopped") | (status == "pending")):
            partial[number] = bool(np.isfinite(trials[number].mean))
        return partial


def _estimates_from_some_folds(
    trials: tuple[Trial, ...], complete: NDArray[np.bool_], partial: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scores over all folds, with their variance, of trials that have only some.

    With score = mu + b_fold + delta, where b is estimated from the complete trials, a trial with
    j of k folds has the mean of (score - b) as its estimate and the variance
    s2 (1 / j - 1 / k), s2 being the variance of delta.

    Returns
    -------
    estimate, variance : ndarray of shape (n_partial,)
    """
    some = np.array([trials[number].fold_scores for number in np.flatnonzero(partial)])
    full = np.array([trials[number].fold_scores for number in np.flatnonzero(complete)])
    n_folds = (~np.isnan(some)).sum(axis=1)
    effect = np.zeros(some.shape[1])
    if len(full):
        centred = full - full.mean(axis=1, keepdims=True)
        effect = np.median(centred, axis=0)
        effect -= effect.mean()
        spread = float(np.median(np.var(centred - effect, axis=1, ddof=1)))
    else:
        spread = float(np.median(np.nanvar(some, axis=1)))
    estimate = np.nanmean(some - effect, axis=1)
    return estimate, spread * (1.0 / n_folds - 1.0 / some.shape[1])
