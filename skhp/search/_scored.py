"""How a fitted search scores rows where several objectives decide."""

from __future__ import annotations

import copy
from typing import Any

from .. import _sklearn
from ..results import Pareto

__all__ = ["Scored"]


class Scored(_sklearn.BaseSearchCV):  # type: ignore[misc]
    """A search whose ``score`` is that of one metric, also if `refit` names several objectives."""

    def score(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Return the score of the refitted model on the given data.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
            Their targets.
        **params : dict
            For the scorer, where metadata is routed.

        Returns
        -------
        float
            By `scoring`, else by the model's own ``score``; of several metrics the one that
            `refit` names, or the first one among the objectives.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        """
        named: Any = self
        if isinstance(self.refit, Pareto) and getattr(self, "multimetric_", False):
            named = copy.copy(self)
            named.refit = self.refit.metric or next(iter(self.scorer_))
        return _sklearn.BaseSearchCV.score(named, X, y, **params)
