"""Every ready-made space of the library, by the name of the class it is for."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from typing import Any, Final

from . import (
    _boosting,
    _clusterers,
    _decomposition,
    _descent,
    _external,
    _linear,
    _meta,
    _naive_bayes,
    _neighbors,
    _networks,
    _outliers,
    _preprocessing,
    _selection,
    _svm,
    _text,
    _trees,
)
from ._data import Data
from ._preset import Preset, Ready, Subject
from ._registered import registered

TOPICS: Final[Mapping[str, Mapping[str, Ready]]] = {
    "Trees and forests": _trees.PRESETS,
    "Gradient boosting": _boosting.PRESETS,
    "XGBoost, LightGBM, CatBoost": _external.PRESETS,
    "Support vector machines and Gaussian processes": _svm.PRESETS,
    "Neural networks": _networks.PRESETS,
    "Neighbours": _neighbors.PRESETS,
    "Linear models": _linear.PRESETS,
    "Linear models by gradient descent": _descent.PRESETS,
    "Naive Bayes": _naive_bayes.PRESETS,
    "Estimators that hold others": _meta.PRESETS,
    "Scaling, encoding, imputing, new features": _preprocessing.PRESETS,
    "Selection of features": _selection.PRESETS,
    "Decomposition, projection, kernel approximation": _decomposition.PRESETS,
    "Text": _text.PRESETS,
    "Outliers": _outliers.PRESETS,
    "Clusters and densities": _clusterers.PRESETS,
}

PRESETS: Final[Mapping[str, Ready]] = {
    name: ready for presets in TOPICS.values() for name, ready in presets.items()
}

SELF_TUNED: Final = frozenset(
    {
        "BaseSearchCV",
        "ElasticNetCV",
        "GraphicalLassoCV",
        "LarsCV",
        "LassoCV",
        "LassoLarsCV",
        "LassoLarsIC",
        "LogisticRegressionCV",
        "MultiTaskElasticNetCV",
        "MultiTaskLassoCV",
        "OrthogonalMatchingPursuitCV",
        "RFECV",
        "RidgeCV",
        "RidgeClassifierCV",
        "TunedThresholdClassifierCV",
    }
)
"""Find the best values of their own parameters by themselves."""

NOTHING_TO_TUNE: Final = frozenset(
    {"DummyClassifier", "DummyRegressor", "IsotonicRegression", "LinearRegression"}
    | {"TheilSenRegressor", "TransformedTargetRegressor", "VotingClassifier", "VotingRegressor"}
)
"""Predict, and have no parameter whose best value depends on the data."""


def lineage(estimator: object) -> list[str]:
    """Return the names of an estimator's class and of those it inherits from, nearest first."""
    return [base.__name__ for base in type(estimator).__mro__]


def preset_of(estimator: Any, present: Mapping[str, Any], data: Data) -> Preset | None:
    """Return the ready-made space of an estimator's own parameters, None where there is none.

    Parameters
    ----------
    estimator : estimator object
        Recognised by its class, or one it inherits from: what users registered, then the name.
    present : mapping
        Its params.
    data : Data
        What it will be fitted on.
    """
    names = _names(estimator, present)
    for kind in type(estimator).__mro__:
        given = registered(kind, estimator, names=names, data=data)
        if given is not None:
            return given
        name = kind.__name__
        if name in SELF_TUNED | NOTHING_TO_TUNE:
            return Preset({})
        if name in PRESETS:
            return _existing(PRESETS[name](Subject(name, present, data)), names)
    return None


def _names(estimator: Any, present: Mapping[str, Any]) -> set[str]:
    """Return the parameters that the estimator has in this version of its library."""
    try:
        taken = inspect.signature(type(estimator)).parameters
    except ValueError:
        return set(present)
    return set(present) | set(taken)


def _existing(preset: Preset, names: set[str]) -> Preset:
    def kept(dimensions: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in dimensions.items() if name in names}

    return dataclasses.replace(preset, core=kept(preset.core), wide=kept(preset.wide))
