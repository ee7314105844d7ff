"""The rows of a halving search in ``cv_results_``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..history import History, Trial
from ..resources import N_SAMPLES, Resource, Rung, rungs_of
from ._table import Table, tabulated

__all__ = ["RungTable"]


@dataclass(frozen=True)
class RungTable(Table):
    """One row a candidate and rung, ranked by the rung first.

    Parameters
    ----------
    trials : Table
        Makes the columns that every search has.
    resource : Resource
        Names the rungs.
    several_brackets : bool
        Whether there is a column for the bracket.
    """

    trials: Table
    resource: Resource
    several_brackets: bool = False

    def of(self, history: History) -> dict[str, Any]:
        name = self.resource.name
        shown = [_with_params_of_estimator(trial, name) for trial in tabulated(history)]
        rungs = rungs_of(history, name, self.resource.ladder)
        results = self.trials.of(replace(history, _trials=shown))
        return _with_rungs(results, rungs, resource=name, several_brackets=self.several_brackets)


def _with_params_of_estimator(trial: Trial, resource: str) -> Trial:
    """Return the trial without the resource, where that is no parameter of the estimator."""
    if resource != N_SAMPLES:
        return trial
    params = {name: value for name, value in trial.params.items() if name != resource}
    return replace(trial, params=params)


def _with_rungs(
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
