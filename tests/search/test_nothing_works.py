"""What fails everywhere is said at once, and not paid for to the end."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.svm import SVC

from skhp import BayesSearchCV, GridSearchCV, History, RandomizedSearchCV
from skhp.defaults import UNFITTED, UNSCORED
from skhp.exceptions import SkhpWarning
from skhp.observers import Observer
from tests.search.searches import Make, logistic
from tests.search.searches import X as ROWS
from tests.search.searches import y as CLASSES

X, y = load_iris(return_X_y=True)
SPACE = {"C": loguniform(1e-2, 1e2)}


class Fits(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Can be fitted from some C on, and always scored."""

    def __init__(self, C: float = 0.0, works_from: float = 200.0) -> None:
        self.C = C
        self.works_from = works_from

    def fit(self, X: Any, y: Any) -> Fits:
        if self.works_from > self.C:
            raise ZeroDivisionError("no model")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])


class Said(Observer):
    """Counts the trials that were over when each warning came."""

    def __init__(self, caught: list[Any]) -> None:
        self.caught = caught
        self.n_done: list[int] = []

    def on_trial_end(self, history: History, trial: Any) -> None:
        if any("failed alike" in str(one.message) for one in self.caught):
            self.n_done.append(len(history))


def test_a_scoring_that_fails_is_said_after_the_first_candidate(make: Make):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        said = Said(caught)
        search = make(SVC(), {"C": [0.1, 1.0, 10.0]}, scoring="roc_auc", observers=[said])
        search.fit(X, y)
    [told] = [one for one in caught if "failed alike" in str(one.message)]
    assert issubclass(told.category, SkhpWarning)
    assert "multi_class must be in ('ovo', 'ovr')" in str(told.message)
    assert told.filename == __file__
    assert len(said.n_done) == 2  # the checks of the search are told after the user's observers
    assert np.isnan(search.best_score_)


def test_a_fit_that_fails_is_said_after_the_first_candidate():
    with pytest.warns(SkhpWarning, match="5 folds of a candidate failed alike.*ZeroDivision"):
        GridSearchCV(Fits(works_from=2.0), {"C": [1.0, 3.0]}).fit(ROWS, CLASSES)


def test_a_candidate_that_fails_after_one_that_worked_is_told_at_the_end_alone():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        GridSearchCV(Fits(works_from=2.0), {"C": [3.0, 1.0]}).fit(ROWS, CLASSES)
    assert not any("failed alike" in str(one.message) for one in caught)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", [BayesSearchCV, RandomizedSearchCV])
@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_search_that_cannot_score_gives_up_with_the_cause(kind: Any, n_jobs: int):
    search = kind(SVC(), SPACE, n_iter=2000, scoring="roc_auc", random_state=0, n_jobs=n_jobs, cv=2)
    with pytest.raises(ValueError, match=f"none of its first {UNSCORED} candidates.*scored") as got:
        search.fit(X, y)
    assert "multi_class must be in" in str(got.value)
    n_tried = sum(bool(trial.folds) for trial in search.history_)
    # Two processes may have finished more meanwhile: as much as they were given at a time.
    assert n_tried == UNSCORED if n_jobs == 1 else UNSCORED <= n_tried < 2000


@pytest.mark.filterwarnings("ignore")
def test_a_search_that_cannot_fit_gives_up_with_scikit_learn_s_error():
    search = RandomizedSearchCV(Fits(), SPACE, n_iter=10 * UNFITTED, random_state=0, cv=2)
    with pytest.raises(ValueError, match=f"All the {2 * UNFITTED} fits failed") as got:
        search.fit(ROWS, CLASSES)
    assert "ZeroDivisionError: no model" in str(got.value)
    assert len(search.history_) == UNFITTED


@pytest.mark.filterwarnings("ignore")
def test_a_grid_is_tried_to_its_end_since_its_order_is_no_chance():
    grid = {"C": [*np.linspace(0, 1, UNFITTED), 3.0]}
    search = GridSearchCV(Fits(works_from=2.0), grid, cv=2).fit(ROWS, CLASSES)
    assert search.best_params_ == {"C": 3.0}


@pytest.mark.filterwarnings("ignore")
def test_an_error_score_of_the_user_s_keeps_the_search_going():
    search = RandomizedSearchCV(SVC(), SPACE, n_iter=UNSCORED + 5, scoring="roc_auc", cv=2)
    search.set_params(error_score=-1.0, random_state=0).fit(X, y)
    assert len(search.history_) == UNSCORED + 5
    assert search.best_score_ == -1.0


@pytest.mark.filterwarnings("ignore")
def test_one_metric_that_can_be_scored_keeps_the_search_going():
    search = RandomizedSearchCV(SVC(), SPACE, n_iter=UNSCORED + 5, random_state=0, cv=2)
    search.set_params(scoring=["accuracy", "roc_auc"], refit="accuracy").fit(X, y)
    assert search.best_score_ > 0.9
    assert np.isnan(search.cv_results_["mean_test_roc_auc"]).all()


EMPTY: dict[str, Any] = {"a list": [], "indices": np.arange(0), "floats": np.empty(0)}


@pytest.mark.parametrize("empty", EMPTY)
@pytest.mark.parametrize("role", ["train", "test"])
@pytest.mark.filterwarnings("ignore")
def test_a_split_without_rows_has_no_score_and_the_others_have(make: Make, role: str, empty: str):
    half, rest = np.arange(30), np.arange(30, 60)
    broken = (EMPTY[empty], half) if role == "train" else (half, EMPTY[empty])
    search = make(logistic(), {"C": [0.1, 1.0]}, cv=[(half, rest), broken, (rest, half)], n_iter=2)
    search.fit(ROWS, CLASSES)
    assert np.isnan(search.cv_results_["split1_test_score"]).all()
    assert np.isfinite(search.cv_results_["split0_test_score"]).all()
    assert np.isfinite(search.cv_results_["split2_test_score"]).all()
    assert np.isnan(search.best_score_)
    assert search.best_estimator_.predict(ROWS).shape == (60,)
