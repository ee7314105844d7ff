"""The quantile regression that skopt calls "GBRT", as a regressor of today's scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.utils import check_random_state

__all__ = ["QuantileBoosting"]

QUANTILES = (0.16, 0.5, 0.84)


class QuantileBoosting(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Predicts the median, and half the distance of two quantiles as its deviation.

    Parameters
    ----------
    base_estimator : GradientBoostingRegressor, optional
        Fitted once for each quantile; by default one of 30 small trees.
    random_state : int, RandomState or None
        The same for all quantiles, so that they rise.
    """

    def __init__(self, base_estimator: Any = None, random_state: Any = None) -> None:
        self.base_estimator = base_estimator
        self.random_state = random_state

    def fit(self, X: NDArray[np.float64], y: NDArray[np.float64]) -> QuantileBoosting:
        """Fit one regressor for each quantile.

        Parameters
        ----------
        X : ndarray of shape (n, D)
            Points.
        y : ndarray of shape (n,)
            Values.

        Returns
        -------
        QuantileBoosting
            Itself, fitted.
        """
        base = self.base_estimator
        if base is None:
            base = GradientBoostingRegressor(loss="quantile", n_estimators=30)
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        self.regressors_ = [
            clone(base).set_params(alpha=quantile, random_state=seed).fit(X, y)
            for quantile in QUANTILES
        ]
        return self

    def predict(self, X: NDArray[np.float64], return_std: bool = False) -> Any:
        """Return the median (n,), with ``return_std`` also the deviation (n,).

        Parameters
        ----------
        X : ndarray of shape (n, D)
            Points.
        return_std : bool
            Whether the deviation is wanted.
        """
        low, median, high = (regressor.predict(X) for regressor in self.regressors_)
        return (median, (high - low) / 2.0) if return_std else median
