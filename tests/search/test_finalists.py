"""A search scores its best few again before one of them is chosen."""

from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_wine
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneOut,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skhp import GridSearchCV, HalvingSearchCV, RandomizedSearchCV
from skhp.exceptions import SearchInterruptedWarning
from skhp.racing import Racing
from skhp.results import Finalists

X, y = load_wine(return_X_y=True)
TREES = {"max_depth": [1, 2, 3, 5, 8], "max_features": [1, 2, 5, 9]}
FRESH = StratifiedKFold(4, shuffle=True, random_state=7)


def of_trees(**wishes: Any) -> RandomizedSearchCV:
    wishes = {"refit": Finalists(), "random_state": 0, "n_iter": 12, **wishes}
    return RandomizedSearchCV(DecisionTreeClassifier(random_state=0), TREES, **wishes)


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_the_best_mean_over_old_and_fresh_folds_is_chosen(n_jobs: int):
    search = of_trees(refit=Finalists(n=4, cv=FRESH), cv=5, n_jobs=n_jobs).fit(X, y)
    results, finalists = search.cv_results_, search.finalists_
    assert sorted(results["rank_test_score"][[one.row for one in finalists]])[0] == 1
    assert len(finalists) == 4
    for one in finalists:
        tree = clone(search.estimator).set_params(**one.params)
        fresh = cross_val_score(tree, X, y, cv=FRESH)
        assert one.new_score == pytest.approx(fresh.mean())
        assert one.old_score == results["mean_test_score"][one.row]
        assert one.score == pytest.approx((5 * one.old_score + 4 * one.new_score) / 9)
    assert finalists[0].score == max(one.score for one in finalists)
    assert search.best_index_ == finalists[0].row
    assert search.best_params_ == dict(finalists[0].params)
    assert search.best_score_ == finalists[0].old_score
    assert search.best_estimator_.get_params()["max_depth"] == search.best_params_["max_depth"]


def test_a_lucky_leader_is_overtaken():
    lucky = RandomizedSearchCV(Honest(), {"luck": [0.0, 0.3]}, n_iter=2, random_state=0)
    assert lucky.fit(X, y).best_params_ == {"luck": 0.3}
    search = clone(lucky).set_params(refit=Finalists(n=2, cv=KFold(6))).fit(X, y)
    assert search.best_params_ == {"luck": 0.0}
    assert search.best_score_ < lucky.best_score_


class Honest(ClassifierMixin, BaseEstimator):
    """Scores .8, and where it is lucky more on one kind of splits, but less on others."""

    def __init__(self, luck: float = 0.0) -> None:
        self.luck = luck

    def fit(self, X: Any, y: Any) -> Any:
        self.classes_ = np.unique(y)
        self.is_search_ = len(X) < 145  # of 178 rows five folds leave 142 or 143, six leave 148
        return self

    def score(self, X: Any, y: Any) -> float:
        return 0.6 + (self.luck if self.is_search_ else -self.luck)


def test_fresh_splits_follow_the_random_state_and_take_nothing_from_the_users_generator():
    once, again = of_trees().fit(X, y), of_trees().fit(X, y)
    assert once.finalists_ == again.finalists_
    assert once.finalists_ != of_trees(random_state=1).fit(X, y).finalists_
    mine, other = np.random.RandomState(3), np.random.RandomState(3)
    of_trees(random_state=mine).fit(X, y)
    of_trees(random_state=other, refit=True).fit(X, y)
    assert mine.randint(10**9) == other.randint(10**9)


@pytest.mark.filterwarnings("ignore:The groups parameter is ignored")
@pytest.mark.parametrize(
    "cv",
    [
        KFold(3),
        ShuffleSplit(3, random_state=0),
        RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0),
        GroupKFold(3),
    ],
    ids=repr,
)
def test_the_splitter_of_the_search_draws_anew(cv: Any):
    search = of_trees(cv=cv, n_iter=4, refit=Finalists(n=4))
    search.fit(X, y, groups=np.arange(len(y)) // 3)
    old, new = np.array([(one.old_score, one.new_score) for one in search.finalists_]).T
    assert np.isfinite(new).all()
    assert (old != new).any()


def refusal(search: Any) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is what is tested
        search.fit(X, y)
    assert not hasattr(search, "history_")
    return str(caught.value)


@pytest.mark.parametrize(
    "cv", [TimeSeriesSplit(3), LeaveOneOut(), list(KFold(3).split(X))], ids=["time", "one", "list"]
)
def test_splits_that_cannot_be_drawn_anew_are_refused_before_the_first_fit(cv: Any):
    assert "Finalists(cv=...)" in refusal(of_trees(cv=cv))
    assert of_trees(cv=cv, n_iter=2, refit=Finalists(2, cv=KFold(2))).fit(X, y).finalists_


def test_senseless_settings_are_refused_before_the_first_fit():
    assert "n must be" in refusal(of_trees(refit=Finalists(n=1)))
    assert "n must be" in refusal(of_trees(refit=Finalists(n=2.5)))  # type: ignore[arg-type]
    assert "scorer key" in refusal(of_trees(scoring=["accuracy", "neg_log_loss"]))


def test_candidates_that_racing_stopped_are_no_finalists():
    search = of_trees(racing=Racing(alpha=0.4), cv=6, refit=Finalists(n=20)).fit(X, y)
    status = search.cv_results_["status"]
    assert "stopped" in status
    assert {one.row for one in search.finalists_} == set(np.flatnonzero(status == "complete"))


@pytest.mark.parametrize("resource", ["n_samples", "max_leaf_nodes"])
def test_finalists_of_a_halving_search_stand_on_its_last_rung(resource: str):
    search = HalvingSearchCV(
        DecisionTreeClassifier(random_state=0),
        {"max_depth": (1, 8), "max_features": (0.1, 1.0)},
        resource=resource,
        max_resources="auto" if resource == "n_samples" else 27,
        n_candidates=9,
        random_state=0,
        refit=Finalists(n=2),
    ).fit(X, y)
    last = search.cv_results_["iter"].max()
    rows = [one.row for one in search.finalists_]
    assert set(search.cv_results_["iter"][rows]) == {last}
    assert search.score(X, y) > 0.9


class Struck(ClassifierMixin, BaseEstimator):
    """Fails with some params, where there are as many rows as fresh folds have."""

    def __init__(self, k: int = 1, strikes: int | None = None, error: Any = None) -> None:
        self.k = k
        self.strikes = strikes
        self.error = error

    def fit(self, X: Any, y: Any) -> Any:
        if len(X) == 89 and self.k == self.strikes:
            raise self.error
        self.model_ = KNeighborsClassifier(self.k).fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X: Any) -> Any:
        return self.model_.predict(X)


def struck(error: BaseException, which: int) -> GridSearchCV:
    refit = Finalists(n=3, cv=KFold(2, shuffle=True, random_state=0))
    peaceful = GridSearchCV(Struck(), {"k": [1, 2, 3, 4, 5]}, refit=refit).fit(X, y)
    strikes = peaceful.finalists_[which].params["k"]
    return GridSearchCV(Struck(strikes=strikes, error=error), {"k": [1, 2, 3, 4, 5]}, refit=refit)


def test_a_ctrl_c_leaves_the_best_of_the_search():
    search = struck(KeyboardInterrupt(), 2)
    with pytest.warns(SearchInterruptedWarning, match=r"not scored again \(interrupted\)"):
        search.fit(X, y)
    assert search.finalists_ == ()
    assert search.cv_results_["rank_test_score"][search.best_index_] == 1
    assert search.best_estimator_.k == search.best_params_["k"]


def test_a_finalist_whose_fits_fail_is_not_chosen():
    search = struck(ValueError("no"), 0)
    with pytest.warns(UserWarning, match="are no finalists.*no"):
        search.fit(X, y)
    last = search.finalists_[-1]
    assert np.isnan(last.new_score)
    assert last.row != search.best_index_


def test_time_is_kept_for_the_finals():
    search = of_trees(max_time=600).fit(X, y)
    assert len(search.finalists_) == 5
