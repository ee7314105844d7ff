"""A whole number in a range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SpaceError
from ._dimension import Block, Column, Dimension, Lattice
from ._identity import is_integer
from ._numbers import as_floats, check_bounds

# Up to here the logarithm of a whole number leads back to it.
_LARGEST: Final = 2**40


@final
@dataclass(frozen=True, repr=False)
class Integer(Dimension):
    """A whole number in a range, both ends included.

    Parameters
    ----------
    low, high : int
        The bounds.
    log : bool, default=False
        Whether the logarithm is uniform, rather than the number.

    Raises
    ------
    SpaceError
        If the bounds are not whole numbers with ``low < high``, or not above 0 on a log scale.

    Notes
    -----
    Each number owns a cell of the unit interval and lies at its centre. On a log scale the cell
    of ``i`` reaches from ``log(i - 1/2)`` to ``log(i + 1/2)`` and the number lies at ``log(i)``.

    Examples
    --------
    >>> Integer(1, 100, log=True)
    Integer(1, 100, log=True)
    """

    low: int
    high: int
    log: bool = False

    def __post_init__(self) -> None:
        for name, bound in (("low", self.low), ("high", self.high)):
            if not is_integer(bound):
                raise SpaceError(
                    f"The bound {name} must be a whole number, got {bound!r}. "
                    "Write Real(low, high) for a range of real numbers."
                )
            if abs(bound) > _LARGEST:
                raise SpaceError(
                    f"The bound {name} must not go beyond 2**40, got {bound!r}. "
                    "Write Real(low, high) for so wide a range."
                )
        check_bounds(self.low, self.high, log=self.log)
        object.__setattr__(self, "low", int(self.low))
        object.__setattr__(self, "high", int(self.high))
        object.__setattr__(self, "log", bool(self.log))

    def __repr__(self) -> str:
        return f"Integer({self.low!r}, {self.high!r}{', log=True' if self.log else ''})"

    @property
    def size(self) -> int:
        return self.high - self.low + 1

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return (Column(True, self.size, None if self.log else Lattice.of_cells(self.size)),)

    def snap(self, block: Block) -> Block:
        return self._at(self._numbers(block))

    def decode(self, block: Block) -> list[Any]:
        numbers: list[Any] = self._numbers(block).astype(np.int64).tolist()
        return numbers

    def encode(self, values: Sequence[Any]) -> Block:
        numbers = as_floats(values, integers_only=True)
        inside = (numbers >= self.low) & (numbers <= self.high)
        block = self._at(np.where(inside, numbers, self.low))
        block[~inside] = np.nan
        return block

    def levels(self, points: int | None) -> Block:
        if points is None or points >= self.size:
            return self._at(np.arange(self.low, self.high + 1, dtype=np.float64))
        spread = np.linspace(0.0, 1.0, points) if points > 1 else np.array([0.5])
        return np.unique(self.snap(spread[:, np.newaxis]), axis=0)

    def codes(self, block: Block) -> NDArray[np.int64]:
        codes: NDArray[np.int64] = self._numbers(block).astype(np.int64) - self.low
        return codes

    def _numbers(self, block: Block) -> NDArray[np.float64]:
        return to_whole_numbers(block[:, 0], self.low, high=self.high, log=self.log)

    def _at(self, numbers: NDArray[np.float64]) -> Block:
        return to_unit(numbers, self.low, high=self.high, log=self.log)[:, np.newaxis]


def to_whole_numbers(
    unit: NDArray[np.float64], low: float, *, high: Any, log: bool
) -> NDArray[np.float64]:
    """Return the whole number each point of the unit interval belongs to; ``high`` may be (n,)."""
    if log:
        start, stop = math.log(low - 0.5), np.log(high + 0.5)
        numbers = np.rint(np.exp(start + np.clip(unit, 0.0, 1.0) * (stop - start)))
    else:
        numbers = low + np.floor(unit * (high - low + 1))
    return np.asarray(np.clip(numbers, low, high), dtype=np.float64)


def to_unit(
    numbers: NDArray[np.float64], low: float, *, high: Any, log: bool
) -> NDArray[np.float64]:
    """Return where whole numbers lie in the unit interval; ``high`` may be (n,)."""
    if log:
        start, stop = math.log(low - 0.5), np.log(high + 0.5)
        return np.asarray((np.log(numbers) - start) / (stop - start), dtype=np.float64)
    return np.asarray((numbers - low + 0.5) / (high - low + 1), dtype=np.float64)
