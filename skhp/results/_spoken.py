"""Scores predictions that are kept by a scorer that asks a model."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.metaestimators import available_if

from ..exceptions import SettingError
from ..predicted import Target

__all__ = ["spoken_score"]


def spoken_score(
    scorer: Any,
    target: Target,
    values: NDArray[Any],
    *,
    method: str,
    y: NDArray[Any],
    weight: NDArray[np.float64] | None = None,
) -> float:
    """Return what a scorer says of predictions.

    Parameters
    ----------
    scorer : callable
        Of scikit-learn's kind: ``scorer(estimator, X, y)``.
    target : Target
        What is predicted.
    values : ndarray of shape (n, n_columns)
        As `Question.ask` gives them.
    method : str
        Which method said them.
    y : ndarray of shape (n, n_outputs)
        The target, as `Target.codes` gives it.
    weight : ndarray of shape (n,), optional
        The ``sample_weight`` of the scorer.

    Raises
    ------
    SettingError
        If the scorer needs more than predictions.
    """
    kind = _SpokenClassifier if target.kind == "classes" else _SpokenRegressor
    rows = np.arange(len(values))[:, None]
    more = {} if weight is None else {"sample_weight": weight}
    try:
        return float(scorer(kind(target, values, method), rows, target.labels(y), **more))
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise SettingError(
            f"{scorer!r} cannot score what {method} says without the model and the rows: {error}"
        ) from error


class _Spoken(BaseEstimator):  # type: ignore[misc]
    """Says again what models have said; rows are named by their number."""

    def __init__(self, target: Target, values: NDArray[Any], method: str) -> None:
        self.target = target
        self.values = values
        self.method = method

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, X: Any, y: Any = None) -> Any:
        raise NotImplementedError("It says what others have learnt.")

    def _said(self, X: Any) -> NDArray[Any]:
        return self.values[np.asarray(X)[:, 0]]


class _SpokenRegressor(RegressorMixin, _Spoken):  # type: ignore[misc]
    def predict(self, X: Any) -> Any:
        return self.target.labels(self._said(X))


def _says_probabilities(self: Any) -> bool:
    return bool(self.method == "predict_proba")


def _says_decisions(self: Any) -> bool:
    return bool(self.method == "decision_function")


class _SpokenClassifier(ClassifierMixin, _Spoken):  # type: ignore[misc]
    @property
    def classes_(self) -> Any:
        classes = self.target.classes
        return classes[0] if len(classes) == 1 else list(classes)

    def predict(self, X: Any) -> Any:
        shares = self.target.shares(self._said(X), self.method)
        return self.target.labels(self.target.likeliest(shares))

    @available_if(_says_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Any:
        said = self._said(X).astype(np.float64)  # they were rounded, and sum to 1 again now
        parts = [said[:, block] for block in self.target.blocks]
        parts = [part / part.sum(axis=1, keepdims=True) for part in parts]
        return parts[0] if len(parts) == 1 else parts

    @available_if(_says_decisions)  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> Any:
        said = self._said(X)
        return said[:, 0] if said.shape[1] == 1 else said
