"""Ready-made spaces of scikit-learn's gradient boosting."""

from __future__ import annotations

from typing import Any, Final

from ..space import Choice, Ordered, Real
from ._preset import Preset, Ready, Subject
from ._scales import counts, depths, features, from_zero, log


def _tenth(subject: Subject) -> int | None:
    n_fitted = subject.data.n_fitted
    return None if n_fitted is None else n_fitted // 5


def _histograms(subject: Subject) -> Preset:
    return Preset(
        core={
            "learning_rate": log(0.01, 0.5),  # auto-sklearn: log(0.01, 1)
            "max_leaf_nodes": counts(4, 256),  # auto-sklearn: log(3, 2047)
            "min_samples_leaf": counts(1, 200, _tenth(subject)),  # auto-sklearn
            "l2_regularization": from_zero(1e-8, 10.0),  # auto-sklearn: log(1e-10, 1)
        },
        wide={
            "max_iter": _n_trees(subject, "n_iter_no_change", early="early_stopping"),
            "max_features": Real(0.3, 1.0),  # TabArena 2025, LightGBM: 0.4 to 1
            "max_depth": depths((3, 6, 9)),  # hyperopt-sklearn
            "max_bins": Ordered([63, 127, 255]),
            "class_weight": Choice([None, "balanced"]) if subject.classifies else None,
        },
        good=(
            *(LEARNED_FOR_CLASSES if subject.classifies else LEARNED),
            # auto-sklearn 2.0 portfolios (BSD-3), those for about 100 trees
            _grown(0.066, 18, 12, 0.0),
            _grown(0.10, 53, 87, 8e-3),
            _grown(0.14, 256, 153, 2e-3),
            _grown(0.09, 21, 1, 1.5e-2),
            _grown(0.173, 4, 14, 1.4e-2),
        ),
    )


def _grown(rate: float, leaves: int, rows: int, penalty: float) -> dict[str, Any]:
    return {
        "learning_rate": rate,
        "max_leaf_nodes": leaves,
        "min_samples_leaf": rows,
        "l2_regularization": penalty,
    }


# Learned by benchmarks/quality/portfolio.py, and in the order found there: those of many leaves and
# those of few come from auto-sklearn 2.0 (BSD-3).
LEARNED_FOR_CLASSES: Final = (
    _grown(0.05, 174, 1, 1.0),
    _grown(0.182, 27, 5, 0.29),
    _grown(0.31, 5, 4, 0.0),
    _grown(0.058, 107, 2, 0.0),
)
LEARNED: Final = (
    _grown(0.05, 8, 1, 1e-3),
    _grown(0.12, 11, 1, 0.0),
    _grown(0.219, 4, 9, 1.4e-4),
    _grown(0.051, 82, 35, 10.0),
)


def _n_trees(subject: Subject, patience: str, *, early: str | None = None) -> Any:
    """Return how many trees there are, nothing where the estimator finds out by itself."""
    stops = subject.get(early, False) if early else subject.get(patience, None)
    return None if stops is True or (early is None and stops) else counts(50, 1000)


def _gradient_boosting(subject: Subject) -> Preset:
    return Preset(
        core={
            "learning_rate": log(0.01, 0.5),  # Overtuning Mitigation Benchmark 2026: log(1e-3, 1)
            "n_estimators": _n_trees(subject, "n_iter_no_change"),
            "max_depth": (1, 10),  # Overtuning Mitigation Benchmark 2026: 1 to 15
            "subsample": Real(0.4, 1.0),  # mlr3tuningspaces xgboost: 0.1 to 1
        },
        wide={
            "min_samples_leaf": counts(1, 50, _tenth(subject)),
            "max_features": features(subject),  # mlr3tuningspaces xgboost: colsample 0.1 to 1
            "min_samples_split": counts(2, 20, subject.data.n_fitted),
        },
        good=(  # after the optimal defaults for xgboost of Probst, Boulesteix, Bischl 2019
            {"learning_rate": 0.05, "n_estimators": 300, "max_depth": 3, "subsample": 0.8},
            {"learning_rate": 0.02, "n_estimators": 800, "max_depth": 5, "subsample": 0.7},
        ),
    )


PRESETS: Final[dict[str, Ready]] = {
    "HistGradientBoostingClassifier": _histograms,
    "HistGradientBoostingRegressor": _histograms,
    "GradientBoostingClassifier": _gradient_boosting,
    "GradientBoostingRegressor": _gradient_boosting,
}
