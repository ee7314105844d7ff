"""The three searches behind one call, so that a law can be put to all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

from skhp import BayesSearchCV, GridSearchCV, RandomizedSearchCV

Make = Callable[..., Any]


def grid(estimator: Any, space: Any, *, n_iter: int = 0, random_state: int = 0, **more: Any) -> Any:
    """A grid has neither a number of candidates nor a seed."""
    return GridSearchCV(estimator, space, **more)


def randomized(
    estimator: Any, space: Any, *, n_iter: int = 3, random_state: Any = 0, **more: Any
) -> Any:
    return RandomizedSearchCV(estimator, space, n_iter=n_iter, random_state=random_state, **more)


def bayes(
    estimator: Any, space: Any, *, n_iter: int = 3, random_state: Any = 0, **more: Any
) -> Any:
    return BayesSearchCV(estimator, space, n_iter=n_iter, random_state=random_state, **more)


SEARCHES: dict[str, Make] = {"grid": grid, "randomized": randomized, "bayes": bayes}

X, y = make_classification(
    n_samples=60, n_features=4, n_informative=3, n_redundant=0, random_state=0
)
"""Sixty rows that a model can learn in a millisecond."""


def logistic() -> LogisticRegression:
    """A classifier that is fitted in a millisecond, however many threads compete."""
    return LogisticRegression(solver="liblinear")
