"""The models of which a smaller one is, to the last bit, a first part of a larger one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from ._kind import Kind, copied
from ._neighbors import NEIGHBORS

__all__ = ["COUNTS", "kind_of"]

MAX_ROWS_NOT_STOPPED = 10_000
"""Histogram boosting stops early by itself where there are more rows."""

MAX_ROWS_BINNED_WHOLE = 200_000
"""It draws rows to find its bins from where there are more."""


def kind_of(model: Any) -> Kind | None:
    """Return how an estimator is cut, None if nothing is known of its very class."""
    kind = type(model)
    return KINDS.get((kind.__module__.partition(".")[0], kind.__name__))


def _is_seeded(params: Mapping[str, Any]) -> bool:
    return isinstance(params.get("random_state"), Integral)


def _is_seeded_or_default(params: Mapping[str, Any]) -> bool:
    """Say the same of libraries that draw the same numbers each time if nothing is said."""
    seeds = (params.get(name) for name in ("random_state", "random_seed"))
    return all(seed is None or isinstance(seed, Integral) for seed in seeds)


@dataclass(frozen=True)
class Sliced(Kind):
    """A model of scikit-learn, which holds one entry for each part in some of its attributes.

    Parameters
    ----------
    attributes : tuple of str
        Those.
    """

    attributes: tuple[str, ...] = ("estimators_",)

    def is_exact(self, params: Mapping[str, Any], *, n_rows: int) -> bool:
        return _is_seeded(params) and not params.get("oob_score")

    def cut(self, model: Any, name: str, count: int) -> Any:
        if any(len(vars(model).get(attribute, ())) == 0 for attribute in self.attributes):
            return None
        part = copied(model)
        for attribute in self.attributes:
            setattr(part, attribute, getattr(model, attribute)[:count])
        setattr(part, name, count)
        return part


class SlicedStages(Sliced):
    """Gradient boosting, which also counts its stages in attributes."""

    def is_exact(self, params: Mapping[str, Any], *, n_rows: int) -> bool:
        runs_to_its_end = params["n_iter_no_change"] is None
        begins_alike = params["init"] is None or isinstance(params["init"], str)
        return _is_seeded(params) and runs_to_its_end and begins_alike

    def cut(self, model: Any, name: str, count: int) -> Any:
        part = super().cut(model, name, count)
        if part is None:
            return None
        part.n_estimators_ = count
        if "oob_scores_" in vars(model):
            part.oob_improvement_ = model.oob_improvement_[:count]
            part.oob_scores_ = model.oob_scores_[:count]
            part.oob_score_ = part.oob_scores_[-1]
        return part


class SlicedIterations(Sliced):
    """Histogram boosting, which draws numbers only now and then."""

    counts = frozenset({"max_iter"})

    def is_exact(self, params: Mapping[str, Any], *, n_rows: int) -> bool:
        early = params["early_stopping"]
        if early is True or (early == "auto" and n_rows > MAX_ROWS_NOT_STOPPED):
            return False
        draws_nothing = params["max_features"] == 1.0 and n_rows <= MAX_ROWS_BINNED_WHOLE
        return draws_nothing or _is_seeded(params)


class XGBoostTrees(Kind):
    """XGBoost, whose boosters can be sliced."""

    def is_exact(self, params: Mapping[str, Any], *, n_rows: int) -> bool:
        # dart scales earlier trees with each one that it adds
        others = ("early_stopping_rounds", "callbacks", "num_boost_round", "process_type")
        is_plain = params.get("booster") in (None, "gbtree") and _is_seeded_or_default(params)
        return is_plain and all(params.get(name) is None for name in others)

    def cut(self, model: Any, name: str, count: int) -> Any:
        booster = model.get_booster()
        if booster.num_boosted_rounds() < count:
            return None
        part = copied(model)
        part._Booster = booster[:count]
        setattr(part, name, count)
        return part


class LightGBMTrees(Kind):
    """LightGBM, whose boosters are written and read with their first iterations only."""

    others = frozenset(
        {
            *("num_iterations", "num_iteration", "n_iter", "num_tree", "num_trees", "num_round"),
            *("num_rounds", "nrounds", "num_boost_round", "max_iter", "boosting", "boost"),
            *("early_stopping_round", "early_stopping_rounds", "early_stopping"),
            *("early_stopping_min_delta", "n_iter_no_change", "input_model", "model_input"),
        }
    )
    """Names by which it can be given another number of trees, or another way to grow them."""

    def is_exact(self, params: Mapping[str, Any], *, n_rows: int) -> bool:
        is_plain = params["boosting_type"] == "gbdt" and _is_seeded_or_default(params)
        return is_plain and not self.others & set(params)

    def cut(self, model: Any, name: str, count: int) -> Any:
        booster = model.booster_
        part = copied(model)
        part._Booster = type(booster)(model_str=booster.model_to_string(num_iteration=count))
        setattr(part, name, count)
        part._other_params = {**part._other_params, name: count}  # as set_params leaves them
        return part


class CatBoostTrees(Kind):
    """CatBoost, whose copies can be shrunk.

    Without a learning rate it takes one that depends on the number of trees.
    """

    counts = frozenset({"iterations", "n_estimators"})
    rates = frozenset({"learning_rate", "eta"})
    plain = frozenset(
        {
            *("depth", "max_depth", "l2_leaf_reg", "reg_lambda", "random_strength", "rsm"),
            *("colsample_bylevel", "subsample", "bootstrap_type", "bagging_temperature"),
            *("border_count", "max_bin", "min_data_in_leaf", "min_child_samples", "num_leaves"),
            *("max_leaves", "grow_policy", "loss_function", "objective", "verbose", "silent"),
            *("logging_level", "thread_count", "random_seed", "random_state", "cat_features"),
            *("auto_class_weights", "class_weights", "scale_pos_weight", "one_hot_max_size"),
            *("allow_writing_files", "metric_period", "iterations", "n_estimators"),
        }
    )
    """Parameters that let the first trees be the same, however many follow."""

    def is_exact(self, params: Mapping[str, Any], *, n_rows: int) -> bool:
        names = {name for name, value in params.items() if value is not None}
        return bool(names & self.rates) and names <= self.rates | self.plain

    def cut(self, model: Any, name: str, count: int) -> Any:
        if model.tree_count_ < count:
            return None
        part = model.copy()
        part.shrink(ntree_end=count)
        part._init_params[name] = count
        return part


FOREST = Sliced()
BAGGING = Sliced(("estimators_", "estimators_features_", "_seeds"))
ADABOOST = Sliced(("estimators_", "estimator_weights_", "estimator_errors_"))
STAGES = SlicedStages(("estimators_", "train_score_"))
ITERATIONS = SlicedIterations(("_predictors",))

_SCIKIT_LEARN = {
    "RandomForest": FOREST,
    "ExtraTrees": FOREST,
    "Bagging": BAGGING,
    "AdaBoost": ADABOOST,
    "GradientBoosting": STAGES,
    "HistGradientBoosting": ITERATIONS,
    "KNeighbors": NEIGHBORS,
}

KINDS: dict[tuple[str, str], Kind] = {
    (library, f"{name}{task}"): kind
    for library, kinds in (
        ("sklearn", _SCIKIT_LEARN),
        ("xgboost", {"XGB": XGBoostTrees()}),
        ("lightgbm", {"LGBM": LightGBMTrees()}),
        ("catboost", {"CatBoost": CatBoostTrees()}),
    )
    for name, kind in kinds.items()
    for task in ("Classifier", "Regressor")
}
"""By library and name of the class: a class derived from it may do anything."""

COUNTS = frozenset().union(*(kind.counts for kind in KINDS.values()))
"""The names of all parameters that count the parts of a model."""
