"""The logarithm of the probability of improvement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from ._base import Acquisition

__all__ = ["ProbabilityOfImprovement"]


@dataclass(frozen=True)
class ProbabilityOfImprovement(Acquisition):
    """Logarithm of the probability that a score beats the best (Kushner 1964).

    Parameters
    ----------
    margin : float
        How much better it has to be, in the unit of the scores.

    Examples
    --------
    >>> import numpy as np
    >>> ProbabilityOfImprovement().value(np.array([0.0]), np.ones(1), 0.0).round(3)
    array([-0.693])
    """

    margin: float = 0.0

    def value(
        self, mean: NDArray[np.float64], std: NDArray[np.float64], best: float
    ) -> NDArray[np.float64]:
        return np.asarray(log_ndtr((mean - best - self.margin) / std))
