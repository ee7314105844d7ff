"""Matern kernels as functions of the squared scaled distance.

Notation
--------
r2     squared scaled distance, any shape
k(r2)  correlation, k(0) = 1
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["KERNELS", "Kernel"]


class Kernel(ABC):
    """A stationary correlation."""

    name: ClassVar[str]

    @abstractmethod
    def value(self, r2: NDArray[np.float64]) -> NDArray[np.float64]:
        """Correlation at squared distance `r2`."""

    @abstractmethod
    def value_and_slope(
        self, r2: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Correlation and minus its derivative with respect to `r2`."""


class Matern52(Kernel):
    """Twice differentiable paths (Rasmussen and Williams 2006, eq. 4.17)."""

    name = "matern52"

    def value(self, r2: NDArray[np.float64]) -> NDArray[np.float64]:
        r = np.sqrt(5.0 * r2)
        value = r / 3.0
        # In place: for many points making room takes longer than the sums.
        value += 1.0
        value *= r
        value += 1.0
        value *= np.exp(np.negative(r, out=r), out=r)
        return value

    def value_and_slope(
        self, r2: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        r = np.sqrt(5.0 * r2)
        decay = np.exp(-r)
        rise = 1.0 + r
        return (rise + r * r / 3.0) * decay, (5.0 / 6.0) * rise * decay


class Matern32(Kernel):
    """Once differentiable paths (Rasmussen and Williams 2006, eq. 4.17)."""

    name = "matern32"

    def value(self, r2: NDArray[np.float64]) -> NDArray[np.float64]:
        r = np.sqrt(3.0 * r2)
        return (1.0 + r) * np.exp(-r)

    def value_and_slope(
        self, r2: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        r = np.sqrt(3.0 * r2)
        decay = np.exp(-r)
        return (1.0 + r) * decay, 1.5 * decay


KERNELS: dict[str, Kernel] = {kernel.name: kernel for kernel in (Matern52(), Matern32())}
