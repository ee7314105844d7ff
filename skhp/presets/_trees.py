"""Ready-made spaces of decision trees and of ensembles that average them."""

from __future__ import annotations

from typing import Any, Final

from ..space import Choice, Ordered, Real, When
from ._preset import Preset, Ready, Subject
from ._scales import counts, depths, features, from_zero, log, short, tenths

ALL_ROWS: Final = {"bootstrap": True, "max_samples": None}

DEPTHS: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)


# Depth, rows of a leaf and pruning, learned by benchmarks/quality/portfolio.py.
GROWN_FOR_CLASSES: Final = (
    (24, 12, 0.0),  # Probst, Boulesteix, Bischl 2019 (CC-BY): maxdepth 21, minbucket 12, cp 0
    *((8, 7, 1e-2), (4, 8, 1e-5), (16, 2, 0.0), (6, 52, 1e-4)),
)
GROWN: Final = ((4, 8, 1e-5), (6, 18, 1e-3), (16, 6, 1e-5), (None, 26, 0.0), (24, 12, 0.0))


def _leaf(subject: Subject, most: int) -> Any:
    n_fitted = subject.data.n_fitted
    return counts(1, most, None if n_fitted is None else n_fitted // 5)


def _criteria(subject: Subject) -> Any:
    # absolute_error is far slower, and poisson wants counts: regressors keep what they have
    return Choice(["gini", "entropy"]) if subject.classifies else None


def _class_weights(subject: Subject, *more: str) -> Any:
    return Choice([None, "balanced", *more]) if subject.classifies else None


def _tree(subject: Subject) -> Preset:
    # pruning removes impurity, which for regression is a variance
    unit = 1.0 if subject.classifies else short(subject.data.spread**2, 1)
    pruned = Ordered([0.0, *(alpha * unit for alpha in (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1))])
    return Preset(
        core={
            "max_depth": depths(DEPTHS),  # rbv2: 1 to 30
            "min_samples_leaf": _leaf(subject, 64),  # mlr3tuningspaces rpart: log(1, 64)
            "ccp_alpha": pruned,  # after cp log(1e-4, 0.1) of mlr3tuningspaces
        },
        wide={
            "min_samples_split": counts(2, 128, subject.data.n_fitted),  # mlr3tuningspaces rpart
            "max_features": features(subject),
            "criterion": _criteria(subject),  # auto-sklearn
            "class_weight": _class_weights(subject),
        },
        good=tuple(
            {"max_depth": depth, "min_samples_leaf": leaf, "ccp_alpha": alpha * unit}
            for depth, leaf, alpha in (GROWN_FOR_CLASSES if subject.classifies else GROWN)
        ),
    )


def _rows_of_trees(subject: Subject) -> dict[str, Any]:
    """Return whether and how many rows are drawn for each tree of a forest."""
    present = subject.get("max_samples", None)
    drawn = tenths(3, present=present)  # TabArena 2025: 0.5 to 1
    if present is not None or subject.get("oob_score", False):
        return {"max_samples": drawn}  # which asks for rows that are drawn
    return {
        "bootstrap": Choice([True, False]),  # auto-sklearn
        "max_samples": When("bootstrap", True, drawn),
    }


def _forest(subject: Subject) -> Preset:
    # more trees are never worse, so that n_estimators is the user's choice of time
    return Preset(
        core={
            "max_features": features(subject),  # mlr3tuningspaces: mtry.ratio 0 to 1
            "min_samples_leaf": _leaf(subject, 50),  # auto-sklearn 1 to 20, rbv2 1 to 100
            **_rows_of_trees(subject),
        },
        wide={
            "criterion": _criteria(subject),  # auto-sklearn
            "min_samples_split": counts(2, 32, subject.data.n_fitted),  # TabArena 2025
            "class_weight": _class_weights(subject, "balanced_subsample"),  # Bergman 2024
        },
        good=(
            # Probst, Boulesteix, Bischl 2019: mtry 0.257 p, sample.fraction 0.703
            {"max_features": 0.3, "min_samples_leaf": 1, "bootstrap": True, "max_samples": 0.7},
            # auto-sklearn 2.0 portfolio (BSD-3)
            {"max_features": 0.9, "min_samples_leaf": 7, **ALL_ROWS},
            {"max_features": 0.5, "min_samples_leaf": 1, "bootstrap": False},
            {"max_features": "sqrt", "min_samples_leaf": 1, **ALL_ROWS},
            # AutoGluon's portfolio of 2023 (Apache-2.0)
            {"max_features": 0.75, "min_samples_leaf": 1, **ALL_ROWS},
            {"max_features": 0.75, "min_samples_leaf": 2, **ALL_ROWS},
            {"max_features": 1.0, "min_samples_leaf": 5, **ALL_ROWS},
        ),
    )


def _extra_trees(subject: Subject) -> Preset:
    return Preset(
        core={
            "max_features": features(subject),  # TabArena 2025: sqrt, 0.5, 0.75, 1
            "min_samples_leaf": _leaf(subject, 50),  # auto-sklearn 1 to 20
        },
        wide={
            "min_samples_split": counts(2, 32, subject.data.n_fitted),  # TabArena 2025
            "min_impurity_decrease": from_zero(1e-5, 1e-3),  # TabArena 2025
            "criterion": _criteria(subject),  # auto-sklearn
            "bootstrap": Choice([False, True]),  # auto-sklearn
            "class_weight": _class_weights(subject, "balanced_subsample"),
        },
        good=(
            # auto-sklearn 2.0 portfolio (BSD-3)
            {"max_features": 0.95, "min_samples_leaf": 1},
            {"max_features": 0.86, "min_samples_leaf": 2},
            {"max_features": 1.0, "min_samples_leaf": 5},
            {"max_features": "sqrt", "min_samples_leaf": 1},
            # AutoGluon's portfolio of 2023 (Apache-2.0)
            {"max_features": 0.75, "min_samples_leaf": 1},
            {"max_features": 1.0, "min_samples_leaf": 4},
        ),
    )


def _bagging(subject: Subject) -> Preset:
    return Preset(
        core={
            "max_samples": tenths(2, present=subject.get("max_samples", None)),
            "max_features": Real(0.3, 1.0),  # after colsample 0.1 to 1 of Bischl et al. 2021
        },
        wide={
            "bootstrap": Choice([True, False]),  # Bischl et al. 2021: replace
            "bootstrap_features": Choice([False, True]),
        },
        good=({"max_samples": 0.7, "max_features": 0.8},),
    )


def _ada_boost(subject: Subject) -> Preset:
    return Preset(
        core={
            # Overtuning Mitigation Benchmark 2026: n 10 to 250, rate log(1e-3, 2)
            "n_estimators": counts(20, 500),
            "learning_rate": log(0.01, 2.0),
        },
        wide={} if subject.classifies else {"loss": ["linear", "square", "exponential"]},
        good=({"n_estimators": 200, "learning_rate": 0.3},),
    )


def _embedding(subject: Subject) -> Preset:
    return Preset(
        core={"max_depth": (2, 10)},  # auto-sklearn random_trees_embedding
        wide={"min_samples_leaf": _leaf(subject, 20)},  # auto-sklearn
    )


PRESETS: Final[dict[str, Ready]] = {
    "DecisionTreeClassifier": _tree,
    "DecisionTreeRegressor": _tree,
    "RandomForestClassifier": _forest,
    "RandomForestRegressor": _forest,
    "ExtraTreesClassifier": _extra_trees,
    "ExtraTreesRegressor": _extra_trees,
    "BaggingClassifier": _bagging,
    "BaggingRegressor": _bagging,
    "AdaBoostClassifier": _ada_boost,
    "AdaBoostRegressor": _ada_boost,
    "RandomTreesEmbedding": _embedding,
}
