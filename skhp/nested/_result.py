"""What came of a nested cross-validation, as numbers and in a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._interval import corrected_interval
from ._words import Gain, decimals, failures, promise, written

__all__ = ["NestedResult", "OuterFold"]

COLUMNS = ("untuned_score", "tuned_score", "ensemble_score", "gain", "best_score", "optimism")
"""What is printed of the table; the ensemble where there is one."""


@dataclass(frozen=True)
class OuterFold:
    """One outer fold: the estimator as it is and the search, on rows that neither saw.

    Parameters
    ----------
    index : int
        Which of the outer splits.
    n_train, n_test : int
        Rows for the fits, and rows that score them.
    untuned_score, tuned_score : float
        Of the estimator as it is, and of the candidate that the search takes; NaN where a fit
        failed.
    best_score : float
        What the search promised: its own ``best_score_``.
    best_params : dict or None
        What it found, None if it failed.
    n_candidates : int
        How many it tried.
    untuned_fit_time, fit_time : float
        Seconds of the fit, and of the whole search.
    ensemble_score : float
        Of an ensemble of the candidates, where their predictions were kept; else NaN.
    stop_reason : str
        Why the search ended, where it says so.
    error, untuned_error : str or None
        The traceback, where the search or the estimator as it is failed.
    search : fitted search or None
        The search itself, if it was to be returned.

    Examples
    --------
    >>> fold = OuterFold(0, 100, 50, untuned_score=0.9, tuned_score=0.95, best_score=0.96)
    >>> round(fold.tuned_score - fold.untuned_score, 2)
    0.05
    """

    index: int
    n_train: int
    n_test: int
    untuned_score: float
    tuned_score: float
    best_score: float = math.nan
    best_params: Mapping[str, Any] | None = None
    n_candidates: int = 0
    untuned_fit_time: float = math.nan
    fit_time: float = math.nan
    ensemble_score: float = math.nan
    stop_reason: str = ""
    error: str | None = field(default=None, repr=False)
    untuned_error: str | None = field(default=None, repr=False)
    search: Any = field(default=None, repr=False, compare=False)

    @property
    def gain(self) -> float:
        """What tuning gained."""
        return self.tuned_score - self.untuned_score

    @property
    def ensemble_gain(self) -> float:
        """What the ensemble gained above the candidate that the search takes."""
        return self.ensemble_score - self.tuned_score

    @property
    def optimism(self) -> float:
        """What the search promised above what it kept."""
        return self.best_score - self.tuned_score


@dataclass(frozen=True)
class NestedResult:
    """What tuning gains on rows that it never saw, and how far the search's own score flatters.

    Parameters
    ----------
    folds : tuple of OuterFold
        In the order of the outer splits.
    metric : str
        The score that decides.
    n_splits : int
        How many outer splits there are; fewer folds were interrupted.

    Examples
    --------
    >>> result = NestedResult(
    ...     (
    ...         OuterFold(0, 80, 20, untuned_score=0.90, tuned_score=0.92, best_score=0.95),
    ...         OuterFold(1, 80, 20, untuned_score=0.88, tuned_score=0.91, best_score=0.94),
    ...         OuterFold(2, 80, 20, untuned_score=0.91, tuned_score=0.93, best_score=0.93),
    ...     ),
    ...     metric="accuracy",
    ...     n_splits=3,
    ... )
    >>> print(result.summary())
    Tuning gained 0.023 (95% interval 0.004 to 0.042) in accuracy on rows that it never saw.
    The search itself promised 0.940, which is 0.020 more than it kept (0.920).
    """

    folds: tuple[OuterFold, ...]
    metric: str
    n_splits: int

    @cached_property
    def table(self) -> dict[str, NDArray[Any]]:
        """The outer folds column by column, as ``pandas.DataFrame`` takes them."""
        names = (
            *("n_train", "n_test", *COLUMNS, "ensemble_gain", "best_params", "n_candidates"),
            *("untuned_fit_time", "fit_time", "stop_reason", "error", "untuned_error"),
        )
        table = {}
        for name in names:
            values = [getattr(fold, name) for fold in self.folds]
            column = np.empty(len(values), dtype=object)
            column[:] = values
            is_number = isinstance(values[0], int | float)
            table[name] = np.array(values) if is_number else column
        return table

    @property
    def score(self) -> float:
        """The mean score of the search on rows that it never saw."""
        return self._mean("tuned_score")

    @property
    def gain(self) -> float:
        """What tuning gained on the mean of the outer folds that gave both scores."""
        return self._mean("gain")

    @property
    def ensemble_gain(self) -> float:
        """What an ensemble of the candidates gained above the best of them; NaN without one."""
        return self._mean("ensemble_gain")

    @property
    def optimism(self) -> float:
        """What the search promises above what it keeps, on the mean of the outer folds.

        Inner models are fitted on fewer rows than the refit, which by itself makes the promise too
        small: what is left is the luck of having been chosen less that.
        """
        return self._mean("optimism")

    def interval(self, confidence: float = 0.95, *, of: str = "gain") -> tuple[float, float]:
        """Return the interval of a gain, by the corrected resampled t-test.

        Parameters
        ----------
        confidence : float
            Between 0 and 1.
        of : {"gain", "ensemble_gain"}
            Which one.

        Returns
        -------
        low, high : float
            NaN if fewer than two outer folds gave both scores.
        """
        gain = self.table[of]
        known = np.isfinite(gain)
        if not known.any():
            return math.nan, math.nan
        ratio = float(np.mean((self.table["n_test"] / self.table["n_train"])[known]))
        return corrected_interval(gain[known], ratio, confidence=confidence)

    def summary(self, confidence: float = 0.95) -> str:
        """Return in words whether tuning pays.

        Parameters
        ----------
        confidence : float
            Of the interval.

        Returns
        -------
        str
            One sentence a line.
        """
        gain = Gain(self.gain, *self.interval(confidence), confidence, self.metric)
        kept = np.isfinite(self.table["optimism"])
        best, tuned = (
            float(self.table[name][kept].mean()) if kept.any() else math.nan
            for name in ("best_score", "tuned_score")
        )
        n_failed = sum((fold.error or fold.untuned_error) is not None for fold in self.folds)
        told = [
            gain.sentence(),
            self._of_ensemble(confidence),
            promise(best, tuned, places=gain.decimals),
            *failures(n_failed, len(self.folds), n_splits=self.n_splits),
        ]
        return "\n".join(sentence for sentence in told if sentence)

    def _of_ensemble(self, confidence: float) -> str:
        """Return in words whether the ensemble pays, where there is one."""
        if math.isnan(self.ensemble_gain):
            return ""
        interval = self.interval(confidence, of="ensemble_gain")
        gain = Gain(self.ensemble_gain, *interval, confidence, self.metric)
        where = "above the best of them"
        return replace(gain, subject="an ensemble of the candidates", where=where).sentence()

    def __str__(self) -> str:
        with_ensemble = np.isfinite(self.table["ensemble_score"]).any()
        columns = [name for name in COLUMNS if with_ensemble or name != "ensemble_score"]
        known = [self.table[name][np.isfinite(self.table[name])] for name in columns]
        places = max(decimals(float(column.std())) for column in known if len(column))
        rows = [
            [str(fold.index), *(written(getattr(fold, name), places) for name in columns)]
            for fold in self.folds
        ]
        cells = [["fold", *(name.removesuffix("_score") for name in columns)], *rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(map(str.rjust, row, widths)) for row in cells]
        return "\n".join([*lines, "", self.summary()])

    def _mean(self, name: str) -> float:
        values = self.table[name]
        known = np.isfinite(values)
        return float(values[known].mean()) if known.any() else math.nan
