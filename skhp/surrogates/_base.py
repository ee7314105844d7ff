"""What a surrogate is: fitted on points and scores, it predicts scores with their uncertainty."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ._columns import Columns

__all__ = ["Posterior", "Slopes", "Surrogate"]


@dataclass(frozen=True, eq=False)
class Slopes:
    """A prediction with its derivatives, zero for unordered and inactive columns.

    Parameters
    ----------
    prediction : tuple of ndarray of shape (n,)
        Mean and standard deviation.
    mean, std : ndarray of shape (n, D)
        Their derivatives.
    length : ndarray of shape (D,)
        Distance over which the prediction changes much, by column.
    """

    prediction: tuple[NDArray[np.float64], NDArray[np.float64]]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    length: NDArray[np.float64]


class Posterior(ABC):
    """A fitted surrogate."""

    is_smooth: ClassVar[bool] = False
    """Whether `slopes` can be asked for."""

    @abstractmethod
    def predict(self, U: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Predict the score at points of the unit cube.

        Parameters
        ----------
        U : ndarray of shape (n, D)
            Points; NaN marks a column that is inactive in its row.

        Returns
        -------
        mean, std : ndarray of shape (n,)
            In the unit of the scores; the uncertainty is that of the noise-free score.
        """

    def mean(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean (n,) that `predict` gives, which may cost less by itself.

        Parameters
        ----------
        U : ndarray of shape (n, D)
            Points, as for `predict`.
        """
        return self.predict(U)[0]

    @abstractmethod
    def condition(self, U: NDArray[np.float64]) -> Posterior:
        """Return the posterior as if the points had been seen at their predicted means.

        This is the kriging believer (Ginsbourger et al. 2010, sec. 4.2): means stay, the
        uncertainty around the points collapses.

        Parameters
        ----------
        U : ndarray of shape (q, D)
            Points under way.
        """

    def slopes(self, U: NDArray[np.float64]) -> Slopes:
        """Return predictions with their derivatives, if the posterior is smooth.

        Parameters
        ----------
        U : ndarray of shape (n, D)
            Points, as for `predict`.
        """
        raise NotImplementedError(f"{type(self).__name__} predicts steps, which have no slope")

    def mean_slopes(
        self, U: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the derivatives (n, D) of the mean and the lengths (D,) that `slopes` gives.

        Parameters
        ----------
        U : ndarray of shape (n, D)
            Points, as for `predict`.
        """
        slopes = self.slopes(U)
        return slopes.mean, slopes.length


class Surrogate(ABC):
    """Configuration of a model of the score over the unit cube."""

    def tune(
        self,
        U: NDArray[np.float64],
        y: NDArray[np.float64],
        noise: NDArray[np.float64] | None = None,
        *,
        columns: Columns | None = None,
        start: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64] | None:
        """Return the hyper-parameters for these observations, None if the model has none.

        Parameters are those of `fit`; `start` holds hyper-parameters to start from, found on
        like observations.
        """
        return None

    @abstractmethod
    def fit(
        self,
        U: NDArray[np.float64],
        y: NDArray[np.float64],
        noise: NDArray[np.float64] | None = None,
        *,
        columns: Columns | None = None,
        hyperparameters: NDArray[np.float64] | None = None,
    ) -> Posterior:
        """Fit to observations and return the posterior; the surrogate itself stays as it is.

        Parameters
        ----------
        U : ndarray of shape (n, D)
            Points of the unit cube; NaN marks a column that is inactive in its row.
        y : ndarray of shape (n,)
            Scores, larger is better, all finite.
        noise : ndarray of shape (n,), optional
            Known variance of each score, beyond what the model estimates by itself, in squared
            units of the scores.
        columns : Columns, optional
            Kinds of the columns; all ordered and continuous by default.
        hyperparameters : ndarray, optional
            What `tune` returned for these or like observations; None tunes first.
        """
