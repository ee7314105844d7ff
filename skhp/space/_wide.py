"""Ranges of more whole numbers than floating point can tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SpaceError
from ._dimension import Block, Lattice

# As fine as a range of real numbers: a number survives the way to the cube and back.
_N_STEPS: Final = 2**30
_LATTICE: Final = Lattice.of_steps(_N_STEPS)

# Below this width the logarithms of large numbers cannot be told apart.
_LEAST_LOG_WIDTH: Final = 1e-3


@final
@dataclass(frozen=True)
class WideRange:
    """Evenly spread whole numbers of a range, at the positions of a lattice.

    Parameters
    ----------
    low, high : int
        The bounds.
    step : int
        From one number to the next; 1 on a log scale.
    log : bool
        Whether the logarithm is uniform.

    Raises
    ------
    SpaceError
        If a log scale is too narrow for numbers of this size.

    Notes
    -----
    Bounds and numbers are Python's, which are exact. Below about ten million every number of a
    log scale has a position; above, and on an even scale, the nearest one stands for it.
    """

    low: int
    high: int
    step: int
    log: bool

    def __post_init__(self) -> None:
        start, stop = self._ends
        if self.log and stop - start < _LEAST_LOG_WIDTH:
            raise SpaceError(
                f"The range from {self.low!r} to {self.high!r} is too narrow for a log scale of "
                "numbers so large. Leave out the log."
            )

    @property
    def lattice(self) -> Lattice | None:
        """The positions, None where several of them can stand for one number."""
        return None if self.log else _LATTICE

    @property
    def _ends(self) -> tuple[float, float]:
        return (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)

    def numbers(self, column: Block) -> list[int]:
        """Return the number each point (n,) of the unit interval belongs to."""
        positions = _LATTICE.index(column)
        if self.log:
            start, stop = self._ends
            with np.errstate(over="ignore"):  # the highest is held in its bounds
                exact = np.exp(start + positions / _N_STEPS * (stop - start))
            exact[positions == _N_STEPS] = math.inf
            return [self._held(number) for number in exact.tolist()]
        n = (self.high - self.low) // self.step
        return [
            self.low + self.step * ((position * n + _N_STEPS // 2) // _N_STEPS)
            for position in positions.tolist()
        ]

    def _held(self, number: float) -> int:
        """Return the nearest whole number within the bounds."""
        return min(max(round(number), self.low), self.high) if number < self.high else self.high

    def places(self, numbers: Sequence[int]) -> NDArray[np.float64]:
        """Return where numbers of the range lie in the unit interval."""
        if self.log:
            start, stop = self._ends
            logs = np.array([math.log(number) for number in numbers], dtype=np.float64)
            return _LATTICE.at(_LATTICE.index((logs - start) / (stop - start)))
        n = (self.high - self.low) // self.step
        steps = ((number - self.low) // self.step for number in numbers)
        positions = [(k * _N_STEPS + n // 2) // n for k in steps]
        return _LATTICE.at(np.array(positions, dtype=np.int64))
