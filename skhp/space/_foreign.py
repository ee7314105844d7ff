"""Dimensions of other libraries, recognised by class name and read without importing them."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from ..exceptions import SpaceError
from ._choice import Choice, Ordered
from ._dimension import Dimension
from ._distribution import Distribution
from ._fixed import Fixed
from ._identity import is_number
from ._integer import Integer
from ._levels import run_in_one_direction, values_of, weights_of, without_repeats
from ._real import Real

PRIORS: Final = {"uniform": False, "log-uniform": True}
MOST_LISTED: Final = 65_536
"""A grid takes every one of choices that are listed, so that few are not to become a range."""

_N_DRAWN: Final = 1000
_N_DRAWN_CHOICES: Final = 200
_MOST_COUNTS: Final = 4096
_N_THINNED: Final = 256
_TAIL: Final = 1e-6


def choices(container: object, weights: object = None) -> Dimension:
    """Return the choices of a list: ordered if they are numbers in one direction."""
    values = values_of(container, what="The choices")
    if run_in_one_direction(values):
        return Ordered(values, weights)
    return Choice(values, weights)


def counted(numbers: range) -> Dimension:
    """Return the choices of a range, as an Integer with a step where they are very many."""
    first, last = sorted((numbers[0], numbers[-1])) if numbers else (0, 0)
    if (last - first) // abs(numbers.step) < MOST_LISTED:
        return choices(numbers)
    return Integer(first, last, step=abs(numbers.step))


def range_of(low: Any, high: Any, *, log: bool, whole: bool) -> Dimension:
    """Return an Integer or a Real."""
    return Integer(low, high, log) if whole else Real(low, high, log)


def log_of_prior(prior: object) -> bool:
    """Return whether the name of a prior means a log scale."""
    if not isinstance(prior, str) or prior not in PRIORS:
        raise SpaceError(
            f"The prior of a range must be 'uniform' or 'log-uniform', got {prior!r}. "
            "If these are choices, write a list."
        )
    return PRIORS[prior]


def read_foreign(value: object) -> Dimension | None:
    """Return what a dimension or distribution of another library means, None if it is none."""
    classes = {(base.__module__.partition(".")[0], base.__name__) for base in type(value).__mro__}
    for name in ("Real", "Integer", "Categorical"):
        if ("skopt", name) in classes:
            return _read_skopt(value, name)
    for name in ("FloatDistribution", "IntDistribution", "CategoricalDistribution"):
        if ("optuna", name) in classes:
            return _read_optuna(value, name)
    if isinstance(value, type):
        return None
    if hasattr(value, "cdf") and (hasattr(value, "ppf") or hasattr(value, "icdf")):
        return _read_distribution(value)
    if callable(getattr(value, "rvs", None)):
        return _read_draws(value)
    return None


def _read_skopt(dimension: Any, name: str) -> Dimension:
    if name == "Categorical":
        values = values_of(dimension.categories, what="The choices")
        weights = weights_of(dimension.prior, n_values=len(values))
        return choices(*without_repeats(values, weights))
    log = log_of_prior(dimension.prior)
    low, high = dimension.low, dimension.high
    if name == "Integer":  # whose bounds may be written as floats
        low, high = (int(end) if float(end).is_integer() else end for end in (low, high))
    return range_of(low, high, log=log, whole=name == "Integer")


def _read_optuna(distribution: Any, name: str) -> Dimension:
    if name == "CategoricalDistribution":
        return choices(distribution.choices)
    low, high, step = distribution.low, distribution.high, distribution.step
    if low == high:
        return Fixed(low)
    if name == "IntDistribution":
        if step != 1:
            return counted(range(low, high + 1, step))
        return Integer(low, high, distribution.log)
    if step is None:
        return Real(low, high, distribution.log)
    n_steps = int(math.floor((high - low) / step + 1e-8))
    return choices([float(f"{low + step * number:.15g}") for number in range(n_steps + 1)])


def _read_distribution(distribution: Any) -> Dimension:
    name = getattr(getattr(distribution, "dist", None), "name", "")
    if name == "randint":
        first, last = (int(end) for end in distribution.support())
        return Fixed(first) if first == last else Integer(first, last)
    if name in ("uniform", "loguniform", "reciprocal"):
        low, high = (float(end) for end in distribution.support())
        plain = Real(low, high, name != "uniform")
        inner = np.array([0.25, 0.5, 0.75])
        drawn = plain.decode(inner[:, np.newaxis])
        # a shifted loguniform is not log-uniform on its support
        if np.allclose(drawn, distribution.ppf(inner), rtol=1e-6, atol=0.0):
            return plain
    return _read_counts(distribution) if _is_discrete(distribution) else Distribution(distribution)


def _is_discrete(distribution: object) -> bool:
    if any(base.__name__ == "DiscreteDistribution" for base in type(distribution).__mro__):
        return True
    return hasattr(distribution, "pmf") and not hasattr(distribution, "pdf")


def _read_counts(distribution: Any) -> Dimension:
    """Return the numbers of a discrete distribution with their probabilities."""
    quantile = distribution.ppf if hasattr(distribution, "ppf") else distribution.icdf
    table = getattr(getattr(distribution, "dist", distribution), "xk", None)
    low, high = np.asarray(quantile(np.array([_TAIL, 1.0 - _TAIL])), dtype=np.float64).tolist()
    if not (math.isfinite(low) and math.isfinite(high)):
        raise SpaceError(f"The quantiles of {distribution!r} are not finite. Check its parameters.")
    if table is not None or high - low < _MOST_COUNTS:
        numbers = np.arange(low, high + 1.0) if table is None else np.unique(table)
        weights = np.asarray(distribution.pmf(numbers), dtype=np.float64)
    else:
        numbers = np.unique(quantile((np.arange(_N_THINNED) + 0.5) / _N_THINNED))
        weights = np.diff(distribution.cdf(numbers), prepend=0.0)
    likely = weights > weights.max() * 1e-9
    values = [int(x) if x.is_integer() else x for x in map(float, numbers[likely])]
    return Fixed(values[0]) if len(values) == 1 else Ordered(values, weights[likely])


def _read_draws(distribution: Any) -> Dimension:
    """Return a table of what an object with ``rvs`` draws, from a generator of fixed seed."""
    generator = np.random.RandomState(0)
    try:
        drawn = [distribution.rvs(random_state=generator) for _ in range(_N_DRAWN)]
    except TypeError as error:
        raise SpaceError(
            f"{distribution!r} has rvs, but rvs(random_state=...) failed: {error}. "
            "Let rvs take the argument random_state, as scikit-learn asks."
        ) from error
    values = [x.item() if isinstance(x, np.generic) else x for x in drawn]
    if all(is_number(value) for value in values):
        values.sort()
        return Ordered(*without_repeats(tuple(values), None))
    return Choice(values[:_N_DRAWN_CHOICES])
