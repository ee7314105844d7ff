"""A finite list of values, each with its share of one column."""

from __future__ import annotations

import math
import operator
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SpaceError
from ._dimension import Block, Column, Dimension, Lattice
from ._identity import Lookup, is_number, kind_of_numbers, same

_MOST_VALUES: Final = 1_000_000
# A share below this could not be told from its neighbour's in floating point.
_LEAST_WEIGHT: Final = 1e-12


class Levels(Dimension):
    """A finite list of values; what Choice and Ordered have in common."""

    values: tuple[Any, ...]
    weights: tuple[float, ...] | None

    @property
    @abstractmethod
    def is_ordered(self) -> bool:
        """Whether neighbours in the list are alike."""

    @property
    def size(self) -> int:
        return len(self.values)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        lattice = Lattice.of_cells(self.size) if self.weights is None else None
        return (Column(self.is_ordered, self.size, lattice),)

    def snap(self, block: Block) -> Block:
        return self._at(self.codes(block))

    def decode(self, block: Block) -> list[Any]:
        return [self.values[code] for code in self.codes(block).tolist()]

    def encode(self, values: Sequence[Any]) -> Block:
        position = self._lookup.position
        codes = np.array([position(value) for value in values], dtype=np.int64)
        block = self._at(np.maximum(codes, 0))
        block[codes < 0] = np.nan
        return block

    def levels(self, points: int | None) -> Block:
        return self._at(np.arange(self.size))

    def codes(self, block: Block) -> NDArray[np.int64]:
        if self.weights is None:
            return super().codes(block)
        codes = np.searchsorted(self._edges, block[:, 0], side="right") - 1
        return np.clip(codes, 0, self.size - 1).astype(np.int64)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.weights == other.weights and same(self.values, other.values)

    def __hash__(self) -> int:
        return hash((type(self), self.weights, len(self.values)))

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self.values)

    @cached_property
    def _edges(self) -> NDArray[np.float64]:
        edges = np.concatenate([[0.0], np.cumsum(self.weights or ())])
        return np.asarray(edges / edges[-1], dtype=np.float64)

    def _at(self, codes: NDArray[np.int64]) -> Block:
        if self.weights is None:
            return Lattice.of_cells(self.size).at(codes)[:, np.newaxis]
        centres = (self._edges[:-1] + self._edges[1:]) / 2.0
        return np.asarray(centres[codes][:, np.newaxis], dtype=np.float64)


def values_of(container: Any, *, what: str) -> tuple[Any, ...]:
    """Return the values of a list, tuple, range, 1-D array or the like.

    Numbers of an array come as Python numbers; the objects of a list are the caller's own.
    """
    if isinstance(container, str | bytes | Mapping | set | frozenset) or not isinstance(
        container, Iterable
    ):
        raise SpaceError(
            f"{what} must be a list, tuple, range or one-dimensional array, "
            f"got {container!r} of type {type(container).__name__}."
        )
    if hasattr(container, "tolist") and hasattr(container, "ndim"):
        if container.ndim != 1:
            raise SpaceError(
                f"{what} must be one-dimensional, got an array of {container.ndim} dimensions. "
                "Write a list of the values."
            )
        container = container.tolist()
    values: tuple[Any, ...] = tuple(islice(container, _MOST_VALUES + 1))
    if not values:
        raise SpaceError(f"{what} must not be empty. Give at least one value.")
    if len(values) > _MOST_VALUES:
        raise SpaceError(
            f"{what} must be at most {_MOST_VALUES:,}. Write Integer(low, high) or "
            "Real(low, high), perhaps with a step."
        )
    return values


def weights_of(weights: object, *, n_values: int) -> tuple[float, ...] | None:
    """Return weights that sum to 1, None where all are equal."""
    if weights is None:
        return None
    numbers = values_of(weights, what="The weights")
    if len(numbers) != n_values:
        raise SpaceError(
            f"There must be one weight per value, got {len(numbers)} weights for {n_values} values."
        )
    if not all(is_number(number) and 0 < number < math.inf for number in numbers):
        raise SpaceError(
            f"The weights must be finite numbers above 0, got {list(numbers)!r}. "
            "Leave out a value that is never to be tried."
        )
    if len(set(numbers)) == 1:
        return None
    total = math.fsum(numbers)
    # shares that were made here before stay as they are
    scale = 1.0 if abs(total - 1.0) < 1e-9 else total
    shares = tuple(float(number) / scale for number in numbers)
    if min(shares) < _LEAST_WEIGHT:
        raise SpaceError(
            f"The smallest weight is {min(shares):.1e} of all, which is too small to matter. "
            "Leave out its value."
        )
    return shares


def without_repeats(
    values: tuple[Any, ...], weights: tuple[float, ...] | None
) -> tuple[tuple[Any, ...], tuple[float, ...] | None]:
    """Return the distinct values; a value that is given twice weighs twice."""
    if kind_of_numbers(values) and len(set(values)) == len(values):
        return values, weights
    lookup = Lookup(values)
    first = [lookup.first_position(value) for value in values]
    if first == list(range(len(values))):
        return values, weights
    shares: dict[int, float] = {}
    for position, owner in enumerate(first):
        shares[owner] = shares.get(owner, 0.0) + (weights[position] if weights else 1.0)
    kept = tuple(values[owner] for owner in shares)
    return kept, weights_of(tuple(shares.values()), n_values=len(kept))


def run_in_one_direction(values: tuple[Any, ...]) -> bool:
    """Say whether two or more values are plain numbers that only rise or only fall."""
    if len(values) < 2 or not (kind_of_numbers(values) or all(map(is_number, values))):
        return False
    later = values[1:]
    return all(map(operator.lt, values, later)) or all(map(operator.gt, values, later))
