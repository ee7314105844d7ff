"""Brings params that are known to be good to where a space has values."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from typing import Any

from ..space import Dimension, Either, Integer, Ordered, Real, When
from ..space._identity import NOTHING, is_number, same
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
    good = []
    for part in parts:
        known = [] if part.preset is None else part.preset.good
        named = [{f"{part.prefix}{name}": value for name, value in one.items()} for one in known]
        standing = {f"{part.prefix}{name}": value for name, value in part.standing.items()}
        good.append([_nearest(one, dimensions) for one in named if asks(one, dimensions, standing)])
    return together(good)


def together(good: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the first good params of all parts in one, then the second ones, and so on."""
    some = [those for those in good if those]
    longest = max(map(len, some), default=0)
    return [
        {name: value for those in some for name, value in those[turn % len(those)].items()}
        for turn in range(longest)
    ]


def asks(good: Mapping[str, Any], searched: Container[str], present: Mapping[str, Any]) -> bool:
    """Say whether good params ask for nothing that is not searched and has another value.

    Numbers that are not searched may differ: what is good with 300 trees is seldom bad with 200.
    Choices may not: what is good of one kernel says nothing of another.
    """
    return all(
        same(value, present.get(name, NOTHING))
        or (is_number(value) and is_number(present.get(name)))
        for name, value in good.items()
        if name not in searched
    )


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
        return min(numbers, key=lambda level: distance(level, value), default=value)
    return value


def _whole_of(dimension: Dimension, value: Any) -> Any:
    """Return the last of ordered levels in place of None, which says that there is no limit."""
    if value is None and isinstance(dimension, Ordered):
        return dimension.values[-1]
    return value


def distance(left: float, right: float) -> float:
    """Return how far two numbers are apart, by the logarithm of their ratio."""
    if left > 0 and right > 0:
        return abs(math.log(left / right))
    return 0.0 if left == right else math.inf
