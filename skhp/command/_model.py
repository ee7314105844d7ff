"""Finds the model that the user names, and what is to be predicted."""

from __future__ import annotations

import importlib
from typing import Any, Final

from sklearn.base import is_classifier, is_regressor
from sklearn.utils.multiclass import type_of_target

from ..exceptions import SettingError

__all__ = ["model_for"]

DEFAULTS: Final = {
    True: "sklearn.ensemble.HistGradientBoostingClassifier",
    False: "sklearn.ensemble.HistGradientBoostingRegressor",
}
FEW_CLASSES: Final = 20
"""Whole numbers of so many kinds are classes, where no model says what they are."""


def model_for(name: str | None, y: Any, *, seed: int) -> Any:
    """Return the model of that name, or gradient boosted trees that suit the target.

    Parameters
    ----------
    name : str, optional
        Of a class, with its module.
    y : Series
        The target.
    seed : int
        Its random_state, if it has one.

    Raises
    ------
    SettingError
        If there is no such class, or it cannot predict the target.
    """
    is_numeric = y.dtype.kind in "iuf"
    is_whole = is_numeric and type_of_target(y) in ("binary", "multiclass")
    has_classes = not is_numeric or (is_whole and y.nunique() <= FEW_CLASSES)
    model = _made(name or DEFAULTS[has_classes])
    if is_classifier(model):
        if is_numeric and not is_whole:
            raise SettingError(
                f"{type(model).__name__} predicts classes, and the target holds numbers such as "
                f"{y.iloc[0]}. Name a regressor."
            )
    elif is_regressor(model):
        if not is_numeric:
            raise SettingError(
                f"{type(model).__name__} predicts numbers, and the target holds {y.iloc[0]!r}. "
                "Name a classifier."
            )
    else:
        raise SettingError(f"{name} is neither a classifier nor a regressor.")
    return model.set_params(random_state=seed) if "random_state" in model.get_params() else model


def _made(name: str) -> Any:
    module, _, inside = name.rpartition(".")
    example = "Write it with its module, as in sklearn.ensemble.RandomForestClassifier."
    try:
        found = getattr(importlib.import_module(module), inside)
    except (ImportError, AttributeError, ValueError):
        raise SettingError(f"There is no estimator {name!r}. {example}") from None
    if not isinstance(found, type) or not hasattr(found, "fit"):
        raise SettingError(f"{name} is no class of an estimator. {example}")
    try:
        return found()
    except TypeError as error:
        raise SettingError(f"{name} cannot be made without arguments: {error}") from None
