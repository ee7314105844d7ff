"""Faults inside a fit: they are counted, warned about once, and the search goes on."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import FitFailedWarning
from sklearn.metrics import accuracy_score, recall_score
from sklearn.model_selection import KFold

from skhp import BayesSearchCV
from tests.search.estimators import Fragile
from tests.search.searches import Make, X, bayes, y

NUMBERED = np.column_stack([np.arange(60), X])
FAILING = {"fails": ["never", "without row 0", "always"], "C": [1.0]}
FOLDS = KFold(3)


def nan_for_large_C(estimator: Any, X: Any, y: Any) -> float:
    return np.nan if estimator.C > 1 else estimator.score(X, y)


def error_for_large_C(estimator: Any, X: Any, y: Any) -> float:
    if estimator.C > 1:
        raise ZeroDivisionError("no score")
    return estimator.score(X, y)


def both_scores(estimator: Any, X: Any, y: Any) -> dict[str, float]:
    predicted = estimator.predict(X)
    return {"recall": recall_score(y, predicted), "accuracy": accuracy_score(y, predicted)}


def warnings_of(search: Any) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.fit(NUMBERED, y)
    return caught


def by_fails(search: Any, column: str) -> dict[str, Any]:
    rows = zip(search.cv_results_["params"], search.cv_results_[column], strict=True)
    return {params["fails"]: value for params, value in rows}


@pytest.mark.filterwarnings("ignore")
def test_failed_fits_score_the_error_score_and_the_others_go_on(make: Make):
    search = make(Fragile(), FAILING, cv=FOLDS, error_score=-1.0).fit(NUMBERED, y)
    assert by_fails(search, "split0_test_score")["without row 0"] == -1.0
    assert by_fails(search, "split1_test_score")["without row 0"] > 0
    assert by_fails(search, "mean_test_score")["always"] == -1.0
    assert search.best_params_["fails"] == "never"


@pytest.mark.filterwarnings("ignore")
def test_failed_fits_are_nan_by_default_and_rank_last(make: Make):
    search = make(Fragile(), FAILING, cv=FOLDS).fit(NUMBERED, y)
    assert np.isnan(by_fails(search, "split0_test_score")["without row 0"])
    assert np.isfinite(by_fails(search, "split1_test_score")["without row 0"])
    assert np.isnan(by_fails(search, "mean_test_score")["without row 0"])
    assert by_fails(search, "rank_test_score") == {"never": 1, "without row 0": 2, "always": 2}


def test_failed_fits_give_one_warning_with_the_count_and_the_error(make: Make):
    caught = warnings_of(make(Fragile(), FAILING, cv=FOLDS))
    [failed] = [one for one in caught if issubclass(one.category, FitFailedWarning)]
    assert "4 fits failed out of a total of 9" in str(failed.message)
    assert "FloatingPointError: no fit with C=1.0" in str(failed.message)


def test_failed_fits_give_one_warning_of_scores_that_are_no_numbers(make: Make):
    caught = warnings_of(make(Fragile(), FAILING, cv=FOLDS))
    assert sum("test scores are non-finite" in str(one.message) for one in caught) == 1


def test_nan_scores_give_one_warning_for_the_test_rows_and_one_for_the_training_rows(make: Make):
    space = {"C": [0.5, 2.0, 1.0]}
    search = make(Fragile(), space, scoring=nan_for_large_C, return_train_score=True)
    caught = [str(one.message) for one in warnings_of(search)]
    assert sum("One or more of the test scores are non-finite" in one for one in caught) == 1
    assert sum("One or more of the train scores are non-finite" in one for one in caught) == 1
    assert search.best_params_ == {"C": 1.0}
    assert not any("failed" in one for one in caught)


@pytest.mark.filterwarnings("ignore")
def test_a_scorer_that_fails_costs_only_its_score(make: Make):
    space = {"C": [0.5, 2.0, 1.0]}
    search = make(Fragile(), space, scoring=error_for_large_C, error_score=-7.0)
    search.fit(NUMBERED, y)
    scores = search.cv_results_["mean_test_score"]
    assert scores[search.cv_results_["params"].index({"C": 2.0})] == -7.0
    assert search.best_params_ == {"C": 1.0}


@pytest.mark.filterwarnings("ignore")
def test_with_several_metrics_a_scorer_that_fails_costs_its_own_score_alone(make: Make):
    space = {"fails": ["never"], "C": [1.0, 2.0]}
    scoring = {"sound": "accuracy", "sick": error_for_large_C}
    search = make(Fragile(), space, scoring=scoring, refit="sound", n_iter=2)
    with pytest.warns(UserWarning, match="Scoring failed"):
        search.fit(NUMBERED, y)
    results = search.cv_results_
    row = results["params"].index({"fails": "never", "C": 2.0})
    assert np.isnan(results["mean_test_sick"][row])
    assert np.isfinite(results["mean_test_sick"][1 - row])
    assert np.isfinite(results["mean_test_sound"]).all()


def test_with_several_metrics_every_score_of_a_failed_fit_is_the_error_score(make: Make):
    for scoring in (["recall", "accuracy"], both_scores):
        search = make(
            Fragile(), FAILING, cv=FOLDS, scoring=scoring, refit="accuracy", error_score=-2
        )
        search.fit(NUMBERED, y)
        for name in ("recall", "accuracy"):
            assert by_fails(search, f"mean_test_{name}")["always"] == -2
        assert search.best_params_["fails"] == "never"


def test_all_fits_failed_is_scikit_learn_s_error(make: Make):
    search = make(Fragile("always"), {"C": [1.0, 2.0]}, cv=FOLDS, n_iter=2)
    with pytest.raises(ValueError, match="All the 6 fits failed") as caught:
        search.fit(NUMBERED, y)
    assert "FloatingPointError: no fit with C=2.0" in str(caught.value)


def test_error_score_raise_raises_the_fit_s_own_exception(make: Make):
    with pytest.raises(FloatingPointError, match="no fit with C=1.0"):
        make(Fragile(), FAILING, cv=FOLDS, error_score="raise").fit(NUMBERED, y)


def test_error_score_raise_raises_the_scorer_s_own_exception(make: Make):
    search = make(Fragile(), {"C": [2.0]}, scoring=error_for_large_C, error_score="raise")
    with pytest.raises(ZeroDivisionError, match="no score"):
        search.fit(NUMBERED, y)


@pytest.mark.slow
def test_error_score_raise_raises_from_workers_too():
    search = bayes(Fragile(), FAILING, cv=FOLDS, error_score="raise", n_jobs=2)
    with pytest.raises(FloatingPointError, match="no fit with C=1.0"):
        search.fit(NUMBERED, y)


@pytest.mark.filterwarnings("ignore")
def test_a_refit_that_fails_raises_the_fit_s_own_exception(make: Make):
    search = make(Fragile(), {"fails": ["with row 0"]}, cv=FOLDS, n_iter=1, error_score=0.0)
    with pytest.raises(FloatingPointError, match="no fit with C=1.0"):
        search.fit(NUMBERED, y)


@pytest.mark.filterwarnings("ignore")
def test_a_model_goes_on_from_failures_of_every_kind():
    space = {"C": (0.1, 2.0), "fails": ["never", "without row 0", "always"]}
    search = BayesSearchCV(
        Fragile(), space, scoring=nan_for_large_C, cv=FOLDS, n_iter=18, random_state=0
    )
    search.fit(NUMBERED, y)
    assert len(search.history_) == 18
    assert {"complete", "failed"} == {trial.status for trial in search.history_}
    assert search.best_params_["fails"] == "never"
    assert search.best_params_["C"] <= 1


@pytest.mark.filterwarnings("ignore")
def test_the_first_candidates_may_all_fail():
    space = {"C": (0.1, 2.0)}
    first = [{"C": 1.5}, {"C": 1.6}, {"C": 1.7}]
    search = BayesSearchCV(
        Fragile(),
        space,
        scoring=nan_for_large_C,
        cv=FOLDS,
        n_iter=12,
        n_points=1,
        initial_params=first,
        random_state=0,
    )
    assert np.isfinite(search.fit(NUMBERED, y).best_score_)


@pytest.mark.filterwarnings("ignore")
def test_the_traceback_of_a_failed_fit_is_in_the_history(make: Make):
    search = make(Fragile(), FAILING, cv=FOLDS).fit(NUMBERED, y)
    [trial] = [one for one in search.history_ if one.params["fails"] == "always"]
    assert trial.status == "failed"
    assert all("FloatingPointError" in str(fold.error) for fold in trial.folds)
