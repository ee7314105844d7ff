"""What skopt can hold of a space: one of its dimensions for each parameter of a sub-space."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

__all__ = ["Axis", "axes_of"]

MOST_LISTED: Final = 1000
"""Of a dimension with more values than this only those that were tried are listed."""

LONGEST_LABEL: Final = 40

LARGEST: Final = 2**53
"""Beyond this skopt's whole numbers are no longer exact, and a range is one of real numbers."""


@dataclass(frozen=True)
class Axis:
    """One entry of a row of an ``OptimizeResult``.

    Parameters
    ----------
    name : str
        Of the parameter.
    dimension : callable
        Makes the ``skopt.space.Dimension`` that skopt is told of it.
    filler : object
        Stands where the parameter is inactive.
    sources : sequence of Dimension
        The dimensions it may have, of which conditions choose one.
    labels : mapping, optional
        What stands for a value, by source and position; None for a range of numbers.
    """

    name: str
    dimension: Callable[[], Any]
    filler: Any
    sources: Sequence[Any]
    labels: Mapping[tuple[int, bytes], Any] | None = None

    def value(self, params: Mapping[str, Any]) -> Any:
        """Return what stands for the parameter of a trial."""
        if self.name not in params:
            return self.filler
        if self.labels is None:
            return _held_by_skopt(params[self.name])
        return self.labels[_place(self.sources, params[self.name])]


def axes_of(space: Any, branch: int, *, params: Sequence[Mapping[str, Any]]) -> list[Axis]:
    """Return the axes of a sub-space, by name.

    Parameters
    ----------
    space : Space
        Of the search.
    branch : int
        Which of its sub-spaces.
    params : sequence of dict
        What was tried in it.
    """
    sources: dict[str, list[Any]] = {}
    for parameter in space.parameters:
        if parameter.name and _belongs(parameter, branch, space.parameters[0].name == ""):
            sources.setdefault(parameter.name, []).append(parameter.dimension)
    return [
        _axis(name, found, [one[name] for one in params if name in one])
        for name, found in sorted(sources.items())
    ]


def _belongs(parameter: Any, branch: int, has_root: bool) -> bool:
    """Say whether a parameter can be active in a sub-space; the first gate is about that."""
    if not has_root or not parameter.gates:
        return True
    return all(branch in codes for gate in parameter.gates for parent, codes in gate if parent == 0)


def _axis(name: str, sources: Sequence[Any], tried: Sequence[Any]) -> Axis:
    ranges = [_range(source) for source in sources]
    bounds = [one for one in ranges if one is not None]
    if len(bounds) == len(sources):
        filler = sources[0].decode(np.array([[0.5]]))[0]
        return Axis(name, partial(_skopt_range, name, bounds), filler, sources)
    return _labelled_axis(name, sources, tried)


def _range(source: Any) -> tuple[Any, Any, bool] | None:
    """Return lowest, highest and whether the scale is logarithmic, None if it is no range."""
    if hasattr(source, "low"):
        return source.low, source.high, source.log
    if len(source.columns) != 1 or source.columns[0].n_levels:
        return None
    low, middle, high = source.decode(np.array([[0.0], [0.5], [1.0]]))
    log = low > 0 and abs(middle - math.sqrt(low * high)) < abs(middle - (low + high) / 2)
    return low, high, log


def _skopt_range(name: str, bounds: Sequence[tuple[Any, Any, bool]]) -> Any:
    from skopt.space import Integer, Real

    lows, highs, logs = zip(*bounds, strict=True)
    low, high = _held_by_skopt(min(lows)), _held_by_skopt(max(highs))
    whole = all(isinstance(bound, int) for bound in (*lows, *highs, low, high))
    return (Integer if whole else Real)(
        low,
        high,
        prior="log-uniform" if all(logs) else "uniform",
        transform="normalize",
        name=name,
    )


def _held_by_skopt(number: Any) -> Any:
    """Return a number as it is, one that is too large for skopt's arrays as a real number."""
    return float(number) if isinstance(number, int) and abs(number) > LARGEST else number


def _labelled_axis(name: str, sources: Sequence[Any], tried: Sequence[Any]) -> Axis:
    places: list[tuple[int, bytes]] = []
    values: list[Any] = []
    for number, source in enumerate(sources):
        if source.size <= MOST_LISTED:
            block = source.levels(None)
        else:
            block = source.encode(list(tried))
            block = np.unique(block[~np.isnan(block).any(axis=1)], axis=0)
        places.extend((number, row.tobytes()) for row in block)
        values.extend(source.decode(block))
    if not values:
        block = source.snap(np.full((1, len(source.columns)), 0.5))
        places, values = [(len(sources) - 1, block[0].tobytes())], source.decode(block)
    labels = _labels(values)
    weights = getattr(sources[0], "weights", None) if len(sources) == 1 else None
    categories = tuple(dict.fromkeys(labels))
    dimension = partial(_skopt_choice, name, categories, weights)
    filler = categories[len(categories) // 2]
    return Axis(name, dimension, filler, sources, dict(zip(places, labels, strict=True)))


def _skopt_choice(name: str, categories: tuple[Any, ...], weights: Any) -> Any:
    from skopt.space import Categorical

    return Categorical(categories, prior=None if weights is None else list(weights), name=name)


def _place(sources: Sequence[Any], value: Any) -> tuple[int, bytes]:
    """Return which source holds a value, and where in it."""
    for number, source in enumerate(sources):
        block = source.encode([value])
        if not np.isnan(block).any():
            return number, block[0].tobytes()
    raise ValueError(f"{value!r} is no value of {list(sources)!r}.")


def _labels(values: Sequence[Any]) -> list[Any]:
    """Return values as they are where skopt can tell them apart, else strings."""
    # numpy, and so skopt, makes strings of numbers beside strings
    kinds = {str if isinstance(value, str) else isinstance(value, int | float) for value in values}
    held = kinds != {str, True} and all(_is_held(value) for value in values)
    if held and len(set(values)) == len({(type(value), value) for value in values}):
        return list(values)
    labels: list[str] = []
    for value in values:
        label = _label(value)
        repeats = sum(one == label or one.startswith(f"{label} #") for one in labels)
        labels.append(f"{label} #{repeats + 1}" if repeats else label)
    return labels


def _is_held(value: Any) -> bool:
    """Say whether skopt can hold a value: it is itself, hashable, and one thing to numpy."""
    if isinstance(value, str | int | float):
        return value == value  # not NaN
    if any(hasattr(type(value), name) for name in ("__len__", "__getitem__", "__array__")):
        return False
    try:
        return hash(value) is not None and bool(value == value)
    except (TypeError, ValueError):
        return False


def _label(value: Any) -> str:
    text = getattr(value, "__name__", None) or str(value)
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LABEL else f"{line[: LONGEST_LABEL - 3]}..."
