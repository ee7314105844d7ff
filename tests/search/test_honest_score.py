"""A search says what its choice would score on new rows."""

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_wine
from sklearn.dummy import DummyClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skhp import GridSearchCV, RandomizedSearchCV
from skhp.exceptions import SettingError
from skhp.results import OneStandardError

X, y = load_wine(return_X_y=True)
TREES = {"max_depth": [1, 2, 3, 5], "max_features": [1, 2, 5, 9]}


def of_trees(**wishes: Any) -> RandomizedSearchCV:
    wishes = {"n_iter": 5, "random_state": 0, "keep_predictions": True, **wishes}
    return RandomizedSearchCV(DecisionTreeClassifier(random_state=0), TREES, **wishes)


@pytest.mark.parametrize("refit", [True, "ensemble"])
@pytest.mark.parametrize(
    "scoring",
    [
        "accuracy",
        pytest.param("neg_log_loss", marks=pytest.mark.slow),
        pytest.param("roc_auc_ovr", marks=pytest.mark.slow),
    ],
)
def test_it_lies_in_its_interval_and_is_the_same_again(refit: Any, scoring: Any):
    search = of_trees(refit=refit, scoring=scoring).fit(X, y)
    told = search.honest_score()
    assert told.low < told.score < told.high
    assert told.method == "bootstrap of predictions"
    assert told == search.honest_score()
    narrow = search.honest_score(confidence=0.5)
    assert told.low < narrow.low < narrow.high < told.high


def test_the_luck_of_the_best_of_many_guesses_is_taken_off():
    rng = np.random.default_rng(0)
    coin = rng.integers(0, 2, 100)
    search = GridSearchCV(
        DummyClassifier(strategy="uniform"),
        {"random_state": list(range(30))},
        keep_predictions=True,
        scoring="accuracy",
    ).fit(np.zeros((100, 1)), coin)
    assert search.best_score_ > 0.55
    assert 0.4 < search.honest_score().score < search.best_score_ - 0.05


def test_numbers_have_one_as_well():
    tree = DecisionTreeRegressor(random_state=0)
    search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}, keep_predictions=True)
    told = search.fit(*load_diabetes(return_X_y=True)).honest_score()
    assert told.low < told.score < told.high


@pytest.mark.parametrize(
    "refit",
    [
        "one_standard_error",
        pytest.param("posterior_mean", marks=pytest.mark.slow),
        pytest.param(OneStandardError(lambda params: params["max_depth"]), id="simplest"),
    ],
    ids=str,
)
def test_the_choice_of_a_rule_is_made_again(refit: Any):
    search = of_trees(refit=refit).fit(X, y)
    told = search.honest_score()
    assert told.low < told.score < told.high
    assert told.method == "bootstrap of predictions"
    if isinstance(refit, str):
        assert pickle.loads(pickle.dumps(search)).honest_score() == told


def test_a_rule_that_chooses_blindly_has_no_luck_to_be_taken_off():
    first = of_trees(refit=lambda results: 0).fit(X, y)
    only = GridSearchCV(
        first.estimator,
        {name: [value] for name, value in first.best_params_.items()},
        keep_predictions=True,
    ).fit(X, y)
    assert first.honest_score().score == pytest.approx(only.honest_score().score, abs=0.01)


def test_without_rows_to_draw_from_it_is_corrected_by_the_folds_and_says_so():
    search = of_trees(keep_predictions=False).fit(X, y)
    told = search.honest_score()
    assert told.method == "Tibshirani and Tibshirani"
    assert told.score == search.best_score_corrected_
    assert np.isnan([told.low, told.high]).all()


def test_what_cannot_be_told_is_an_error():
    several = of_trees(scoring=["accuracy", "f1_macro"], refit="accuracy").fit(X, y)
    with pytest.raises(SettingError, match="one metric"):
        several.honest_score()
    with pytest.raises(SettingError, match="confidence"):
        of_trees(n_iter=1).fit(X, y).honest_score(confidence=95)
    depth = of_trees(n_iter=1, scoring=lambda model, X, y: float(model.get_depth())).fit(X, y)
    with pytest.raises(SettingError, match="without the model"):
        depth.honest_score()
    clusters = GridSearchCV(KMeans(), {"n_clusters": [2, 3]}, keep_predictions=True).fit(X)
    assert clusters.honest_score().method == "Tibshirani and Tibshirani"
