"""Stop when what could still be gained is less than what cross-validation can tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..exceptions import SettingError
from ..history import History, Trial
from ..observed import coordinates, masked, standard_error
from ..surrogates import Columns, ScoreModel
from ._base import StoppingRule

__all__ = ["RegretBound"]

POINTS = 2000
"""Points on which the upper bound over the space is taken, beside those that were tried."""

DELTA = 0.1
"""Chance that the confidence bounds fail (Srinivas et al. 2010, theorem 1)."""

KEPT = 16
"""Bounds that are remembered."""


@dataclass(frozen=True)
class RegretBound(StoppingRule):
    """Holds once a bound on the regret is below the standard error of the best score.

    The bound is the highest upper confidence bound over the space less the highest lower one among
    the trials; it has to hold at `patience` trials in a row.  It needs a space in which trials can
    be compared, and at least two folds.

    Parameters
    ----------
    min_trials : int
        Complete trials before the model is believed.
    patience : int
        Trials in a row at which the bound must hold.
    scale : float
        Factor on the standard error: larger stops sooner.

    Raises
    ------
    SettingError
        If a parameter is out of range.

    References
    ----------
    A. Makarova et al.: Automatic Termination for Hyperparameter Optimization, AutoML-Conf 2022,
    eq. 3 and 4.

    Examples
    --------
    >>> from skhp.history import History
    >>> RegretBound().reason_to_stop(History(space=None)) is None
    True
    """

    min_trials: int = 20
    patience: int = 3
    scale: float = 1.0

    def __post_init__(self) -> None:
        if self.min_trials < 3 or self.patience < 1 or not self.scale > 0:
            raise SettingError(
                "RegretBound needs min_trials >= 3, patience >= 1 and scale > 0, got "
                f"min_trials={self.min_trials!r}, patience={self.patience!r}, "
                f"scale={self.scale!r}."
            )

    def check(self, history: History) -> None:
        if history.space is None:
            raise SettingError(
                "RegretBound needs a space in which candidates can be compared, and what this "
                "search draws from cannot be read as one. Use NoImprovement instead, or give "
                "ranges and lists of choices."
            )
        if history.n_splits < 2:
            raise SettingError(
                "RegretBound compares what can be gained with the spread of a score over its "
                f"folds, and cv gives {history.n_splits}. Use NoImprovement instead, or a cv "
                "with at least 2 folds."
            )

    def reason_to_stop(self, history: History) -> str | None:
        trials = history.complete
        if history.space is None or len(trials) < self.min_trials + self.patience - 1:
            return None
        for n in range(len(trials), len(trials) - self.patience, -1):
            bound, error = self._bound_and_error(history, trials[:n])
            if bound > self.scale * error:
                return None
        bound, error = self._bound_and_error(history, trials)
        return f"at most {bound:.2g} could be gained, the score is known to {error:.2g}"

    def _bound_and_error(self, history: History, trials: list[Trial]) -> tuple[float, float]:
        best = max(trials, key=lambda trial: trial.score)
        return history.cache.of(_Bounds).on(history, trials), standard_error(best.fold_scores)


class _Bounds:
    """Regret bounds by the trials they rest on; kept in the cache of a history."""

    def __init__(self) -> None:
        self._found: dict[tuple[Any, ...], float] = {}

    def on(self, history: History, trials: list[Trial]) -> float:
        """Return the bound that follows from some complete trials of a history."""
        key = (id(history.space), *((trial.number, trial.score) for trial in trials))
        if key not in self._found:
            if len(self._found) >= KEPT:
                del self._found[next(iter(self._found))]
            self._found[key] = _regret_bound(history, trials)
        return self._found[key]


def _regret_bound(history: History, trials: list[Trial]) -> float:
    """Return max UCB over the space - max LCB over the trials."""
    space = history.space
    U = coordinates(history)[[trial.number for trial in trials]]
    y = np.array([trial.score for trial in trials])
    columns = Columns(space.is_ordered, space.n_levels)
    model = ScoreModel.fit(masked(U, space), y, columns=columns)
    anywhere = np.vstack([U, space.sample(POINTS, np.random.default_rng(history.seed))])
    mean, std = model.predict(masked(anywhere, space))
    width = np.sqrt(_beta(len(trials), space.n_columns)) * std
    return float((mean + width).max() - (mean - width)[: len(U)].max())


def _beta(n: int, n_columns: int) -> float:
    """Return the width of the confidence bounds, scaled down by 5 as in the paper's experiments."""
    return float(0.2 * 2 * np.log(n_columns * n**2 * np.pi**2 / (6 * DELTA)))
