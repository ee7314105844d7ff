"""How long the trials of a history took, as the arrays a surrogate is fitted to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..history import History, Trial
from ._coordinates import coordinates

__all__ = ["durations"]


def durations(history: History) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where trials lie whose time is known, and how long all their folds take.

    A trial that lacks folds counts as if the others took as long as those that are in.

    Parameters
    ----------
    history : History
        With a space; left untouched.

    Returns
    -------
    U : ndarray of shape (n, D)
        Snapped points.
    seconds : ndarray of shape (n,)
        Positive.

    Examples
    --------
    >>> from skhp.history import Fold
    >>> from skhp.space import Space
    >>> history = History(Space.read({"x": (0.0, 1.0)}), n_splits=2)
    >>> trial = history.add({"x": 0.25})
    >>> trial = history.record(0, Fold(0, {"score": 0.9}, fit_time=1.5))
    >>> durations(history)
    (array([[0.25]]), array([3.]))
    """
    seconds = np.array([_seconds(trial) for trial in history], dtype=np.float64)
    known = seconds > 0.0
    return coordinates(history)[known], seconds[known]


def _seconds(trial: Trial) -> float:
    """Return the seconds of a whole trial, 0 where no fold says how long it took."""
    known = [fold.fit_time + fold.score_time for fold in trial.folds]
    known = [seconds for seconds in known if seconds > 0.0]
    return sum(known) / len(known) * trial.n_splits if known else 0.0
