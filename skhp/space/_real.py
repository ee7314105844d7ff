"""A real number in a range."""

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
from ._numbers import as_floats, check_bounds, plainest

# A billion positions: finer than any score can tell, coarse enough that a number survives the way
# to the cube and back, and that noise in the last bits of a proposal does not change it.
_FINEST_BITS: Final = 30
_SPARE_BITS: Final = 4


@final
@dataclass(frozen=True, repr=False)
class Real(Dimension):
    """A real number in a range, both ends included.

    Parameters
    ----------
    low, high : float
        The bounds.
    log : bool, default=False
        Whether the logarithm is uniform, rather than the number.

    Raises
    ------
    SpaceError
        If the bounds are not finite numbers with ``low < high``, or not above 0 on a log scale.

    Examples
    --------
    >>> Real(1e-3, 1e3, log=True)
    Real(0.001, 1000.0, log=True)
    """

    low: float
    high: float
    log: bool = False

    def __post_init__(self) -> None:
        check_bounds(self.low, self.high, log=self.log)
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))
        object.__setattr__(self, "log", bool(self.log))
        if self._bits < 1:
            raise SpaceError(
                f"The range from {self.low!r} to {self.high!r} is too narrow or too wide for "
                "floating point. Scale the parameter."
            )

    def __repr__(self) -> str:
        return f"Real({self.low!r}, {self.high!r}{', log=True' if self.log else ''})"

    @property
    def size(self) -> float:
        return math.inf

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return (Column(True, 0, self._lattice),)

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """Both bounds on the scale that is uniform."""
        return (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)

    @cached_property
    def _bits(self) -> int:
        start, stop = self._ends
        width = stop - start
        if not math.isfinite(width) or width <= 0:
            return 0
        largest = max(abs(start), abs(stop), 1.0 if self.log else 0.0)
        return min(_FINEST_BITS, int(math.log2(width / math.ulp(largest))) - _SPARE_BITS)

    @cached_property
    def _lattice(self) -> Lattice:
        return Lattice.of_steps(2**self._bits)

    def decode(self, block: Block) -> list[Any]:
        start, stop = self._ends
        unit = block[:, 0]
        exact = start * (1.0 - unit) + stop * unit
        if self.log:
            exact = np.exp(exact)
        exact = self._clipped(exact)
        index = self._lattice.index(unit)

        def stands_for_it(candidate: NDArray[np.float64]) -> NDArray[np.bool_]:
            inside = (candidate >= self.low) & (candidate <= self.high)
            return inside & (self._index(self._clipped(candidate)) == index)

        numbers: list[Any] = plainest(exact, stands_for_it).tolist()
        return numbers

    def encode(self, values: Sequence[Any]) -> Block:
        numbers = as_floats(values)
        inside = (numbers >= self.low) & (numbers <= self.high)
        column = self._lattice.at(self._index(np.where(inside, numbers, self.low)))
        return np.where(inside, column, np.nan)[:, np.newaxis]

    def levels(self, points: int | None) -> Block:
        if points is None:
            raise SpaceError(f"{self!r} has no end of values; it cannot be enumerated.")
        spread = np.linspace(0.0, 1.0, points) if points > 1 else np.array([0.5])
        return np.unique(self._lattice.at(self._lattice.index(spread)))[:, np.newaxis]

    def _clipped(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.minimum(np.maximum(numbers, self.low), self.high)

    def _index(self, numbers: NDArray[np.float64]) -> NDArray[np.int64]:
        start, stop = self._ends
        scaled = np.log(numbers) if self.log else numbers
        return self._lattice.index((scaled - start) / (stop - start))
