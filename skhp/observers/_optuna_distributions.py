"""What Optuna is told of where a param comes from: a range, a set of plain values or of labels."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..space import Dimension, Plain, label_of

__all__ = ["Distributions"]

MOST_LISTED = 1000
"""A set with more values than this is told as what was tried alone."""

TAIL = 1e-3
"""An unbounded distribution is told as the range between the quantiles this far from its ends."""


class Distributions:
    """The distributions of a space, as Optuna knows them.

    Parameters
    ----------
    space : Space or None
        Of a search, if it is known.
    """

    def __init__(self, space: Any) -> None:
        parameters = () if space is None else space.parameters
        self._dimensions: dict[str, list[Dimension]] = {}
        for parameter in parameters:
            self._dimensions.setdefault(parameter.name, []).append(parameter.dimension)
        self._labels: dict[int, tuple[Plain, ...]] = {}

    def of(self, name: str, value: Any) -> tuple[Plain, Any]:
        """Return what stands for a value, and the distribution that it is from.

        Where a name means one thing under one condition and another under another, that is the
        one that has the value.
        """
        from optuna.distributions import CategoricalDistribution

        for dimension in self._dimensions.get(name, ()):
            if not dimension.contains(value):
                continue
            if hasattr(dimension, "low") or _is_scale(dimension):
                return _in_range(dimension, value)
            if dimension.size <= MOST_LISTED:
                labels = self._labels.setdefault(id(dimension), _labels(dimension))
                return labels[_position(dimension, value)], CategoricalDistribution(labels)
        label = label_of(value)
        return label, CategoricalDistribution((label,))


def _is_scale(dimension: Dimension) -> bool:
    return len(dimension.columns) == 1 and not dimension.columns[0].n_levels


def _in_range(dimension: Any, value: Any) -> tuple[Plain, Any]:
    from optuna.distributions import FloatDistribution, IntDistribution

    if hasattr(dimension, "low"):
        kind = IntDistribution if dimension.columns[0].n_levels else FloatDistribution
        return label_of(value), kind(dimension.low, dimension.high, log=dimension.log)
    low, middle, high = dimension.decode(np.array([[TAIL], [0.5], [1 - TAIL]]))
    is_log = low > 0 and abs(middle - (low * high) ** 0.5) < abs(middle - (low + high) / 2)
    low, high = min(low, value), max(high, value)
    return label_of(value), FloatDistribution(float(low), float(high), log=bool(is_log))


def _labels(dimension: Dimension) -> tuple[Plain, ...]:
    """Return a label for each value; two that are equal, as 1 and True, are told apart."""
    labels = tuple(label_of(value) for value in dimension.decode(dimension.levels(None)))
    return labels if len(set(labels)) == len(labels) else tuple(map(repr, labels))


def _position(dimension: Dimension, value: Any) -> int:
    rows = dimension.levels(None)
    return int(np.argmax((rows == dimension.encode([value])[0]).all(axis=1)))
