"""The ways in which libraries of boosting are given rows to stop by."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np

from ..exceptions import SettingError

__all__ = ["Held", "Way", "way_of"]


@dataclass(frozen=True)
class Held:
    """Rows that a fit does not learn from.

    Parameters
    ----------
    X, y : array-like
        As the model itself is given its rows.
    weight : array-like, optional
        Of each row.
    """

    X: Any
    y: Any
    weight: Any = None


class Way(ABC):
    """How the models of one library stop early."""

    @abstractmethod
    def fit(
        self, model: Any, data: tuple[Any, Any], held: Held, *, params: dict[str, Any], rounds: int
    ) -> int:
        """Fit a model, and return how many iterations were best for the rows held back.

        Parameters
        ----------
        model : estimator object
            Predicts with as many iterations afterwards.
        data : tuple (X, y)
            The rows to learn from.
        held : Held
            The rows to stop by.
        params : dict
            What ``fit`` is given besides.
        rounds : int
            So many iterations without a gain end the fit.
        """

    @abstractmethod
    def final(self, model: Any, count: int) -> dict[str, Any]:
        """Return the params with which a fit has so many iterations and stops by nothing."""


class XGBoostWay(Way):
    """XGBoost."""

    def fit(
        self, model: Any, data: tuple[Any, Any], held: Held, *, params: dict[str, Any], rounds: int
    ) -> int:
        given = {**params, "eval_set": [(held.X, held.y)], "verbose": False}
        if held.weight is not None:
            given["sample_weight_eval_set"] = [held.weight]
        model.set_params(early_stopping_rounds=rounds)
        model.fit(*data, **given)
        return int(model.best_iteration) + 1

    def final(self, model: Any, count: int) -> dict[str, Any]:
        return {"n_estimators": count, "early_stopping_rounds": None}


class LightGBMWay(Way):
    """LightGBM."""

    def fit(
        self, model: Any, data: tuple[Any, Any], held: Held, *, params: dict[str, Any], rounds: int
    ) -> int:
        import lightgbm

        stops = lightgbm.early_stopping(rounds, verbose=False)
        callbacks = [*(params.get("callbacks") or ()), stops]
        rows: dict[str, Any] = {"eval_set": [(held.X, held.y)]}
        if "eval_X" in signature(model.fit).parameters:  # since 4.7, in place of pairs
            rows = {"eval_X": held.X, "eval_y": held.y}
        given = {**params, **rows, "callbacks": callbacks}
        if held.weight is not None:
            given["eval_sample_weight"] = [held.weight]
        model.fit(*data, **given)
        return int(model.best_iteration_ or model.n_iter_)

    def final(self, model: Any, count: int) -> dict[str, Any]:
        return {"n_estimators": count}


class CatBoostWay(Way):
    """CatBoost."""

    def fit(
        self, model: Any, data: tuple[Any, Any], held: Held, *, params: dict[str, Any], rounds: int
    ) -> int:
        import catboost

        known = model.get_params()
        if known.get("learning_rate", known.get("eta")) is None:
            raise SettingError(
                "Without a learning rate CatBoost takes one that depends on the number of trees, "
                f"which early_stopping is to find: give {type(model).__name__} a learning_rate, "
                "such as 0.05."
            )
        features = params.get("cat_features", known.get("cat_features"))
        pool = catboost.Pool(held.X, held.y, cat_features=features, weight=held.weight)
        given = {**params, "eval_set": pool, "early_stopping_rounds": rounds}
        model.fit(*data, **given, use_best_model=True)
        return int(model.tree_count_)

    def final(self, model: Any, count: int) -> dict[str, Any]:
        known = model.get_params()
        names = ("iterations", "n_estimators", "num_boost_round", "num_trees")
        return {next((name for name in names if name in known), "iterations"): count}


class HistogramWay(Way):
    """scikit-learn's histogram boosting."""

    def fit(
        self, model: Any, data: tuple[Any, Any], held: Held, *, params: dict[str, Any], rounds: int
    ) -> int:
        model.set_params(early_stopping=True, n_iter_no_change=rounds)
        given = {**params, "X_val": held.X, "y_val": held.y}
        if held.weight is not None:
            given["sample_weight_val"] = held.weight
        model.fit(*data, **given)
        count = max(1, int(np.argmax(model.validation_score_)))  # the first one is of no tree
        model._predictors = model._predictors[:count]
        model.train_score_ = model.train_score_[: count + 1]
        model.validation_score_ = model.validation_score_[: count + 1]
        return count

    def final(self, model: Any, count: int) -> dict[str, Any]:
        return {"max_iter": count, "early_stopping": False}


def way_of(model: Any) -> Way | None:
    """Return how a model stops early, None if it does not.

    Parameters
    ----------
    model : estimator object
        The last step of a pipeline, not the pipeline.

    Raises
    ------
    SettingError
        If it cannot be given the rows to stop by.
    """
    for kind in type(model).__mro__:
        way = WAYS.get((kind.__module__.partition(".")[0], kind.__name__))
        fit: Any = getattr(kind, "fit", None)
        if isinstance(way, HistogramWay) and "X_val" not in signature(fit).parameters:
            raise SettingError(
                f"{type(model).__name__} is given rows to stop by only since scikit-learn 1.7. "
                "Leave early_stopping out, or install a newer one."
            )
        if way is not None:
            return way
    return None


WAYS: dict[tuple[str, str], Way] = {
    ("xgboost", "XGBClassifier"): XGBoostWay(),
    ("xgboost", "XGBRegressor"): XGBoostWay(),
    ("lightgbm", "LGBMClassifier"): LightGBMWay(),
    ("lightgbm", "LGBMRegressor"): LightGBMWay(),
    ("catboost", "CatBoostClassifier"): CatBoostWay(),
    ("catboost", "CatBoostRegressor"): CatBoostWay(),
    ("sklearn", "HistGradientBoostingClassifier"): HistogramWay(),
    ("sklearn", "HistGradientBoostingRegressor"): HistogramWay(),
}
"""By library and name of the class."""
