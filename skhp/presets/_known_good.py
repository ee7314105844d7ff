"""Params that are worth trying first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..space import Dimension, Either, Integer, Ordered, Real, Space, When, agreeing
from ._space_for import parts_of
from ._walk import Part


def known_good(
    estimator: Any, size: str = "core", *, X: Any = None, y: Any = None
) -> list[dict[str, Any]]:
    """Return params of an estimator's ready-made space that are worth trying first.

    Parameters
    ----------
    estimator : estimator object
        As for `space_for`.
    size : {"core", "wide"}, default="core"
        As for `space_for`.
    X, y : array-like, optional
        As for `space_for`.

    Returns
    -------
    list of dict
        First the estimator as it is, then what is known to be good on many data sets; in each
        the parts of a pipeline or an ensemble are given their first, second, ... good params.

    Raises
    ------
    SpaceError
        As `space_for`.

    References
    ----------
    P. Gijsbers et al.: Meta-learning for symbolic hyperparameter defaults, GECCO 2021: one good
    configuration is worth about eight random ones.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> known_good(LogisticRegression())
    [{'C': 1.0}, {'C': 0.1}, {'C': 100.0}, {'C': 0.01}]
    """
    parts = parts_of(estimator, size=size, X=X, y=y)
    dimensions = {name: value for part in parts for name, value in part.dimensions(size).items()}
    space = Space.read(dimensions)
    present = {
        f"{part.prefix}{name}": value for part in parts for name, value in part.standing.items()
    }
    found: list[dict[str, Any]] = []
    for good in [{}, *_together(parts, dimensions)]:
        params = agreeing(space, {**present, **good})
        if params is not None and params not in found:
            found.append(params)
    return found


def _together(parts: list[Part], dimensions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the good params of all parts, the first ones together, then the second ones..."""
    good = [
        [
            _nearest({f"{part.prefix}{name}": value for name, value in one.items()}, dimensions)
            for one in part.preset.good
        ]
        for part in parts
        if part.preset is not None and part.preset.good
    ]
    longest = max(map(len, good), default=0)
    return [
        {name: value for some in good for name, value in some[turn % len(some)].items()}
        for turn in range(longest)
    ]


def _nearest(params: Mapping[str, Any], dimensions: Mapping[str, Any]) -> dict[str, Any]:
    """Return params moved to where the dimensions have values; others are left out."""
    return {
        name: _moved(value, dimensions[name])
        for name, value in params.items()
        if name in dimensions
    }


def _moved(value: Any, dimension: Any) -> Any:
    if isinstance(dimension, When):
        return _moved(value, dimension.dimension)
    if not isinstance(dimension, Dimension) or dimension.contains(value):
        return value
    if isinstance(dimension, Either):
        return _moved(value, dimension.dimension)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _whole_of(dimension, value)
    if isinstance(dimension, Integer):
        return min(max(round(value), dimension.low), dimension.high)
    if isinstance(dimension, Real):
        return min(max(value, dimension.low), dimension.high)
    if isinstance(dimension, Ordered):
        numbers = [level for level in dimension.values if _is_number(level)]
        return min(numbers, key=lambda level: _distance(level, value), default=value)
    return value


def _whole_of(dimension: Dimension, value: Any) -> Any:
    """Return the last of ordered levels in place of None, which says that there is no limit."""
    if value is None and isinstance(dimension, Ordered):
        return dimension.values[-1]
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _distance(left: float, right: float) -> float:
    if left > 0 and right > 0:
        return abs(math.log(left / right))
    return 0.0 if left == right else math.inf
