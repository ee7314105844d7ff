"""What an acquisition is: the worth of a prediction."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

__all__ = ["Acquisition"]


class Acquisition(ABC):
    """Values predictions of a score, of which larger is better."""

    @abstractmethod
    def value(
        self, mean: NDArray[np.float64], std: NDArray[np.float64], best: float
    ) -> NDArray[np.float64]:
        """Return the worth of trying each point, larger is better.

        Parameters
        ----------
        mean, std : ndarray of shape (n,)
            Prediction of the score; `std` is positive.
        best : float
            The score to improve on.

        Returns
        -------
        ndarray of shape (n,)
        """
