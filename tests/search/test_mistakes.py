"""A newcomer's mistakes are answered with the line to write."""

from __future__ import annotations

import inspect
import pickle
from datetime import timedelta
from typing import Any

import pytest
import skopt.space
from sklearn.base import clone
from sklearn.svm import SVC

from skhp import BayesSearchCV, GridSearchCV, HalvingSearchCV, RandomizedSearchCV
from skhp.exceptions import SpaceError
from skhp.stopping import NoImprovement
from tests.search.searches import X, y

SPACE = {"C": [0.1, 1.0]}

VALUES: dict[str, tuple[str, Any, str]] = {
    "a number of candidates": ("stopping", 20, r"stopping=NoImprovement\(20\)"),
    "a score": ("stopping", 0.95, r"stopping=ScoreReached\(0.95\)"),
    "a rule's class": ("stopping", NoImprovement, r"stopping=NoImprovement\(...\).*not its class"),
    "a rule in quotes": (
        "stopping",
        "NoImprovement(3)",
        r"stopping=\S+, without the quotes",
    ),
    "a level": ("racing", 0.05, r"racing=True, or racing=Racing\(alpha=0.05\)"),
    "one observer": ("observers", "mlflow", r"observers=\['mlflow'\]"),
    "one dict": ("initial_params", {"C": 1.0}, r"initial_params=\[\{'C': 1.0\}\]"),
    "a span of time": ("max_time", timedelta(minutes=2), "max_time=120, a number of seconds"),
    "time in words": ("fit_timeout", "10min", "fit_timeout=600, a number of seconds"),
    "memory in words": ("fit_memory", "2GB", "fit_memory=2e9, a number of bytes"),
    "a switch": ("journal", True, 'journal="search.db"'),
    "a loss": ("scoring", "mean_squared_error", 'scoring="neg_mean_squared_error"'),
    "a metric's short name": ("scoring", "RMSE", 'scoring="neg_root_mean_squared_error"'),
    "an abbreviation": ("scoring", "acc", 'scoring="accuracy"'),
    "a misspelt metric": ("scoring", "balanced_acuracy", 'scoring="balanced_accuracy"'),
    "no refit": ("refit", None, "refit=False"),
    "a name of joblib's": ("executor", "loky", r"executor=ProcessExecutor\(4\)"),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_value_of_the_wrong_kind_is_answered_with_one_of_the_right_kind(case: str):
    name, value, line = VALUES[case]
    with pytest.raises((ValueError, TypeError), match=f"Write {line}"):
        BayesSearchCV(SVC(), SPACE, **{name: value}).fit(X, y)


ARGUMENTS: dict[str, tuple[Any, str]] = {
    "fit_params": (
        lambda: BayesSearchCV(SVC(), SPACE, fit_params={"sample_weight": y}),
        r"search.fit\(X, y, sample_weight=...\)",
    ),
    "fit_params of a grid": (
        lambda: GridSearchCV(SVC(), SPACE, fit_params={"sample_weight": y}),
        r"search.fit\(X, y, sample_weight=...\)",
    ),
    "iid": (lambda: GridSearchCV(SVC(), SPACE, iid=True), "leave it out"),
    "a callback": (lambda: BayesSearchCV(SVC(), SPACE, callback=print), r"fit\(X, y, callback="),
    "a misspelt name": (lambda: BayesSearchCV(SVC(), SPACE, n_iters=3), "Did you mean 'n_iter'"),
    "another library's names": (
        lambda: BayesSearchCV(SVC(), param_distributions=SPACE, n_trials=9),
        r"Write BayesSearchCV\(estimator, search_spaces, n_iter=9\)",
    ),
    "skopt's positions": (
        lambda: BayesSearchCV(SVC(), SPACE, None, 32, "accuracy", None, -1),
        r"Write BayesSearchCV\(estimator, search_spaces, n_iter=32, scoring='acc.*', n_jobs=-1\)",
    ),
    "skopt's positions, with settings": (
        lambda: BayesSearchCV(SVC(), SPACE, {"acq_func": "EI"}, 32, None, {"sample_weight": y}),
        r"fit\(X, y, sample_weight=...\).*optimizer_kwargs=\{'acq_func': 'EI'\}, n_iter=32",
    ),
    "our own order": (
        lambda: BayesSearchCV(SVC(), SPACE, 32, n_jobs=2),
        r"Write BayesSearchCV\(estimator, search_spaces, n_iter=32, n_jobs=2\)",
    ),
    "scikit-learn's order": (
        lambda: RandomizedSearchCV(SVC(), SPACE, 9, "accuracy"),
        r"RandomizedSearchCV\(estimator, param_distributions, n_iter=9, scoring='accuracy'\)",
    ),
    "a grid's order": (
        lambda: GridSearchCV(SVC(), SPACE, "accuracy"),
        r"Write GridSearchCV\(estimator, param_grid, scoring='accuracy'\)",
    ),
    "a halving search's": (
        lambda: HalvingSearchCV(SVC(), param_grid=SPACE),
        "param_grid is called search_spaces here",
    ),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_arguments_that_a_constructor_does_not_take_are_answered_with_the_line(case: str):
    make, line = ARGUMENTS[case]
    with pytest.raises(TypeError, match=line):
        make()


def test_what_explains_mistakes_leaves_constructors_as_they_are():
    search = BayesSearchCV(SVC(), SPACE, n_iter=3)
    assert list(inspect.signature(BayesSearchCV).parameters)[:2] == ["estimator", "search_spaces"]
    assert clone(search).n_iter == pickle.loads(pickle.dumps(search)).n_iter == 3
    with pytest.raises(TypeError, match="missing a required argument: 'estimator'"):
        BayesSearchCV()


def test_a_dimension_of_skopt_is_no_distribution_and_is_refused_before_any_fit():
    space = {"C": skopt.space.Real(0.1, 1.0)}
    with pytest.raises(SpaceError, match='Write one of scipy.stats, or BayesSearchCV.*"random"'):
        RandomizedSearchCV(SVC(), space, n_iter=3, error_score="raise").fit(X, y)
