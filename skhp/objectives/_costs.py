"""What a fitted model costs, as a search measures it by itself."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .._pickling import dumps_by_value
from .._warnings import warn

__all__ = ["COSTS", "MEASURED", "TIMES", "measured_costs"]

_REFUSED = (pickle.PicklingError, AttributeError, TypeError, ValueError, RecursionError)
"""What comes of pickling what cannot be."""

TIMES = ("fit_time", "score_time")
"""Costs that every fold has: seconds."""


def measured_costs(model: Any, names: Iterable[str]) -> dict[str, float]:
    """Measure a fitted model.

    Parameters
    ----------
    model : estimator object
        Fitted, left as it is.
    names : iterable of str
        Of `MEASURED`.

    Returns
    -------
    dict of str to float
        NaN for what cannot be measured.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> measured_costs(Ridge().fit([[0, 1], [1, 0]], [0, 1]), ["n_features"])
    {'n_features': 2.0}
    """
    return {name: MEASURED[name](model) for name in names}


def _pickled_size(model: Any) -> float:
    """Return how many bytes the pickled model takes, the same in any process."""
    try:
        return _plain_size(model)
    except _REFUSED:  # its class is in a script or a notebook
        return _size_by_value(model)


def _plain_size(model: Any) -> float:
    size = _Size()
    _Sizer(size).dump(model)
    return float(size.n_bytes)


def _size_by_value(model: Any) -> float:
    try:
        return float(len(dumps_by_value(model)))
    except _REFUSED as error:
        warn(
            f"The size of {type(model).__name__} is not known, since it cannot be pickled: {error}",
            UserWarning,
        )
        return math.nan


class _Size:
    """A file that only counts what is written."""

    def __init__(self) -> None:
        self.n_bytes = 0

    def write(self, content: Any) -> int:
        n_bytes = memoryview(content).nbytes
        self.n_bytes += n_bytes
        return n_bytes


class _Sizer(pickle.Pickler):
    """Writes each text and each type of arrays once.

    Equal ones are one object or several, by how they came into the process, and several take more
    room.
    """

    def __init__(self, file: Any) -> None:
        super().__init__(file, protocol=5)
        self._texts: dict[str, str] = {}

    def persistent_id(self, obj: Any) -> str | None:
        text = obj.str if isinstance(obj, np.dtype) else obj
        return self._texts.setdefault(text, text) if type(text) is str else None


def _features_seen(model: Any) -> float:
    """Return how many features the estimator sees that stands at the end of a pipeline."""
    while True:
        inner = getattr(model, "best_estimator_", None)
        if inner is None and getattr(model, "steps", None):
            inner = model.steps[-1][1]
        if inner is None or isinstance(inner, str):
            return float(getattr(model, "n_features_in_", math.nan))
        model = inner


MEASURED: dict[str, Callable[[Any], float]] = {
    "model_size": _pickled_size,
    "n_features": _features_seen,
}
"""Costs that are measured on each fitted model where they are asked for."""

COSTS = (*TIMES, *MEASURED)
"""Names of all costs; less is better."""
