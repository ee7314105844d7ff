"""From the history to ``cv_results_``, one row for each trial."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from .. import _sklearn
from .._warnings import warn
from ..history import Fold, History, Trial
from ..observed import estimated_means, fold_effects

__all__ = ["Table", "TrialTable", "metric_names", "tabulated"]


def tabulated(history: History) -> list[Trial]:
    """Return the trials that have a row in ``cv_results_``: those with a fold.

    Parameters
    ----------
    history : History
        Of a search.
    """
    return [trial for trial in history if trial.folds]


class Table(ABC):
    """How the trials of a search become ``cv_results_``."""

    @abstractmethod
    def of(self, history: History) -> dict[str, Any]:
        """Return ``cv_results_``.

        Parameters
        ----------
        history : History
            At least one of its trials has a fold.

        Returns
        -------
        dict of str to array
            One row for each trial that has a fold.

        Raises
        ------
        ValueError
            If nothing was fitted, or all fits failed.
        """


@dataclass(frozen=True)
class TrialTable(Table):
    """One row a trial, with scikit-learn's own keys and dtypes.

    Splits that were not run are NaN; trials without all folds rank after all that have them, and
    have as their mean an estimate of what it would have become.  Where one fit
    served several trials, the column ``mean_saved_time`` says what that saved; costs that were
    measured on models have columns such as ``mean_model_size``; where fits stopped early,
    ``median_best_iteration`` says after how many iterations.

    Parameters
    ----------
    error_score : float or "raise"
        Stands where a fit failed.
    return_train_score : bool
        Whether there are columns for the scores on training rows.
    shows_status : bool
        Whether the columns ``n_splits_completed`` and ``status`` are added even if every trial
        has all its folds.
    """

    error_score: float | str
    return_train_score: bool = False
    shows_status: bool = False

    def of(self, history: History) -> dict[str, Any]:
        trials = tabulated(history)
        if not trials:
            raise ValueError(
                "No fits were performed. Was the CV iterator empty? Were there no candidates?"
            )
        _sklearn.warn_or_raise_about_failed_fits(
            [
                {"fit_error": None if fold.status == "unscored" else fold.error}
                for trial in trials
                for fold in trial.folds
            ],
            self.error_score,
        )
        partial = np.array([len(trial.folds) < trial.n_splits for trial in trials])
        with warnings.catch_warnings():
            if partial.any():
                warnings.filterwarnings("ignore", message="One or more of the")
            results = self._formatted(
                history, trials, status=self.shows_status or bool(partial.any())
            )
        if partial.any():
            _mend_partial(results, trials, partial)
            _warn_about_scores(results, ~partial)
        return results

    def _formatted(
        self, history: History, trials: Sequence[Trial], *, status: bool
    ) -> dict[str, Any]:
        names = metric_names(history)
        missing = np.nan if self.error_score == "raise" else float(self.error_score)
        results = _sklearn.format_results(
            [trial.params for trial in trials],
            history.n_splits,
            [
                _as_result(fold, names, error_score=missing)
                for trial in trials
                for fold in _all_folds(trial)
            ],
            _extra_columns(trials, status=status),
            return_train_score=self.return_train_score,
        )
        more = {**_saved_time(trials), **_iterations(trials), **_costs(trials)}
        return {**results, **more}


def metric_names(history: History) -> tuple[str, ...]:
    """Return the names of the scores, by a fold that was scored if there is one.

    A callable that gives several scores names them only when it is called: where a fit failed,
    there is but one nameless error score.

    Parameters
    ----------
    history : History
        With at least one fold.
    """
    folds = [fold for trial in history for fold in trial.folds]
    scored = next((fold for fold in folds if fold.status == "ok"), folds[0])
    return tuple(scored.test_scores)


def _all_folds(trial: Trial) -> list[Fold | None]:
    present = {fold.index: fold for fold in trial.folds}
    return [present.get(index) for index in range(trial.n_splits)]


def _as_result(fold: Fold | None, names: tuple[str, ...], *, error_score: float) -> dict[str, Any]:
    if fold is None:
        scores = dict.fromkeys(names, np.nan)
        return _result(scores, scores, fit_time=np.nan, score_time=np.nan)
    test = {name: fold.test_scores.get(name, error_score) for name in names}
    train = {name: (fold.train_scores or {}).get(name, error_score) for name in names}
    return _result(test, train, fit_time=fold.fit_time, score_time=fold.score_time)


def _result(
    test: dict[str, float], train: dict[str, float], *, fit_time: float, score_time: float
) -> dict[str, Any]:
    single = tuple(test) == ("score",)
    return {
        "test_scores": test["score"] if single else test,
        "train_scores": train["score"] if single else train,
        "fit_time": fit_time,
        "score_time": score_time,
    }


def _extra_columns(trials: Sequence[Trial], *, status: bool) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    if status:
        columns["n_splits_completed"] = [len(trial.folds) for trial in trials]
        columns["status"] = [
            "unfinished" if trial.status == "pending" else trial.status for trial in trials
        ]
    return columns


def _saved_time(trials: Sequence[Trial]) -> dict[str, NDArray[np.float64]]:
    """Return the column that says what shared steps saved, none where they saved nothing."""
    if not any(fold.saved_time for trial in trials for fold in trial.folds):
        return {}
    saved = [sum(fold.saved_time for fold in trial.folds) / len(trial.folds) for trial in trials]
    return {"mean_saved_time": np.array(saved)}


def _costs(trials: Sequence[Trial]) -> dict[str, NDArray[np.float64]]:
    """Return a column for each cost that was measured on models, with its mean over the folds."""
    measured = [[fold.costs for fold in trial.folds if fold.costs] for trial in trials]
    names = dict.fromkeys(name for folds in measured for costs in folds for name in costs)
    return {
        f"mean_{name}": np.array(
            [np.mean([one[name] for one in folds]) if folds else np.nan for folds in measured]
        )
        for name in names
    }


def _iterations(trials: Sequence[Trial]) -> dict[str, NDArray[np.float64]]:
    """Return the column that says where early stopping ended, none where nothing stopped early."""
    counts = [
        [fold.n_iterations for fold in trial.folds if fold.n_iterations is not None]
        for trial in trials
    ]
    if not any(counts):
        return {}
    medians = [np.median(found) if found else np.nan for found in counts]
    return {"median_best_iteration": np.array(medians)}


def _mend_partial(
    results: dict[str, Any], trials: Sequence[Trial], partial: NDArray[np.bool_]
) -> None:
    """Average over the folds that ran, and rank partial trials behind whole ones."""
    for row in map(int, np.flatnonzero(partial)):
        for kind in ("fit_time", "score_time"):
            seconds = [getattr(fold, kind) for fold in trials[row].folds]
            results[f"mean_{kind}"][row] = np.mean(seconds)
            results[f"std_{kind}"][row] = np.std(seconds)
    n_folds = np.array([len(trial.folds) for trial in trials])
    for key in [key for key in results if key.startswith("mean_test_")]:
        name = key.removeprefix("mean_test_")
        splits = [results[f"split{index}_test_{name}"] for index in range(trials[0].n_splits)]
        scores = np.array(splits).T  # (n, k)
        results[key][partial] = _estimates(scores, partial, n_folds=n_folds)
        known = np.where(np.isnan(results[key]), -np.inf, results[key])
        ranks = np.empty(len(known), dtype=np.int32)
        ranks[~partial] = rankdata(-known[~partial], method="min")
        by_both = np.stack([-n_folds, -known], axis=1)[partial]
        _, order = np.unique(by_both, axis=0, return_inverse=True)
        ranks[partial] = (~partial).sum() + rankdata(order.ravel(), method="min")
        results[f"rank_test_{name}"] = ranks


def _estimates(
    scores: NDArray[np.float64], partial: NDArray[np.bool_], *, n_folds: NDArray[np.int_]
) -> NDArray[np.float64]:
    """Return what the means of partial trials would be if they went on as they began.

    A trial that ran on the easy folds alone looks better than it is: how much easier each fold is
    than the others is read from the whole trials, as a median.  Without any, nothing is known.

    Parameters
    ----------
    scores : ndarray of shape (n, k)
        NaN where a fold was not run or failed.
    partial : ndarray of bool, shape (n,)
        Trials without all folds.
    n_folds : ndarray of int, shape (n,)
        Folds that were run.
    """
    whole = scores[~partial & np.isfinite(scores).all(axis=1)]
    some = scores[partial]
    if not len(whole):
        return np.full(len(some), np.nan)
    all_scored = (~np.isnan(some)).sum(axis=1) == n_folds[partial]
    return np.where(all_scored, estimated_means(some, fold_effects(whole)), np.nan)


def _warn_about_scores(results: dict[str, Any], whole: NDArray[np.bool_]) -> None:
    for kind in ("test", "train"):
        keys = [key for key in results if key.startswith(f"mean_{kind}_")]
        bad = [key for key in keys if not np.isfinite(results[key][whole]).all()]
        if bad:
            warn(
                f"One or more of the {kind} scores are non-finite: {results[bad[0]]}",
                UserWarning,
            )
