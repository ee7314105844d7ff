"""The objectives of a search, as numbers of which larger is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..history import Trial
from ._bound import Bound
from ._costs import COSTS, TIMES

__all__ = ["Objectives", "means_of"]

_LEAST = 1e-12
"""Costs below count as this much, since a logarithm needs a positive number."""


@dataclass(frozen=True)
class Objectives:
    """What is to be as good as possible, and what has to stay within bounds.

    The worth of a score is the score, that of a cost minus its logarithm: costs of models differ by
    factors.

    Parameters
    ----------
    names : tuple of str
        Metrics, of which more is better, and costs, of which less is better.
    bounds : tuple of Bound
        On any metric or cost.

    Examples
    --------
    >>> import numpy as np
    >>> Objectives(("score", "fit_time")).worth("fit_time", np.array([1.0, np.e])).round(9).tolist()
    [-0.0, -1.0]
    """

    names: tuple[str, ...]
    bounds: tuple[Bound, ...] = ()

    @property
    def all_names(self) -> tuple[str, ...]:
        """Of objectives and of what is bounded, each once."""
        return tuple(dict.fromkeys((*self.names, *(bound.name for bound in self.bounds))))

    @staticmethod
    def worth(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the worth (n,) of values (n,) of a metric or a cost, larger is better."""
        return -np.log(np.maximum(values, _LEAST)) if name in COSTS else np.asarray(values)

    def worths(self, trials: Sequence[Trial]) -> NDArray[np.float64]:
        """Return the worth of each trial by each objective.  Shape (n_trials, n_objectives)."""
        columns = [self.worth(name, means_of(trials, name)) for name in self.names]
        return np.stack(columns, axis=1)

    def margins(self, trials: Sequence[Trial], bound: Bound) -> tuple[NDArray[np.float64], float]:
        """Return values (n_trials,) and a limit from which on they are within a bound."""
        sign = 1.0 if bound.is_upper == (bound.name in COSTS) else -1.0
        values = self.worth(bound.name, means_of(trials, bound.name))
        limit = self.worth(bound.name, np.array([bound.limit]))
        return sign * values, sign * float(limit[0])


def means_of(trials: Sequence[Trial], name: str) -> NDArray[np.float64]:
    """Return the mean over the folds of a metric or a cost, for each trial.

    Parameters
    ----------
    trials : sequence of Trial
        Those that are not complete, and those of which a fold failed, have NaN.
    name : str
        Of the metric or the cost.

    Returns
    -------
    ndarray of shape (n_trials,)
    """
    return np.array([_mean_of(trial, name) for trial in trials], dtype=np.float64)


def _mean_of(trial: Trial, name: str) -> float:
    if trial.status != "complete" or any(fold.status != "ok" for fold in trial.folds):
        return float("nan")
    if name in TIMES:
        values = [getattr(fold, name) for fold in trial.folds]
    elif name in COSTS:
        values = [(fold.costs or {}).get(name, float("nan")) for fold in trial.folds]
    else:
        values = [fold.score(name) for fold in trial.folds]
    return float(np.mean(values))
