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
from ._wide import WideRange

# Up to here the logarithm of a whole number leads back to it.
_LARGEST: Final = 2**40


@final
@dataclass(frozen=True, repr=False)
class Integer(Dimension):
    """A whole number in a range, both ends included.

    Parameters
    ----------
    low, high : int
        The bounds. With a step the highest number is the last one that it reaches.
    log : bool, default=False
        Whether the logarithm is uniform, rather than the number.
    step : int, default=1
        From one number to the next.

    Raises
    ------
    SpaceError
        If the bounds are not whole numbers with ``low < high``, or not above 0 on a log scale; if
        the step is no whole number from 1 to the width of the range, or goes with a log scale.

    Notes
    -----
    Each number owns a cell of the unit interval and lies at its centre. On a log scale the cell
    of ``i`` reaches from ``log(i - 1/2)`` to ``log(i + 1/2)`` and the number lies at ``log(i)``.
    Of more than 2**41 numbers, and of a log scale beyond 2**40, a billion positions are searched,
    as of real numbers.

    Examples
    --------
    >>> Integer(1, 100, log=True)
    Integer(1, 100, log=True)
    >>> Integer(0, 99, step=10)
    Integer(0, 90, step=10)
    """

    low: int
    high: int
    log: bool = False
    step: int = 1

    def __post_init__(self) -> None:
        for name, bound in (("low", self.low), ("high", self.high)):
            if not is_integer(bound):
                raise SpaceError(
                    f"The bound {name} must be a whole number, got {bound!r}. "
                    "Write Real(low, high) for a range of real numbers."
                )
        check_bounds(self.low, self.high, log=self.log)
        low, high = int(self.low), int(self.high)
        if not is_integer(self.step) or not 1 <= self.step <= high - low:
            raise SpaceError(
                f"The step must be a whole number from 1 to {high - low}, got {self.step!r}."
            )
        if self.log and self.step != 1:
            raise SpaceError("Numbers on a log scale have no step. Leave out the log or the step.")
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high - (high - low) % int(self.step))
        object.__setattr__(self, "log", bool(self.log))
        object.__setattr__(self, "step", int(self.step))
        _ = self._wide

    def __repr__(self) -> str:
        log = ", log=True" if self.log else ""
        step = f", step={self.step!r}" if self.step != 1 else ""
        return f"Integer({self.low!r}, {self.high!r}{log}{step})"

    @property
    def size(self) -> int:
        return (self.high - self.low) // self.step + 1

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        if self._wide is not None:
            return (Column(True, 0, self._wide.lattice),)
        return (Column(True, self.size, None if self.log else Lattice.of_cells(self.size)),)

    @cached_property
    def _wide(self) -> WideRange | None:
        """The range where its numbers are too many or too large for cells of their own."""
        if self.size <= 2 * _LARGEST + 1 and not (self.log and self.high > _LARGEST):
            return None
        return WideRange(self.low, self.high, self.step, self.log)

    def snap(self, block: Block) -> Block:
        if self._wide is not None:
            return self._wide.places(self._wide.numbers(block[:, 0]))[:, np.newaxis]
        return self._at(self._steps(block))

    def decode(self, block: Block) -> list[Any]:
        if self._wide is not None:
            return self._wide.numbers(block[:, 0])
        low, step = self.low, self.step
        steps: list[int] = self._steps(block).astype(np.int64).tolist()
        return [low + step * k for k in steps]

    def encode(self, values: Sequence[Any]) -> Block:
        if max(abs(self.low), abs(self.high)) <= _LARGEST:
            numbers = as_floats(values, integers_only=True)
            inside = (numbers >= self.low) & (numbers <= self.high)
            steps = (np.where(inside, numbers, self.low) - self.low) / self.step
            inside &= steps == np.floor(steps)
            block = self._at(steps)
        else:
            inside = np.array([self._holds(value) for value in values], dtype=bool)
            block = self._exactly_at(
                [int(v) if held else self.low for v, held in zip(values, inside, strict=True)]
            )
        block[~inside] = np.nan
        return block

    def levels(self, points: int | None) -> Block:
        if self._wide is None and (points is None or points >= self.size):
            return self._at(np.arange(self.size, dtype=np.float64))
        if points is None:
            raise SpaceError(f"{self!r} has too many values; it cannot be enumerated.")
        spread = np.linspace(0.0, 1.0, points) if points > 1 else np.array([0.5])
        return np.unique(self.snap(spread[:, np.newaxis]), axis=0)

    def codes(self, block: Block) -> NDArray[np.int64]:
        return self._steps(block).astype(np.int64)

    def _holds(self, value: object) -> bool:
        """Say whether a value is one of the numbers, whatever its size."""
        if not is_integer(value):
            return False
        number = int(value)  # type: ignore[call-overload]
        return self.low <= number <= self.high and (number - self.low) % self.step == 0

    def _exactly_at(self, numbers: Sequence[int]) -> Block:
        """Return where numbers lie that floating point may not tell apart."""
        if self._wide is not None:
            return self._wide.places(numbers)[:, np.newaxis]
        steps = [(number - self.low) // self.step for number in numbers]
        return self._at(np.array(steps, dtype=np.float64))

    def _steps(self, block: Block) -> NDArray[np.float64]:
        """Return how many steps above the lowest the number of each row (n,) lies."""
        if self.log:
            numbers = to_whole_numbers(block[:, 0], self.low, high=self.high, log=True)
            return np.asarray(numbers - self.low, dtype=np.float64)
        return to_whole_numbers(block[:, 0], 0, high=self.size - 1, log=False)

    def _at(self, steps: NDArray[np.float64]) -> Block:
        if self.log:
            at = to_unit(steps + self.low, self.low, high=self.high, log=True)
        else:
            at = to_unit(steps, 0, high=self.size - 1, log=False)
        return at[:, np.newaxis]


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
