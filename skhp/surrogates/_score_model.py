"""A surrogate in the units of the score, for questions about a search that has run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ._base import Posterior, Surrogate
from ._columns import Columns
from ._gaussian_process import GaussianProcess
from ._output import OutputTransform

__all__ = ["ScoreModel"]


@dataclass(frozen=True, eq=False)
class ScoreModel:
    """Predicts scores over the unit cube; far below the median it knows only "bad".

    Parameters
    ----------
    posterior : Posterior
        Of the scores, their bad tail pulled in.

    Examples
    --------
    >>> import numpy as np
    >>> U = np.linspace(0, 1, 8)[:, None]
    >>> model = ScoreModel.fit(U, 0.9 - (U[:, 0] - 0.5) ** 2, columns=Columns.continuous(1))
    >>> mean, std = model.predict(np.array([[0.5]]))
    >>> bool(abs(mean[0] - 0.9) < 0.01), bool(std[0] < 0.01)
    (True, True)
    """

    posterior: Posterior

    @classmethod
    def fit(
        cls,
        U: NDArray[np.float64],
        y: NDArray[np.float64],
        *,
        columns: Columns,
        surrogate: Surrogate | None = None,
    ) -> ScoreModel:
        """Fit to scores.

        Parameters
        ----------
        U : ndarray of shape (n, D)
            Points of the unit cube; NaN marks a column that is inactive in its row.
        y : ndarray of shape (n,)
            Scores, larger is better, all finite; at least one.
        columns : Columns
            Kinds of the columns.
        surrogate : Surrogate, optional
            `GaussianProcess` by default.
        """
        z, slope = OutputTransform().transform(y)
        pulled_in = y.max() + (z - z.max()) / slope
        return cls((surrogate or GaussianProcess()).fit(U, pulled_in, columns=columns))

    def predict(self, U: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return mean and standard deviation of the score at points.

        Parameters
        ----------
        U : ndarray of shape (m, D)
            Points of the unit cube; NaN marks a column that is inactive in its row.

        Returns
        -------
        mean, std : ndarray of shape (m,)
        """
        return self.posterior.predict(U)
