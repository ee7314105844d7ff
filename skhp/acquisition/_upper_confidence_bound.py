"""The upper confidence bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ._base import Acquisition

__all__ = ["UpperConfidenceBound"]


@dataclass(frozen=True)
class UpperConfidenceBound(Acquisition):
    """The score a point may have with some optimism (Srinivas et al. 2010, eq. 6).

    Parameters
    ----------
    kappa : float
        How many standard deviations of optimism.

    Examples
    --------
    >>> import numpy as np
    >>> UpperConfidenceBound(kappa=2.0).value(np.array([1.0]), np.array([0.5]), 0.0)
    array([2.])
    """

    kappa: float = 2.0

    def value(
        self, mean: NDArray[np.float64], std: NDArray[np.float64], best: float
    ) -> NDArray[np.float64]:
        return mean + self.kappa * std
