"""A number drawn from a continuous distribution of scipy."""

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
from ._numbers import as_floats, plainest

# A million quantiles: each step is far wider than the error of a distribution function that is
# known only by numerical integration.
_N_STEPS: Final = 2**20
_N_COMPARED: Final = 129


@final
@dataclass(frozen=True, repr=False, eq=False)
class Distribution(Dimension):
    """A number drawn from a continuous distribution.

    Parameters
    ----------
    source : object
        A frozen continuous distribution of ``scipy.stats``; ``cdf`` and its inverse ``ppf`` (or
        ``icdf``) are used.

    Raises
    ------
    SpaceError
        If the quantiles are not rising numbers, as with impossible parameters.

    Notes
    -----
    The unit interval is the probability. An end of the support that is infinite is cut off where
    the tail holds a millionth of the probability.
    """

    source: Any

    def __post_init__(self) -> None:
        quartiles = self._quantiles(np.array([0.25, 0.5, 0.75]))
        if not (np.all(np.isfinite(quartiles)) and np.all(np.diff(quartiles) > 0)):
            raise SpaceError(
                f"The quartiles of {self!r} are {quartiles.tolist()!r}; rising finite numbers "
                "are needed. Check its parameters."
            )

    def __repr__(self) -> str:
        frozen = getattr(self.source, "dist", None)
        if frozen is None or not hasattr(self.source, "kwds"):
            return f"Distribution({self.source!r})"
        arguments = [repr(argument) for argument in self.source.args]
        arguments += [f"{name}={value!r}" for name, value in self.source.kwds.items()]
        return f"Distribution({frozen.name}({', '.join(arguments)}))"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Distribution):
            return NotImplemented
        return self._outline == other._outline

    def __hash__(self) -> int:
        return hash((Distribution, self._outline))

    @property
    def size(self) -> float:
        return math.inf

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return (Column(True, 0, self._lattice),)

    @cached_property
    def _outline(self) -> tuple[float, ...]:
        """Quantiles by which two distributions are compared."""
        outline: list[float] = self._quantiles(np.linspace(0.0, 1.0, _N_COMPARED)).tolist()
        return tuple(outline)

    @cached_property
    def _lattice(self) -> Lattice:
        low, high = self._quantiles(np.array([0.0, 1.0])).tolist()
        return Lattice.of_steps(
            _N_STEPS, open_below=not math.isfinite(low), open_above=not math.isfinite(high)
        )

    @cached_property
    def _ends(self) -> tuple[float, float]:
        lattice = self._lattice
        ends = lattice.at(np.array([lattice.first, lattice.last]))
        low, high = self._quantiles(ends).tolist()
        return low, high

    def decode(self, block: Block) -> list[Any]:
        index = self._lattice.index(block[:, 0])
        exact = self._quantiles(self._lattice.at(index))
        low, high = self._ends

        def stands_for_it(candidate: NDArray[np.float64]) -> NDArray[np.bool_]:
            inside = (candidate >= low) & (candidate <= high)
            return inside & (self._lattice.index(self._probabilities(candidate)) == index)

        numbers: list[Any] = plainest(exact, stands_for_it).tolist()
        return numbers

    def encode(self, values: Sequence[Any]) -> Block:
        numbers = as_floats(values)
        low, high = self._ends
        inside = (numbers >= low) & (numbers <= high)
        probabilities = self._probabilities(np.where(inside, numbers, low))
        column = self._lattice.at(self._lattice.index(probabilities))
        return np.where(inside, column, np.nan)[:, np.newaxis]

    def levels(self, points: int | None) -> Block:
        if points is None:
            raise SpaceError(f"{self!r} has no end of values; it cannot be enumerated.")
        spread = (np.arange(points) + 0.5) / points
        return np.unique(self._lattice.at(self._lattice.index(spread)))[:, np.newaxis]

    def _quantiles(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        inverse = self.source.ppf if hasattr(self.source, "ppf") else self.source.icdf
        return np.asarray(inverse(probabilities), dtype=np.float64)

    def _probabilities(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.source.cdf(numbers), dtype=np.float64)
