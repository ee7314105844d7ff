"""What tells steps apart before they are fitted: their classes and params, never the data."""

from __future__ import annotations

import sys
from collections.abc import Hashable
from numbers import Integral
from typing import Any

import numpy as np

__all__ = ["EXACT_SOLVERS", "PASSED_THROUGH", "identity_of", "is_own", "is_passed_through", "own"]

MAX_ARRAY_BYTES = 65_536
"""A parameter that is a larger array takes longer to look at than it is worth."""

PASSED_THROUGH = "passthrough"

LUCKY_FUNCTIONS = {"mutual_info_classif", "mutual_info_regression"}
"""Functions of scikit-learn that draw numbers of which no parameter of the step tells."""

EXACT_SOLVERS = {"full", "covariance_eigh"}
"""Solvers of PCA that compute all components, drawing nothing whatever its `random_state` is."""


class _Unknown(Exception):
    """There is something of which nothing tells what a fit makes of it."""


def is_passed_through(step: Any) -> bool:
    """Tell whether a step of a pipeline does nothing."""
    return step is None or (isinstance(step, str) and step == PASSED_THROUGH)


def is_own(step: Any) -> bool:
    """Tell whether a fitted step can be, and is, a candidate's own object: see `own`."""
    makes: Any = type(step).__new__
    return hasattr(step, "__dict__") and makes is object.__new__


def own(step: Any) -> Any:
    """Return another object with all that a fitted step has learned, if that is possible."""
    if is_passed_through(step) or not is_own(step):
        return step
    copy = object.__new__(type(step))
    vars(copy).update(vars(step))
    return copy


def identity_of(step: Any) -> Hashable | None:
    """Return what is equal for steps that the same fit makes equal; None where nothing tells.

    Nothing tells where a fit draws numbers without an integer as `random_state`, where it writes
    into its rows, and where a parameter is of a class that cannot be compared.

    Parameters
    ----------
    step : estimator object, str or None
        A step of a pipeline, with all its params set.
    """
    try:
        return PASSED_THROUGH if is_passed_through(step) else _of_estimator(step)
    except _Unknown:
        return None


def _of_estimator(step: Any) -> Hashable:
    if isinstance(step, type) or not hasattr(step, "fit") or not hasattr(step, "transform"):
        raise _Unknown
    return _of_params(step)


def _of_params(estimator: Any) -> Hashable:
    params = estimator.get_params(deep=False)
    draws = not (type(estimator).__name__ == "PCA" and estimator.svd_solver in EXACT_SOLVERS)
    for name, value in params.items():
        if name == "random_state" and draws and not isinstance(value, Integral):
            raise _Unknown
        if name.startswith("copy") and value is False:
            raise _Unknown
        if name == "memory" and value is not None:
            raise _Unknown
    output = getattr(estimator, "_sklearn_output_config", None)
    parts = ((name, _of_value(params[name])) for name in sorted(params))
    return type(estimator), _of_value(output), *parts


def _of_value(value: Any) -> Hashable:
    kind = type(value)
    if value is None or kind in (bool, int, str, bytes):
        return kind, value
    if kind in (float, complex):
        return kind, repr(value)  # tells zeros apart, and makes all NaN equal
    if kind in (list, tuple):
        return kind, *map(_of_value, value)
    if kind in (set, frozenset):
        return kind, frozenset(map(_of_value, value))
    if kind is dict:
        return kind, *((_of_value(name), _of_value(one)) for name, one in value.items())
    if isinstance(value, np.generic | np.ndarray | np.dtype):
        return _of_numpy(value)
    if isinstance(value, type):
        return value
    if hasattr(value, "get_params"):
        return _of_params(value)
    return _of_function(value)


def _of_numpy(value: Any) -> Hashable:
    if isinstance(value, np.dtype):
        return str(value)
    array = np.asarray(value)
    if array.dtype.hasobject or array.nbytes > MAX_ARRAY_BYTES:
        raise _Unknown
    return type(value), str(array.dtype), array.shape, array.flags.f_contiguous, array.tobytes()


def _of_function(value: Any) -> Hashable:
    """Return a function that stands in a module; others are made anew in each worker."""
    name, module = getattr(value, "__name__", None), getattr(value, "__module__", None)
    if name in LUCKY_FUNCTIONS or not callable(value):
        raise _Unknown
    home = np if isinstance(value, np.ufunc) else sys.modules.get(module or "")
    if name is None or getattr(home, name, None) is not value:
        raise _Unknown
    identity: Hashable = value
    return identity
