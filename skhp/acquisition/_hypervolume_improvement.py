"""The expected growth of the hypervolume that two objectives dominate.

Notation
--------
n, p   points, points of the front
l, u   (p + 1,)  left and right ends of the strips between neighbours on the front, by the first
       objective; the last strip has no right end
h      (p + 1,)  how high the front stands in each strip, by the second objective
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from ._front import non_dominated
from ._log_expected_improvement import log_h

__all__ = ["LogHypervolumeImprovement"]


@dataclass(frozen=True, eq=False)
class LogHypervolumeImprovement:
    """Logarithm of the expected hypervolume improvement of two independent normal predictions.

    Exact, and exact in its logarithm where the improvement underflows.  In a strip of the first
    objective the improvement is a product, (min(y1, u) - l)+ (y2 - h)+, of which the expectations
    are differences of expected improvements (Emmerich et al. 2011; Yang et al. 2019, eq. 12).

    Parameters
    ----------
    front : ndarray of shape (p, 2)
        What is reached so far, larger is better; may hold dominated points.
    reference : ndarray of shape (2,)
        The corner that the volume is measured from.

    Examples
    --------
    >>> import numpy as np
    >>> worth = LogHypervolumeImprovement(np.array([[1.0, 1.0]]), np.zeros(2))
    >>> sure = np.full((2, 2), 1e-6)
    >>> np.exp(worth.value(np.array([[2.0, 0.5], [2.0, 2.0]]), sure)).round(3).tolist()
    [0.5, 3.0]
    """

    front: NDArray[np.float64]
    reference: NDArray[np.float64]

    def value(self, mean: NDArray[np.float64], std: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the worth of trying each point, larger is better.

        Parameters
        ----------
        mean, std : ndarray of shape (n, 2)
            Predictions; `std` is positive.

        Returns
        -------
        ndarray of shape (n,)
        """
        edges, heights = self._strips()
        above = _log_improvement(mean[:, :1], std[:, :1], edges)  # (n, p + 1), over l
        over = np.concatenate([above[:, 1:], np.full((len(mean), 1), -np.inf)], axis=1)  # over u
        with np.errstate(divide="ignore"):
            width = above + np.log(-np.expm1(np.minimum(over - above, 0.0)))
        height = _log_improvement(mean[:, 1:], std[:, 1:], heights)
        return np.asarray(logsumexp(width + height, axis=1))

    def partials(
        self, mean: NDArray[np.float64], std: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the derivatives (n, 2) of the value by each mean and each standard deviation.

        Central differences, exact enough to climb by.  Parameters are those of `value`.
        """
        by_mean, by_std = np.empty(mean.shape), np.empty(std.shape)
        for column in range(2):
            h = np.zeros(std.shape)
            h[:, column] = 1e-4 * std[:, column]
            means = np.concatenate([mean + h, mean - h, mean, mean])
            stds = np.concatenate([std, std, std + h, std - h])
            more, less, wider, narrower = self.value(means, stds).reshape(4, -1)
            by_mean[:, column] = (more - less) / (2.0 * h[:, column])
            by_std[:, column] = (wider - narrower) / (2.0 * h[:, column])
        return by_mean, by_std

    def _strips(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return l and h, both of shape (p + 1,)."""
        inside = self.front[(self.front > self.reference).all(axis=1)]
        front = np.unique(inside[non_dominated(inside)], axis=0)  # sorted by the first objective
        return (
            np.append(self.reference[0], front[:, 0]),
            np.append(front[:, 1], self.reference[1]),
        )


def _log_improvement(
    mean: NDArray[np.float64], std: NDArray[np.float64], over: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return log E[(y - over)+] for predictions (n, 1) and thresholds (k,).  Shape (n, k)."""
    z = (mean - over) / std
    return np.asarray(log_h(z.ravel()).reshape(z.shape) + np.log(std))
