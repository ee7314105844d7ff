"""What a fitted search can be asked, and the rules by which it chooses what to refit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import KFold

from skhp import BayesSearchCV, GridSearchCV, RandomizedSearchCV
from skhp.exceptions import SpaceError
from skhp.observed import standard_error
from skhp.results import OneStandardError
from tests.search.estimators import Bowl
from tests.search.searches import Make, X, logistic, y

SPACE = {"C": [0.001, 0.01, 0.1, 1.0, 10.0]}
RULES = ["posterior_mean", "one_standard_error"]


def test_a_search_predicts_the_scores_of_params_never_run(make: Make):
    search = make(logistic(), SPACE, n_iter=5).fit(X, y)
    mean, std = search.predict_score({"C": 0.1})
    assert isinstance(mean, float) and std >= 0
    means, stds = search.predict_score([{"C": 0.1}, {"C": 10.0}])
    assert means.shape == stds.shape == (2,)
    assert means[0] == pytest.approx(mean)


def test_params_outside_the_space_have_no_predicted_score(make: Make):
    with pytest.raises(SpaceError):
        make(logistic(), SPACE, n_iter=3).fit(X, y).predict_score({"C": 123.0})


def test_only_a_fitted_search_can_be_asked(make: Make):
    with pytest.raises(NotFittedError):
        make(logistic(), SPACE).predict_score({"C": 0.1})


def test_the_expected_best_is_inside_the_space_and_not_below_the_best_prediction(make: Make):
    search = make(logistic(), SPACE, n_iter=5).fit(X, y)
    params, mean = search.expected_best()
    assert params["C"] in SPACE["C"]
    assert mean >= search.predict_score(search.best_params_)[0] - 1e-12


def test_importance_names_every_parameter(make: Make):
    space = {**SPACE, "fit_intercept": [True, False]}
    search = make(logistic(), space, n_iter=10).fit(X, y)
    for interactions in (False, True):
        importance = search.importance(interactions=interactions)
        assert set(importance) == set(space)
        assert all(share >= 0 for share in importance.values())


def test_distributions_can_be_asked_about():
    search = RandomizedSearchCV(logistic(), {"C": loguniform(1e-3, 1e2)}, random_state=0)
    assert 0 <= search.fit(X, y).predict_score({"C": 1.0})[0] <= 1.1


def test_a_tuple_is_a_list_of_choices_where_scikit_learn_reads_it_so():
    search = GridSearchCV(logistic(), {"C": (0.1, 1.0, 10.0)}).fit(X, y)
    assert search.expected_best()[0]["C"] in (0.1, 1.0, 10.0)


def test_the_corrected_score_is_at_most_the_best(make: Make):
    search = make(logistic(), SPACE, n_iter=5).fit(X, y)
    assert search.best_score_corrected_ <= search.best_score_


@pytest.mark.parametrize("refit", RULES)
def test_a_rule_chooses_a_tried_candidate_and_refits_it(make: Make, refit: str):
    search = make(logistic(), SPACE, n_iter=5, refit=refit).fit(X, y)
    row = search.best_index_
    assert search.best_params_ == search.cv_results_["params"][row]
    assert search.best_score_ == search.cv_results_["mean_test_score"][row]
    assert search.best_params_["C"] == search.best_estimator_.C
    assert clone(search).refit == refit


def test_the_posterior_mean_does_not_fall_for_a_lucky_spike():
    rows = np.linspace(0, 1, 50)[:, None]

    def luck(estimator: Any, X: Any, y: Any) -> float:
        lucky = abs(estimator.x - 0.9) < 0.006
        return 1.0 - (estimator.x - 0.3) ** 2 + (0.37 if lucky else 0.0)

    grid = {"x": np.linspace(0, 1, 21).tolist()}
    by_mean = GridSearchCV(Bowl(), grid, scoring=luck, cv=2).fit(rows, rows[:, 0])
    by_model = GridSearchCV(Bowl(), grid, scoring=luck, cv=2, refit="posterior_mean")
    by_model.fit(rows, rows[:, 0])
    assert by_mean.best_params_["x"] == pytest.approx(0.9)
    assert by_model.best_params_["x"] == pytest.approx(0.3, abs=0.15)


def test_one_standard_error_keeps_the_present_params_unless_the_gain_is_sure(make: Make):
    search = make(
        logistic().set_params(C=0.1), SPACE, n_iter=5, refit="one_standard_error", cv=KFold(3)
    )
    search.fit(X, y)
    results = search.cv_results_
    best = int(np.argmax(results["mean_test_score"]))
    error = standard_error(np.array([results[f"split{i}_test_score"][best] for i in range(3)]))
    near = results["mean_test_score"] >= results["mean_test_score"][best] - error
    assert near[search.best_index_]
    present = results["params"].index({"C": 0.1})
    assert (search.best_index_ == present) == near[present]


def test_one_standard_error_by_complexity_takes_the_simplest_of_those_near_the_best():
    rule = OneStandardError(lambda params: params["C"])
    search = GridSearchCV(logistic(), SPACE, refit=rule).fit(X, y)
    plain = GridSearchCV(logistic(), SPACE).fit(X, y)
    assert search.best_params_["C"] <= plain.best_params_["C"]
    assert search.best_index_ == rule(search.cv_results_)


def test_one_standard_error_knows_several_metrics():
    rule = OneStandardError(lambda params: params["C"], metric="accuracy")
    scoring = ["accuracy", "f1"]
    search = BayesSearchCV(logistic(), SPACE, scoring=scoring, refit=rule, n_iter=4).fit(X, y)
    assert search.best_params_["C"] in SPACE["C"]
