"""Estimators in files of their own, since processes have to import them."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Moody(ClassifierMixin, BaseEstimator):
    """Scores as `x` says; breaks, or takes for ever, where `mood` says so."""

    def __init__(
        self,
        x: float = 0.5,
        mood: str = "well",
        layers: Any = (8,),
        rate: float = 0.1,
        model_kwargs: Any = None,
    ):
        self.x = x
        self.mood = mood
        self.layers = layers
        self.rate = rate
        self.model_kwargs = model_kwargs

    def fit(self, X: Any, y: Any) -> Moody:
        if self.mood == "broken":
            raise RuntimeError("it broke")
        if self.mood == "endless":
            time.sleep(60)
        self.classes_ = np.unique(y)
        self.first_ = float(X[0, 0])
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])

    def score(self, X: Any, y: Any = None) -> float:
        return self.x + 0.01 * self.first_
