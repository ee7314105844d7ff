"""The log posterior density of a Gaussian process's hyper-parameters, with its gradient.

Notation
--------
n, D   observations, modelled columns
theta  (D + 2,)  log length-scales, log signal variance s2, log noise variance e2
K      (n, n)    s2 k(r2) + m2 + diag(e2 + v); m2 is the prior variance of the constant mean,
                 integrated out, v the known variance of each observation
a      (n,)      K^-1 y
W      (n, n)    K^-1 - a a'
r2     sum_d (x_d - x'_d)^2 / l_d^2

The negative log evidence is .5 y'a + .5 log|K|, and its derivative .5 tr(W dK)
(Rasmussen and Williams 2006, eq. 5.8 and 5.9).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs

from ._kernel import Kernel

__all__ = ["MEAN_VARIANCE", "Evidence", "Prior"]

MEAN_VARIANCE = 1.0
"""Prior variance of the constant mean, for standardised scores."""


@dataclass(frozen=True)
class Prior:
    """Independent normal priors on the logarithms of the hyper-parameters.

    Parameters
    ----------
    location, spread : ndarray of shape (D + 2,)
        Mean and standard deviation of each log hyper-parameter.
    """

    location: NDArray[np.float64]
    spread: NDArray[np.float64]

    def cost_and_gradient(self, theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Negative log density up to a constant, and its gradient."""
        z = (theta - self.location) / self.spread
        return 0.5 * float(z @ z), z / self.spread


class Evidence:
    """Negative log posterior density of hyper-parameters as a function of theta.

    Parameters
    ----------
    squares : ndarray of shape (n * (n - 1) / 2, D)
        Squared differences by column, pairs in the order of ``numpy.tril_indices(n, -1)``.
    y : ndarray of shape (n,)
        Standardised scores.
    noise : ndarray of shape (n,)
        Known variances.
    kernel : Kernel
        Correlation.
    prior : Prior
        Of theta.
    """

    def __init__(
        self,
        squares: NDArray[np.float64],
        y: NDArray[np.float64],
        *,
        noise: NDArray[np.float64],
        kernel: Kernel,
        prior: Prior,
    ) -> None:
        self.squares = squares
        self.y = y
        self.noise = noise
        self.kernel = kernel
        self.prior = prior
        later, earlier = np.tril_indices(len(y), -1)
        self._later, self._earlier = later, earlier
        self._flat = later * len(y) + earlier

    def cost_and_gradient(self, theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return the cost and its gradient; a cost of 1e25 where K is not positive definite."""
        inverse_squares = np.exp(-2.0 * theta[:-2])
        signal, error = np.exp(theta[-2]), np.exp(theta[-1])
        value, slope = self.kernel.value_and_slope(self.squares @ inverse_squares)
        n = len(self.y)
        K = np.zeros((n, n))
        K.ravel()[self._flat] = signal * value + MEAN_VARIANCE
        K.ravel()[:: n + 1] = signal + MEAN_VARIANCE + error + self.noise
        upper, failed = dpotrf(K.T, lower=0, clean=0, overwrite_a=1)
        if failed:
            return 1e25, np.zeros_like(theta)
        a = dpotrs(upper, self.y, lower=0)[0]
        cost = 0.5 * float(self.y @ a) + float(np.log(np.diagonal(upper)).sum())
        inverse = dpotri(upper, lower=0, overwrite_c=1)[0]
        W_pairs = inverse.T.ravel()[self._flat] - a[self._later] * a[self._earlier]
        W_own = np.diagonal(inverse) - a * a
        gradient = np.empty_like(theta)
        # Each pair stands for two entries of K, hence no factor .5 in the sums over pairs.
        gradient[:-2] = 2.0 * signal * ((W_pairs * slope) @ self.squares) * inverse_squares
        gradient[-2] = signal * (W_pairs @ value + 0.5 * W_own.sum())
        gradient[-1] = 0.5 * error * W_own.sum()
        prior_cost, prior_gradient = self.prior.cost_and_gradient(theta)
        return cost + prior_cost, gradient + prior_gradient
