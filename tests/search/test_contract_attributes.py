"""What a fitted search has, and what it has not."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import model_selection
from sklearn.exceptions import NotFittedError
from sklearn.metrics import accuracy_score, recall_score
from sklearn.utils.validation import check_is_fitted

from skhp import BayesSearchCV, History
from tests.search.searches import Make, X, bayes, logistic, y

SPACE = {"C": [0.01, 0.1, 1.0]}
SEVERAL = {"scoring": ["accuracy", "recall"]}


def both_scores(estimator, X, y):
    predicted = estimator.predict(X)
    return {"recall": recall_score(y, predicted), "accuracy": accuracy_score(y, predicted)}


def last(results):
    return len(results["params"]) - 1


def best_of(search):
    """The row of the best, and its params."""
    return search.best_index_, search.cv_results_["params"][search.best_index_]


def test_nothing_is_fitted_before_fit(make: Make):
    search = make(logistic(), SPACE)
    with pytest.raises(NotFittedError):
        check_is_fitted(search)
    for name in ("cv_results_", "best_params_", "n_features_in_", "classes_", "history_"):
        assert not hasattr(search, name)


def test_a_fit_that_fails_leaves_nothing_fitted(make: Make):
    search = make(logistic(), {"C": [-1.0, -2.0]})
    with pytest.raises(ValueError, match="All the 10 fits failed"):
        search.set_params(**({"n_iter": 2} if "n_iter" in search.get_params() else {})).fit(X, y)
    with pytest.raises(NotFittedError):
        check_is_fitted(search)


def test_the_best_is_the_first_row_of_rank_one(make: Make):
    search = make(logistic(), SPACE, cv=3).fit(X, y)
    index, params = best_of(search)
    results = search.cv_results_
    assert index == np.argmin(results["rank_test_score"])
    assert search.best_params_ == params
    assert search.best_score_ == results["mean_test_score"][index] == search.history_.best.score
    assert search.best_estimator_.get_params()["C"] == params["C"]


def test_the_best_estimator_is_fitted_on_all_rows(make: Make):
    search = make(logistic(), SPACE, cv=3).fit(X, y)
    expected = logistic().set_params(**search.best_params_).fit(X, y)
    np.testing.assert_array_equal(search.best_estimator_.coef_, expected.coef_)
    assert search.refit_time_ >= 0


def test_every_trial_has_its_row_in_the_order_of_its_number(make: Make):
    search = make(logistic(), SPACE, cv=3).fit(X, y)
    assert isinstance(search.history_, History)
    assert [trial.params for trial in search.history_] == search.cv_results_["params"]
    for index in range(3):
        np.testing.assert_array_equal(
            [trial.fold_scores[index] for trial in search.history_],
            search.cv_results_[f"split{index}_test_score"],
        )
    assert search.stop_reason_ == "all candidates tried"


def test_without_refit_there_is_no_best_estimator_yet_a_best_index(make: Make):
    search = make(logistic(), SPACE, refit=False).fit(X, y)
    for name in ("best_estimator_", "refit_time_", "n_features_in_", "classes_"):
        assert not hasattr(search, name)
    assert best_of(search) == (search.best_index_, search.best_params_)
    assert np.isfinite(search.best_score_)


def test_a_callable_refit_chooses_and_leaves_no_best_score(make: Make):
    search = make(logistic(), SPACE, refit=last).fit(X, y)
    assert search.best_index_ == len(search.cv_results_["params"]) - 1
    assert search.cv_results_["params"][-1]["C"] == search.best_estimator_.C
    assert not hasattr(search, "best_score_")


@pytest.mark.parametrize(("chosen", "error"), [(99, IndexError), ("first", TypeError)])
def test_a_callable_refit_must_return_an_index(make: Make, chosen, error):
    with pytest.raises(error, match="best_index_"):
        make(logistic(), SPACE, refit=lambda results: chosen).fit(X, y)


def test_with_several_metrics_refit_names_the_one_that_decides(make: Make):
    search = make(logistic(), SPACE, refit="recall", **SEVERAL).fit(X, y)
    results = search.cv_results_
    assert search.multimetric_
    assert [*search.scorer_] == ["accuracy", "recall"]
    assert search.best_score_ == results["mean_test_recall"].max() == search.history_.best.score
    assert search.history_.metric == "recall"


def test_a_callable_of_several_metrics_is_guided_by_the_one_that_refit_names(make: Make):
    search = make(logistic(), SPACE, refit="accuracy", scoring=both_scores).fit(X, y)
    assert search.multimetric_
    assert search.history_.metric == "accuracy"
    assert search.best_score_ == search.history_.best.score
    assert search.scorer_ is both_scores


def test_with_several_metrics_and_no_refit_there_is_no_best(make: Make):
    search = make(logistic(), SPACE, refit=False, **SEVERAL).fit(X, y)
    for name in ("best_index_", "best_score_", "best_params_", "best_estimator_"):
        assert not hasattr(search, name)
    assert "rank_test_recall" in search.cv_results_


def test_several_metrics_with_a_callable_refit_have_no_best_score(make: Make):
    search = make(logistic(), SPACE, refit=last, **SEVERAL).fit(X, y)
    assert search.best_params_ == search.cv_results_["params"][-1]
    assert not hasattr(search, "best_score_")


def test_several_metrics_without_a_choice_are_an_error(make: Make):
    with pytest.raises(ValueError, match="For multi-metric scoring, the parameter refit must be"):
        make(logistic(), SPACE, **SEVERAL).fit(X, y)
    with pytest.raises(ValueError, match="For multi-metric scoring, the parameter refit must be"):
        make(logistic(), SPACE, scoring=both_scores).fit(X, y)


def test_features_and_classes_are_those_of_the_best_estimator(make: Make):
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(X, columns=["a", "b", "c", "d"])
    search = make(logistic(), SPACE).fit(table, np.where(y == 1, "yes", "no"))
    assert [*search.feature_names_in_] == ["a", "b", "c", "d"]
    assert search.n_features_in_ == 4
    assert [*search.classes_] == ["no", "yes"]


def test_train_scores_are_there_only_when_asked_for(make: Make):
    without = make(logistic(), SPACE, cv=2).fit(X, y).cv_results_
    with_them = make(logistic(), SPACE, cv=2, return_train_score=True).fit(X, y)
    added = ["split0_train_score", "split1_train_score", "mean_train_score", "std_train_score"]
    ranks = ["rank_train_score"] if isinstance(with_them, BayesSearchCV) else []
    assert [*with_them.cv_results_] == [*without, *added, *ranks]


def test_a_bayes_search_has_results_for_the_plots_of_skopt():
    search = BayesSearchCV(logistic(), {"C": (0.01, 1.0)}, n_iter=3, random_state=0)
    with pytest.raises(NotFittedError):
        search.optimizer_results_  # noqa: B018
    assert search.total_iterations == 3
    [result] = search.fit(X, y).optimizer_results_
    assert len(result.x_iters) == 3
    assert result.fun == -search.best_score_


@pytest.mark.parametrize("settings", [{}, {**SEVERAL, "refit": "recall"}])
@pytest.mark.parametrize("return_train_score", [False, True])
def test_the_table_has_scikit_learn_s_columns_and_dtypes(
    make: Make, settings: dict[str, object], return_train_score: bool
):
    more = {**settings, "return_train_score": return_train_score, "cv": 2}
    space = [{"C": [0.1, 1.0], "penalty": ["l1", "l2"]}, {"C": [1], "tol": [1e-3]}]
    ours = make(logistic(), space, n_iter=5, **more).fit(X, y).cv_results_
    theirs = model_selection.GridSearchCV(logistic(), space, **more).fit(X, y).cv_results_
    if make is bayes:  # has the ranks of scikit-optimize as well
        ours = {key: column for key, column in ours.items() if "rank_train_" not in key}
    fixed, expected = ([key for key in one if "param_" not in key] for one in (ours, theirs))
    assert fixed == expected
    assert set(ours) == set(theirs)
    for key in theirs:
        assert type(ours[key]) is type(theirs[key])
        if key != "params":
            assert ours[key].dtype == theirs[key].dtype
        if key.startswith("param_"):
            assert sum(np.ma.getmaskarray(ours[key])) == sum(np.ma.getmaskarray(theirs[key]))
    assert all(type(params) is dict for params in ours["params"])
