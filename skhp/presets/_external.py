"""Ready-made spaces of XGBoost, LightGBM and CatBoost."""

from __future__ import annotations

from typing import Any, Final

from ..space import Either, Integer, Ordered, Real, When
from ._preset import Preset, Ready, Subject
from ._scales import counts, depths, from_zero, log

STEP: Final = log(0.01, 0.5)
"""mlr3tuningspaces: eta log(1e-4, 1); TabArena 2025: log(5e-3, 0.1)."""

TREES: Final = counts(50, 1000)  # mlr3tuningspaces: nrounds 1 to 5000
PENALTY: Final = log(1e-3, 1e3)  # mlr3tuningspaces: lambda, alpha log(1e-3, 1e3)

# What XGBoost's documentation gives for parameters that its estimators leave at None.
XGBOOST: Final = {
    "learning_rate": 0.3,
    "n_estimators": 100,
    "max_depth": 6,
    "min_child_weight": 1,
    "colsample_bytree": 1.0,
    "subsample": 1.0,
    "reg_lambda": 1.0,
    "reg_alpha": 0.0,
    "gamma": 0.0,
}


# What CatBoost's documentation gives for parameters that its estimators leave out.
CATBOOST: Final = {
    "depth": 6,
    "learning_rate": None,
    "l2_leaf_reg": None,
    "random_strength": 1.0,
    "iterations": 1000,
    "rsm": 1.0,
    "border_count": 254,
}

ALIASES: Final = {
    "depth": ("max_depth",),
    "learning_rate": ("eta",),
    "l2_leaf_reg": ("reg_lambda",),
    "iterations": ("n_estimators", "num_boost_round", "num_trees"),
    "rsm": ("colsample_bylevel",),
    "border_count": ("max_bin",),
}


def _xgboost(subject: Subject) -> Preset:
    if subject.get("booster", None) == "gblinear":
        linear = {"reg_lambda": from_zero(1e-5, 10.0), "reg_alpha": from_zero(1e-5, 10.0)}
        return Preset(core=linear, unset={"reg_lambda": 0.0, "reg_alpha": 0.0})
    stops = subject.get("early_stopping_rounds", None) is not None
    return Preset(
        core={
            "learning_rate": STEP,
            "n_estimators": None if stops else TREES,
            "max_depth": Integer(1, 12),  # mlr3tuningspaces: 1 to 20
            "min_child_weight": log(1.0, 100.0),  # rbv2: log(1, 2^7)
            "colsample_bytree": Real(0.3, 1.0),  # mlr3tuningspaces: 0.1 to 1
        },
        wide={
            "subsample": Real(0.4, 1.0),  # mlr3tuningspaces: 0.1 to 1
            "reg_lambda": PENALTY,
            "reg_alpha": from_zero(1e-3, 1e3),
            "gamma": from_zero(1e-3, 10.0),
        },
        good=(
            *(LEARNED_XGBOOST[:4] if subject.classifies else LEARNED_XGBOOST[4:]),
            # Probst, Boulesteix, Bischl 2019 (CC-BY): eta 0.018, subsample 0.839, colsample 0.752
            _trees(0.05, "n_estimators", 300, max_depth=5, colsample_bytree=0.75, subsample=0.8),
            _trees(0.02, "n_estimators", 1000, max_depth=10, colsample_bytree=0.75, subsample=0.8),
            # AutoGluon's portfolio of 2023 (Apache-2.0)
            _trees(0.088, "n_estimators", 100, max_depth=5, colsample_bytree=0.66),
            _trees(0.093, "n_estimators", 100, max_depth=7, colsample_bytree=0.91),
            _trees(0.018, "n_estimators", 1000, max_depth=10, colsample_bytree=0.69),
        ),
        unset=XGBOOST,
    )


def _xgboost_forest(subject: Subject) -> Preset:
    return Preset(
        core={
            "max_depth": Integer(2, 20),
            "min_child_weight": log(1.0, 100.0),
            "colsample_bynode": Real(0.1, 1.0),
            "subsample": Real(0.4, 1.0),
        },
        unset={"max_depth": 6, "min_child_weight": 1},
    )


def _light(subject: Subject) -> Preset:
    n_fitted = subject.data.n_fitted
    return Preset(
        core={
            "learning_rate": STEP,
            "n_estimators": TREES,
            "num_leaves": counts(4, 256),  # TabArena 2025: log(2, 200)
            # TabArena 2025: log(1, 64)
            "min_child_samples": counts(1, 100, None if n_fitted is None else n_fitted // 5),
            "colsample_bytree": Real(0.3, 1.0),  # TabArena 2025: 0.4 to 1
        },
        wide={
            "reg_lambda": from_zero(1e-4, 10.0),  # TabArena 2025: log(1e-4, 2)
            "reg_alpha": from_zero(1e-4, 10.0),  # TabArena 2025: log(1e-4, 1)
            "subsample_freq": Ordered([0, 1]),
            # without a frequency no rows are drawn
            "subsample": When("subsample_freq", 1, Real(0.4, 1.0)),  # TabArena 2025: 0.7 to 1
            "max_depth": depths((3, 6, 9), endless=-1),
        },
        good=(
            *(LEARNED_LIGHTGBM if subject.classifies else AUTOGLUON_LIGHTGBM),
            _trees(0.05, "n_estimators", 300, num_leaves=31, colsample_bytree=0.75),
            _trees(0.02, "n_estimators", 1000, num_leaves=64, colsample_bytree=0.75),
            _leaved(0.03, 300, 128, share=0.9, rows=3),  # AutoGluon 2023 (Apache-2.0)
        ),
    )


def _trees(rate: float, name: str, number: int, **others: Any) -> dict[str, Any]:
    return {"learning_rate": rate, name: number, **others}


def _leaved(rate: float, number: int, leaves: int, *, share: float, rows: int) -> dict[str, Any]:
    return {
        "learning_rate": rate,
        "n_estimators": number,
        "num_leaves": leaves,
        "colsample_bytree": share,
        "min_child_samples": rows,
    }


def _deep(rate: float, number: int, depth: int, *, weight: float, share: float) -> dict[str, Any]:
    return {
        "learning_rate": rate,
        "n_estimators": number,
        "max_depth": depth,
        "min_child_weight": weight,
        "colsample_bytree": share,
    }


# Learned by benchmarks/quality/portfolio.py, four for classes and four for numbers.
LEARNED_XGBOOST: Final = (
    _deep(0.018, 200, 10, weight=2.9, share=0.34),
    _deep(0.094, 130, 8, weight=4.7, share=0.57),
    _deep(0.021, 240, 7, weight=1.5, share=0.99),
    _deep(0.14, 90, 12, weight=5.4, share=0.37),
    _deep(0.12, 110, 1, weight=1.1, share=0.87),
    _deep(0.045, 990, 12, weight=24.0, share=0.76),
    _deep(0.038, 980, 4, weight=2.3, share=0.92),
    _deep(0.05, 90, 2, weight=14.0, share=0.51),
)
# Learned in the same way.
LEARNED_LIGHTGBM: Final = (
    _leaved(0.087, 300, 134, share=0.58, rows=1),
    _leaved(0.018, 190, 107, share=0.34, rows=2),
    _leaved(0.1, 260, 113, share=0.5, rows=10),
    _leaved(0.019, 160, 174, share=0.7, rows=10),
    _leaved(0.01, 150, 5, share=0.49, rows=16),
)
# After one learned in the same way those of AutoGluon's portfolios of 2025 and 2026 (Apache-2.0) in
# the order found there.
AUTOGLUON_LIGHTGBM: Final = (
    _leaved(0.05, 90, 5, share=0.51, rows=11),
    _leaved(0.024, 1000, 7, share=0.99, rows=1),
    _leaved(0.013, 1000, 5, share=0.73, rows=12),
    _leaved(0.019, 160, 174, share=0.7, rows=10),
)


def _cat(subject: Subject) -> Preset:
    stops = subject.get("early_stopping_rounds", None) or subject.get("od_type", None)
    core = {
        "depth": Integer(3, 10),  # Prokhorenkova et al. 2018: 6; TabArena 2025: 4 to 8
        # without a number CatBoost finds a learning rate that suits the number of trees, but only
        # where the penalty has none either, for which it then takes 3
        "learning_rate": Either(None, log(0.005, 0.5)),  # TabArena 2025: log(5e-3, 0.1)
        "l2_leaf_reg": Either(None, log(0.5, 50.0)),  # TabArena 2025: log(1e-4, 5)
        "random_strength": log(0.1, 10.0),
    }
    wide = {
        "iterations": None if stops else counts(100, 3000),
        "rsm": Real(0.3, 1.0),  # mlr3tuningspaces xgboost: colsample 0.1 to 1
        "border_count": Ordered([32, 64, 128, 254]),
    }
    good = (
        {"depth": 8},
        {"depth": 4, "learning_rate": 0.05, "l2_leaf_reg": 10.0},
        # AutoGluon's portfolio of 2023 (Apache-2.0)
        {"depth": 6, "learning_rate": 0.07, "l2_leaf_reg": 2.15},
        {"depth": 4, "learning_rate": 0.05, "l2_leaf_reg": 4.56},
    )
    names = {name: _spoken(name, subject) for name in CATBOOST}
    return Preset(
        core={names[name]: dimension for name, dimension in core.items()},
        wide={names[name]: dimension for name, dimension in wide.items()},
        good=tuple({names[name]: value for name, value in one.items()} for one in good),
        unset={names[name]: value for name, value in CATBOOST.items()},
    )


def _spoken(name: str, subject: Subject) -> str:
    """Return the name that the user has given a parameter: CatBoost takes one of several."""
    return next((other for other in ALIASES.get(name, ()) if other in subject.params), name)


PRESETS: Final[dict[str, Ready]] = {
    "XGBClassifier": _xgboost,
    "XGBRegressor": _xgboost,
    "XGBRanker": _xgboost,
    "XGBRFClassifier": _xgboost_forest,
    "XGBRFRegressor": _xgboost_forest,
    "LGBMClassifier": _light,
    "LGBMRegressor": _light,
    "LGBMRanker": _light,
    "CatBoostClassifier": _cat,
    "CatBoostRegressor": _cat,
}
