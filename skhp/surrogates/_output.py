"""Monotone maps of scores to a scale on which a Gaussian process is a fair model.

Scores of hyper-parameters have a heavy tail on the bad side: diverged fits, degenerate models.
What happens there says little about where the best is, and a stationary model that must explain it
spends its length-scales on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

__all__ = ["OutputTransform"]


_SMALLEST_UNIT = 1e-150
"""Scores may differ by less, but the square of the slope has to be finite."""


@dataclass(frozen=True)
class OutputTransform:
    """Pulls in the bad tail, then standardises, then blends with normal scores of the ranks.

    Parameters
    ----------
    reach : float
        Scores further below the median than `reach` times the distance from the median to the
        best are brought to that distance; a lower quantile serves where the median is the best.
    rank_weight : float
        Part of the normal scores of the ranks in the result, 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> z, slope = OutputTransform().transform(np.array([-1e9, 0.7, 0.8, 0.9]))
    >>> bool(np.isfinite(z).all()), np.argsort(z)
    (True, array([0, 1, 2, 3]))
    """

    reach: float = 3.0
    rank_weight: float = 0.0

    def transform(self, y: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """Return scores of mean 0 and standard deviation 1, or all 0 if they hardly differ.

        Parameters
        ----------
        y : ndarray of shape (n,)
            Scores, larger is better, all finite.

        Returns
        -------
        z : ndarray of shape (n,)
            The transformed scores.
        slope : float
            How much `z` changes per unit of `y`, away from the tail.
        """
        # Huge scores are made smaller first, so that all differences and squares are finite.
        unit = max(1.0, float(np.abs(y).max()) / 1e100)
        y = y / unit
        best = float(y.max())
        # Where more than half of the scores tie with the best, the median is no measure of spread.
        middle = next((m for m in np.quantile(y, (0.5, 0.25, 0.1)) if m < best), best)
        y = np.maximum(y - middle, -self.reach * (best - middle)) if middle < best else y - best
        size = float(np.abs(y).max())
        if size <= 1e-12 * abs(best):
            return np.zeros(len(y)), 1.0
        z, spread = _standardised(y / size)
        if self.rank_weight:
            normal = ndtri((rankdata(y) - 0.5) / len(y))
            z = _standardised((1 - self.rank_weight) * z + self.rank_weight * normal)[0]
        return z, 1.0 / max(spread * unit * size, _SMALLEST_UNIT)


def _standardised(y: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Return standardised values, which differ, with their standard deviation."""
    centred = y - y.mean()
    spread = float(centred.std())
    return centred / spread, spread
