"""Weighted means of models with several outputs, which scikit-learn's voting does not take."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone

from ..predicted import Question, Target, target_of

__all__ = ["AveragedClassifier", "AveragedRegressor"]


class _Averaged(BaseEstimator):  # type: ignore[misc]
    def __init__(self, estimators: Any, *, weights: Any = None) -> None:
        self.estimators = estimators
        self.weights = weights

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = tags.target_tags.required = True
        tags.target_tags.single_output = False
        if tags.classifier_tags is not None:
            tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X: Any, y: Any, **params: Any) -> Any:
        """Fit every estimator on the same rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.
        y : array-like of shape (n_samples, n_outputs)
            Targets.
        **params : dict
            For the ``fit`` of each.

        Returns
        -------
        object
            The estimator itself, fitted.
        """
        self.estimators_ = [clone(one).fit(X, y, **params) for _, one in self.estimators]
        self._set_target(target_of(self, y))
        return self

    def _set_target(self, target: Target) -> None:
        self._target = target
        if target.kind == "classes":
            self.classes_ = list(target.classes)

    def _mean(self, X: Any, methods: tuple[str, ...]) -> NDArray[Any]:
        question = Question(self._target, methods)
        said = [question.ask(one, X).values.astype(np.float64) for one in self.estimators_]
        mean: NDArray[Any] = np.average(said, axis=0, weights=self.weights)
        return mean


class AveragedRegressor(RegressorMixin, _Averaged):  # type: ignore[misc]
    """The weighted mean of regressors with several outputs.

    Parameters
    ----------
    estimators : list of (str, estimator)
        Cloned and fitted.
    weights : list of float, optional
        Of each; equal by default.

    Attributes
    ----------
    estimators_ : list of estimator
        Fitted.
    """

    def predict(self, X: Any) -> Any:
        """Return the weighted mean of what the regressors predict.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            Numbers.
        """
        return self._target.labels(self._mean(X, ("predict",)))


class AveragedClassifier(ClassifierMixin, _Averaged):  # type: ignore[misc]
    """The weighted mean of classifiers with several outputs: of probabilities, or else of votes.

    Parameters
    ----------
    estimators : list of (str, estimator)
        Cloned and fitted.
    weights : list of float, optional
        Of each; equal by default.

    Attributes
    ----------
    estimators_ : list of estimator
        Fitted.
    classes_ : list of ndarray
        Of each output.
    """

    def predict_proba(self, X: Any) -> list[NDArray[Any]]:
        """Return the mean probability, or share of votes, of each class of each output.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        list of ndarray of shape (n_samples, n_classes)
            One for each output.
        """
        has_all = all(hasattr(one, "predict_proba") for one in self.estimators_)
        mean = self._mean(X, ("predict_proba",) if has_all else ("predict",))
        return [mean[:, block] for block in self._target.blocks]

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the likeliest class of each output.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            Labels.
        """
        shares = np.hstack(self.predict_proba(X))
        return self._target.labels(self._target.likeliest(shares))
