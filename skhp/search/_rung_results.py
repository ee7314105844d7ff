"""The rows of a halving search in ``cv_results_``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..history import History, Trial
from ..resources import N_SAMPLES
from ._rungs import Rung

__all__ = ["seconds_of_refit", "shown_trials", "with_rungs"]


def shown_trials(history: History, resource: str) -> list[Trial]:
    """Return the trials that have a fold, with params that the estimator has."""
    trials = [trial for trial in history if trial.folds]
    if resource != N_SAMPLES:
        return trials
    return [
        replace(trial, params={k: v for k, v in trial.params.items() if k != N_SAMPLES})
        for trial in trials
    ]


def with_rungs(
    results: dict[str, Any],
    rungs: Sequence[Rung],
    *,
    resource: str,
    several_brackets: bool,
) -> dict[str, Any]:
    """Return ``cv_results_`` with the rung of each row, ranked by it first.

    Parameters
    ----------
    results : dict of str to array
        One row per trial that has a fold.
    rungs : sequence of Rung
        Where the trials stand.
    resource : str
        Its name among their params.
    several_brackets : bool
        Whether there is a column for the bracket.
    """
    rows = [(rung, trial) for rung in rungs for trial in rung.trials if trial.folds]
    places = np.array([rung.index for rung, _ in rows])
    columns: dict[str, Any] = {
        "iter": places,
        "n_resources": np.array([trial.params[resource] for _, trial in rows]),
    }
    if several_brackets:
        columns["bracket"] = np.array([rung.bracket for rung, _ in rows])
    whole = np.array([len(trial.folds) == trial.n_splits for _, trial in rows])
    ranks = {
        key: _ranks(places, results[f"mean_test_{key.removeprefix('rank_test_')}"], whole)
        for key in results
        if key.startswith("rank_test_")
    }
    return {**columns, **results, **ranks}


def seconds_of_refit(history: History) -> float:
    """Return about how long a fit of the best candidate so far takes with all rows and resources.

    Time is taken to grow as the resource does; a fit may have gone on from the rung below.
    """
    name, k = history.space.names[-1], history.n_splits
    levels = history.space.parameters[-1].dimension.values
    best = max(history.complete, key=lambda one: (one.params[name], one.score), default=None)
    if best is None:
        return 0.0
    rung = levels.index(best.params[name])
    added = levels[rung] - (levels[rung - 1] if rung else 0)
    longest = max(fold.fit_time for fold in best.folds)
    return float(longest * levels[-1] / added * (k / (k - 1) if k > 1 else 1.0))


def _ranks(
    places: NDArray[np.int_], mean: NDArray[np.float64], whole: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Rank rows by rung and then by score; those without all folds or a score come last of all."""
    known = whole & np.isfinite(mean)
    order = np.array([known, np.where(known, places, 0), np.where(known, mean, 0.0)])  # (3, n)
    distinct, place = np.unique(order, axis=1, return_inverse=True)
    n_equal = np.bincount(place.reshape(-1), minlength=distinct.shape[1])
    n_better = n_equal.sum() - n_equal.cumsum()
    return np.asarray(n_better[place.reshape(-1)] + 1, dtype=np.int32)
