"""Brings params that are known to be good to where a space has values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..space import Dimension, Either, Integer, Ordered, Real, When
from ..space._identity import is_number
from ._parts import Part


def combine(parts: list[Part], dimensions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the good params of all parts, the first ones together, then the second ones...

    Parameters
    ----------
    parts : list of Part
        Of one estimator.
    dimensions : mapping
        Its ready-made space.
    """
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
    if not is_number(value):
        return _whole_of(dimension, value)
    if isinstance(dimension, Integer):
        held = min(max(round(value), dimension.low), dimension.high)
        return held - (held - dimension.low) % dimension.step
    if isinstance(dimension, Real):
        return min(max(value, dimension.low), dimension.high)
    if isinstance(dimension, Ordered):
        numbers = [level for level in dimension.values if is_number(level)]
        return min(numbers, key=lambda level: _distance(level, value), default=value)
    return value


def _whole_of(dimension: Dimension, value: Any) -> Any:
    """Return the last of ordered levels in place of None, which says that there is no limit."""
    if value is None and isinstance(dimension, Ordered):
        return dimension.values[-1]
    return value


def _distance(left: float, right: float) -> float:
    if left > 0 and right > 0:
        return abs(math.log(left / right))
    return 0.0 if left == right else math.inf
