"""Widens a dimension so that an estimator's present value is one of its values."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Hashable
from typing import Any, Final

from ..space import Choice, Derived, Dimension, Either, Integer, Ordered, Real, Space, When
from ..space._conditions import are_conditions
from ..space._identity import is_integer, is_number

COUNT_OR_SHARE: Final = frozenset(
    {
        "max_df",
        "max_features",
        "max_samples",
        "min_df",
        "min_frequency",
        "min_samples",
        "min_samples_leaf",
        "min_samples_split",
        "n_components",
        "n_features_to_select",
    }
)
"""Parameters for which 1 is a number of things and 1.0 is all of them."""


def widen(name: str, dimension: Any, present: Any) -> Any:
    """Return what a search space says of a parameter, the present value among its values.

    Parameters
    ----------
    name : str
        Of the parameter, without a prefix.
    dimension : object
        As in a search space, perhaps under a condition.
    present : object
        The estimator's present value.
    """
    if are_conditions(dimension):
        return [widen(name, one, present) for one in dimension]
    if isinstance(dimension, When):
        inner = widen(name, dimension.dimension, present)
        return When(dimension.parent, dimension.values, inner)
    if isinstance(dimension, Derived):
        return dimension
    read = dimension
    if not isinstance(read, Dimension):
        read = Space.read({name: dimension}).parameters[0].dimension
    counts_things = name in COUNT_OR_SHARE
    return read if _holds(read, present, counts_things) else _with(read, present, counts_things)


def _holds(dimension: Dimension, present: Any, counts_things: bool) -> bool:
    if counts_things and isinstance(dimension, Real) and is_integer(present):
        return False
    return dimension.contains(present)


def _with(dimension: Dimension, present: Any, counts_things: bool) -> Dimension:
    """Return the dimension with a value it does not hold."""
    if isinstance(dimension, Choice):
        return _with_choice(dimension, present)
    if isinstance(dimension, Either):
        inner = _with_number(dimension.dimension, present, counts_things)
        if inner is not None:
            return Either(dimension.special, inner, dimension.share)
        return Either([*dimension.specials, present], dimension.dimension, dimension.share)
    special = [present] if isinstance(present, list) else present
    return _with_number(dimension, present, counts_things) or Either(special, dimension)


def _with_choice(dimension: Choice, present: Any) -> Dimension:
    """Return choices with one more, as likely as they are on average."""
    weights = _with_weight(dimension, len(dimension.values))
    if dimension.subspaces is None:
        return Choice([*dimension.values, present], weights)
    if not isinstance(present, Hashable):
        return dimension  # which has a name for each sub-space
    subspaces = dict(zip(dimension.values, dimension.subspaces, strict=True))
    return Choice({**subspaces, present: {}}, weights)


def _with_weight(dimension: Choice | Ordered, place: int) -> list[float] | None:
    """Return the weights with an average one at a place, None where all are equal."""
    if dimension.weights is None:
        return None
    mean = sum(dimension.weights) / len(dimension.weights)
    return [*dimension.weights[:place], mean, *dimension.weights[place:]]


def _with_number(dimension: Dimension, present: Any, counts_things: bool) -> Dimension | None:
    """Return the dimension stretched to a number, None where it is none of its kind."""
    if not is_number(present):
        return None
    is_whole = is_integer(present)
    if isinstance(dimension, Integer) and is_whole or isinstance(dimension, Real):
        fits = math.isfinite(present) and not (dimension.log and present <= 0)
        has_gaps = isinstance(dimension, Integer) and dimension.step > 1
        if not fits or has_gaps or (counts_things and isinstance(dimension, Real) and is_whole):
            return None
        low: Any = min(dimension.low, present)
        high: Any = max(dimension.high, present)
        return dataclasses.replace(dimension, low=low, high=high)
    return _with_level(dimension, present, counts_things)


def _with_level(dimension: Dimension, present: float, counts_things: bool) -> Dimension | None:
    """Return ordered numbers with one more at its place, None where they are others."""
    if not isinstance(dimension, Ordered) or (counts_things and _is_mixed(dimension, present)):
        return None
    numbers = [value for value in dimension.values if is_number(value)]
    if not numbers or math.isnan(present):
        return None
    above = next((value for value in numbers if value > present), None)
    place = dimension.values.index(numbers[-1]) + 1
    if above is not None:
        place = dimension.values.index(above)
    values = [*dimension.values[:place], present, *dimension.values[place:]]
    return Ordered(values, _with_weight(dimension, place))


def _is_mixed(dimension: Ordered, present: float) -> bool:
    return any(is_number(value) and type(value) is not type(present) for value in dimension.values)
