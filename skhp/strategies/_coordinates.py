"""Where the trials of a history lie in the unit cube."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..history import History

__all__ = ["coordinates", "tried"]


def coordinates(history: History) -> NDArray[np.float64]:
    """Return the row of each trial in the unit cube, in the order of its number.

    Rows are remembered by trial number: a trial's params never change.

    Parameters
    ----------
    history : History
        Its params must lie in its space.

    Returns
    -------
    ndarray of shape (n_trials, n_columns)
    """
    rows: list[NDArray[np.float64]] = history.memo.setdefault("coordinates", [])
    if len(rows) < len(history):
        new = [trial.params for trial in history.trials[len(rows) :]]
        rows.extend(history.space.encode(new))
    if not len(history):
        return np.empty((0, history.space.n_columns))
    return np.array(rows[: len(history)])


def tried(history: History) -> set[bytes]:
    """Return the identity of every trial's params, those under way included."""
    keys: list[bytes] = history.memo.setdefault("keys", [])
    if len(keys) < len(history):
        keys.extend(history.space.keys(coordinates(history)[len(keys) :]))
    return set(keys[: len(history)])
