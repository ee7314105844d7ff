"""Finds what is known to be good in a space that a user wrote, with the steps that it swaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from ..space import Choice, Dimension, Fixed, Ordered, Space
from ..space._identity import is_number, same
from ._combine import distance, together
from ._data import Data
from ._parts import Part, is_estimator, parts_of


@final
@dataclass(frozen=True)
class Start:
    """An estimator that a space can make, and what is known to be good of it.

    Parameters
    ----------
    present : mapping
        What its params stand for.
    good : sequence of mappings
        Params to try, best first, those that make the estimator what it is included.
    """

    present: Mapping[str, Any]
    good: Sequence[Mapping[str, Any]]


def starts_in(space: Space, estimator: Any, data: Data) -> Iterator[Start]:
    """Yield the estimator as it is, then with each alternative of a step of which one is known.

    Parameters
    ----------
    space : Space
        As the user wrote it.
    estimator : estimator object
        What is tuned; left as it is.
    data : Data
        What it will be fitted on.
    """
    from sklearn.base import clone

    choices = _choices_of_estimators(space)
    yield _start(space, estimator, {}, choices=choices, data=data)
    for name, values in choices.items():
        starts = []
        for value in filter(is_estimator, values):
            swapped = clone(estimator)
            if name in swapped.get_params(deep=True):
                swapped.set_params(**{name: value})
                swap = {name: value}
                starts.append(_start(space, swapped, swap, choices=choices, data=data))
        if any(len(start.good) > 1 for start in starts):  # all of them, so that none is left behind
            yield from starts


def _choices_of_estimators(space: Space) -> dict[str, list[Any]]:
    """Return the values of each parameter among which there are estimators."""
    found: dict[str, list[Any]] = {}
    for parameter in space.parameters:
        values = _values(parameter.dimension)
        if any(map(is_estimator, values)):
            found.setdefault(parameter.name, []).extend(values)
    return found


def _values(dimension: Dimension) -> Sequence[Any]:
    if isinstance(dimension, Fixed):
        return [dimension.value]
    return dimension.values if isinstance(dimension, Choice) else []


def _start(
    space: Space,
    estimator: Any,
    swap: Mapping[str, Any],
    *,
    choices: Mapping[str, Sequence[Any]],
    data: Data,
) -> Start:
    present = estimator.get_params(deep=True)
    parts = [
        part
        for part in parts_of(estimator, data)
        if all(
            any(same(present[name], value) for value in values)
            for name, values in choices.items()
            if part.prefix.startswith(f"{name}__") and name in present
        )
    ]
    for part in parts:
        present |= {f"{part.prefix}{name}": value for name, value in part.standing.items()}
    known = [
        [_placed(part, one, space) for one in part.preset.good]
        for part in parts
        if part.preset is not None and part.preset.anywhere
    ]
    is_known = any(_belongs(part, swap) for part in parts)
    good = together(known) if is_known else []
    return Start(present, [swap, *({**swap, **one} for one in good)])


def _belongs(part: Part, swap: Mapping[str, Any]) -> bool:
    """Say whether good params of a part are news: those of what was swapped in, if anything was."""
    has_good = part.preset is not None and part.preset.anywhere and bool(part.preset.good)
    return has_good and all(part.prefix.startswith(f"{name}__") for name in swap)


def _placed(part: Part, params: Mapping[str, Any], space: Space) -> dict[str, Any]:
    """Return good params of a part by their full names, numbers as near as lists have them."""
    placed = {}
    for name, value in params.items():
        full = f"{part.prefix}{name}"
        mine = [one.dimension for one in space.parameters if one.name == full]
        placed[full] = _listed(value, mine)
    return placed


def _listed(value: Any, dimensions: Sequence[Dimension]) -> Any:
    """Return the nearest number of a list that reaches from below a number to above it."""
    if not is_number(value) or any(one.contains(value) for one in dimensions):
        return value
    for dimension in dimensions:
        numbers = []
        if isinstance(dimension, Choice | Ordered):
            numbers = [level for level in dimension.values if is_number(level)]
        if numbers and min(numbers) <= value <= max(numbers):
            return min(numbers, key=lambda level: distance(level, value))
    return value
