"""What the worth of a point is the sum of."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

__all__ = ["Part"]


class Part(ABC):
    """One part of the worth of a point, of which all parts are added."""

    @property
    @abstractmethod
    def is_smooth(self) -> bool:
        """Whether `uphill` can be asked for."""

    @abstractmethod
    def value(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the worth (n,) of masked points (n, D)."""

    @abstractmethod
    def uphill(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the directions (n, D) in which the worth rises."""
