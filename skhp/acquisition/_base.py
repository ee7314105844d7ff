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

    def partials(
        self, mean: NDArray[np.float64], std: NDArray[np.float64], best: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the derivatives of the value by mean and by standard deviation.

        Parameters are those of `value`.  Central differences serve any acquisition; they are
        exact enough to climb by.
        """
        h = 1e-4 * std
        means = np.concatenate([mean + h, mean - h, mean, mean])
        stds = np.concatenate([std, std, std + h, std - h])
        more, less, wider, narrower = self.value(means, stds, best).reshape(4, -1)
        return (more - less) / (2.0 * h), (wider - narrower) / (2.0 * h)
