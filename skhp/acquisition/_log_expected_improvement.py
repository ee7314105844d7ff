"""The logarithm of the expected improvement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, log_ndtr, ndtr

from ._base import Acquisition

__all__ = ["LogExpectedImprovement"]

_ROOT_TWO_PI = np.sqrt(2.0 * np.pi)
_ROOT_TWO = np.sqrt(2.0)
_ROOT_HALF_PI = np.sqrt(np.pi / 2.0)
_LOG_ROOT_TWO_PI = 0.5 * np.log(2.0 * np.pi)
_DIRECT_ABOVE = -1.0
_SERIES_BELOW = -1e3


@dataclass(frozen=True)
class LogExpectedImprovement(Acquisition):
    """Logarithm of the expected improvement, exact where the improvement itself underflows.

    Ranks points as expected improvement does (Jones et al. 1998, eq. 15), far from the best
    included (Ament et al. 2023, sec. 4.1).

    Examples
    --------
    >>> import numpy as np
    >>> LogExpectedImprovement().value(np.array([0.0, -50.0]), np.ones(2), 0.0).round(2).tolist()
    [-0.92, -1258.74]
    """

    def value(
        self, mean: NDArray[np.float64], std: NDArray[np.float64], best: float
    ) -> NDArray[np.float64]:
        z = (mean - best) / std  # (n,)
        return np.log(std) + log_h(z)

    def partials(
        self, mean: NDArray[np.float64], std: NDArray[np.float64], best: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        z = (mean - best) / std  # (n,)
        log_improvement = log_h(z)
        # The derivatives of the expected improvement are Phi(z) and phi(z).
        by_mean = np.exp(log_ndtr(z) - log_improvement) / std
        by_std = np.exp(-0.5 * z * z - _LOG_ROOT_TWO_PI - log_improvement) / std
        return by_mean, by_std


def log_h(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log(phi(z) + z Phi(z)) to full relative precision (Ament et al. 2023, eq. 9).

    With x = -z and R(x) = sqrt(pi / 2) erfcx(x / sqrt 2) the Mills ratio, h is
    phi(z) (1 - x R(x)); beyond x = 1000 the bracket is 1 / x^2 - 3 / x^4 to double precision.
    """
    lowest = float(z.min(initial=0.0))
    if lowest > _DIRECT_ABOVE:
        return _direct(z)
    out = _direct(np.maximum(z, _DIRECT_ABOVE))
    middle = z <= _DIRECT_ABOVE
    at = np.maximum(z[middle], _SERIES_BELOW)
    mills = _ROOT_HALF_PI * erfcx(-at / _ROOT_TWO)
    out[middle] = -0.5 * at * at - _LOG_ROOT_TWO_PI + np.log1p(at * mills)
    if lowest < _SERIES_BELOW:
        far = z < _SERIES_BELOW
        at = z[far]
        out[far] = -0.5 * at * at - _LOG_ROOT_TWO_PI - 2.0 * np.log(-at) + np.log1p(-3.0 / at**2)
    return out


def _direct(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log(np.exp(-0.5 * z * z) / _ROOT_TWO_PI + z * ndtr(z)))
