"""A search refits an ensemble of its candidates, as an estimator of scikit-learn's."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_wine, make_multilabel_classification
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, ShuffleSplit, TimeSeriesSplit
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skhp import BayesSearchCV, GridSearchCV, HalvingSearchCV, RandomizedSearchCV
from skhp.exceptions import SearchInterruptedWarning, SettingError
from skhp.racing import Racing
from skhp.results import AveragedClassifier, AveragedRegressor, Ensemble

X, y = load_wine(return_X_y=True)
LABELS = np.array(["c", "a", "b"])[y]
NUMBERS = load_diabetes(return_X_y=True)
TREES = {"max_depth": [1, 2, 3, 5, 8], "max_features": [1, 2, 5, 9]}
MACHINES = {"C": np.logspace(-2, 3, 10).tolist(), "gamma": np.logspace(-5, 0, 10).tolist()}


def of_trees(**wishes: Any) -> RandomizedSearchCV:
    wishes = {"refit": "ensemble", "random_state": 0, "n_iter": 12, **wishes}
    return RandomizedSearchCV(DecisionTreeClassifier(random_state=0), TREES, **wishes)


def by_hand(search: Any, kind: type, **wishes: Any) -> Any:
    members = search.ensemble_
    estimators = [
        (str(row), clone(search.estimator).set_params(**params))
        for row, params in zip(members.rows, members.params, strict=True)
    ]
    return kind(estimators, weights=members.weights, **wishes)


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_it_is_the_voting_classifier_of_its_members(n_jobs: int):
    search = of_trees(n_jobs=n_jobs).fit(X, LABELS)
    expected = by_hand(search, VotingClassifier, voting="soft").fit(X, LABELS)
    assert type(search.best_estimator_) is VotingClassifier
    np.testing.assert_array_equal(search.predict_proba(X), expected.predict_proba(X))
    np.testing.assert_array_equal(search.predict(X), expected.predict(X))
    assert 1 < len(search.ensemble_.rows) <= 10
    assert sum(search.ensemble_.weights) == pytest.approx(1)
    assert search.ensemble_.score > search.ensemble_.single_score


def test_the_best_single_candidate_keeps_its_name():
    search, plain = of_trees().fit(X, y), of_trees(refit=True).fit(X, y)
    assert search.best_index_ == plain.best_index_
    assert search.best_score_ == plain.best_score_
    assert search.best_params_ == plain.best_params_


def test_without_probabilities_members_vote():
    wishes: dict[str, Any] = {"n_iter": 12, "random_state": 0}
    search = RandomizedSearchCV(SVC(), MACHINES, refit=Ensemble(min_weight=0), **wishes)
    search.fit(X, LABELS)
    expected = by_hand(search, VotingClassifier, voting="hard").fit(X, LABELS)
    assert search.ensemble_.voting == "hard"
    np.testing.assert_array_equal(search.predict(X), expected.predict(X))


@pytest.mark.parametrize("by", ["loss", "score"])
def test_numbers_are_averaged(by: Any):
    search = BayesSearchCV(
        DecisionTreeRegressor(random_state=0),
        {"max_depth": (1, 8), "max_features": (0.1, 1.0)},
        n_iter=10,
        random_state=0,
        refit=Ensemble(by=by),
    ).fit(*NUMBERS)
    expected = by_hand(search, VotingRegressor).fit(*NUMBERS)
    np.testing.assert_allclose(search.predict(NUMBERS[0]), expected.predict(NUMBERS[0]))


def test_several_outputs_are_averaged():
    several = make_multilabel_classification(120, random_state=0)
    search = of_trees(n_iter=6).fit(*several)
    assert isinstance(search.best_estimator_, AveragedClassifier)
    again = clone(search.best_estimator_).fit(*several)
    np.testing.assert_array_equal(again.predict(several[0]), search.predict(several[0]))
    both = np.stack([NUMBERS[1], -NUMBERS[1]], axis=1)
    tree = DecisionTreeRegressor(random_state=0)
    search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}, refit="ensemble").fit(NUMBERS[0], both)
    assert isinstance(search.best_estimator_, AveragedRegressor)
    assert search.predict(NUMBERS[0]).shape == both.shape


def test_it_is_cloned_pickled_and_fitted_again_like_any_estimator():
    frame = pd.DataFrame(X, columns=[f"f{i}" for i in range(X.shape[1])])
    search = of_trees().fit(frame, LABELS)
    model = search.best_estimator_
    assert list(search.feature_names_in_) == list(frame.columns) == list(model.feature_names_in_)
    for again in (pickle.loads(pickle.dumps(model)), clone(model).fit(frame, LABELS)):
        np.testing.assert_array_equal(again.predict_proba(frame), model.predict_proba(frame))
    assert not hasattr(clone(model), "estimators_")


@pytest.mark.parametrize(
    "cv", [KFold(3), ShuffleSplit(3, random_state=0), TimeSeriesSplit(3)], ids=repr
)
def test_any_splits_will_do(cv: Any):
    order = np.random.default_rng(0).permutation(len(y))
    search = of_trees(cv=cv, n_iter=5).fit(X[order], LABELS[order])
    assert search.score(X, LABELS) > 0.9


def test_candidates_that_racing_stopped_are_left_out():
    search = of_trees(racing=Racing(alpha=0.4), cv=6).fit(X, y)
    status = search.cv_results_["status"]
    assert "stopped" in status
    assert {status[row] for row in search.ensemble_.rows} == {"complete"}


def test_members_of_a_halving_search_have_the_full_resource():
    search = HalvingSearchCV(
        DecisionTreeClassifier(random_state=0),
        {"max_depth": (1, 8), "max_features": (0.1, 1.0)},
        n_candidates=27,
        factor=2,
        random_state=0,
        refit=Ensemble(),
    ).fit(X, y)
    full = search.cv_results_["n_resources"] == len(y)
    assert all(full[row] for row in search.ensemble_.rows)


def test_several_searches_are_pooled():
    splits = list(KFold(4, shuffle=True, random_state=0).split(X))
    wishes: dict[str, Any] = {"cv": splits, "keep_predictions": True}
    trees = of_trees(refit=True, **wishes).fit(X, LABELS)
    lines = make_pipeline(StandardScaler(), LogisticRegression())
    linear = GridSearchCV(lines, {"logisticregression__C": [0.1, 1.0]}, **wishes).fit(X, LABELS)
    pool = Ensemble.of([trees, linear], max_members=5)
    assert {which for which, _ in pool.members} == {0, 1}
    assert pool.score > pool.single_score
    model = pool.fit(X, LABELS)
    assert isinstance(model, VotingClassifier)
    assert model.score(X, LABELS) > 0.98
    with pytest.raises(SettingError, match="178 rows"):
        pool.fit(X[:50], LABELS[:50])
    other = of_trees(refit=True, keep_predictions=True, n_iter=2).fit(X, LABELS)
    with pytest.raises(SettingError, match="same targets and splits"):
        Ensemble.of([trees, other])
    with pytest.raises(SettingError, match="keep_predictions=True"):
        Ensemble.of([trees, of_trees(refit=True, n_iter=2).fit(X, LABELS)])


class Interrupted(ClassifierMixin, BaseEstimator):
    """Is sent a Ctrl-C, or fails, when it is fitted on all rows with some params."""

    def __init__(self, k: int = 1, strikes: int | None = None, error: Any = None) -> None:
        self.k = k
        self.strikes = strikes
        self.error = error

    def fit(self, X: Any, y: Any) -> Any:
        if len(X) == 178 and self.k == self.strikes:
            raise self.error
        self.model_ = KNeighborsClassifier(self.k).fit(X[:, :: self.k], y)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X: Any) -> Any:
        return self.model_.predict_proba(X[:, :: self.k])

    def predict(self, X: Any) -> Any:
        return self.model_.predict(X[:, :: self.k])


def struck(error: BaseException, where: str) -> GridSearchCV:
    ks = {"k": [1, 2, 3, 4, 5, 6]}
    peaceful = GridSearchCV(Interrupted(), ks, refit="ensemble").fit(X, y)
    rows, best = peaceful.ensemble_.rows, peaceful.best_index_
    member = next(row for row in rows if row != best)
    row = best if where == "best" else member
    strikes = peaceful.cv_results_["params"][row]["k"]
    return GridSearchCV(Interrupted(strikes=strikes, error=error), ks, refit="ensemble")


def test_a_ctrl_c_among_the_members_leaves_the_best_single_candidate():
    search = struck(KeyboardInterrupt(), "member")
    with pytest.warns(SearchInterruptedWarning, match="interrupted.*best\n?.*single"):
        search.fit(X, y)
    assert search.best_estimator_.k == search.best_params_["k"]
    assert search.ensemble_.rows == (search.best_index_,)
    assert search.ensemble_.weights == (1.0,)
    with pytest.raises(KeyboardInterrupt):
        struck(KeyboardInterrupt(), "best").fit(X, y)


def test_an_ensemble_does_without_a_member_that_cannot_be_fitted():
    search = struck(ValueError("no"), "member")
    with pytest.warns(UserWarning, match="does without the candidates"):
        search.fit(X, y)
    assert search.score(X, y) > 0.8
    assert sum(search.ensemble_.weights) == pytest.approx(1)


def refusal(search: Any, *data: Any) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is what is tested
        search.fit(*data)
    assert not hasattr(search, "history_")
    return str(caught.value)


def of_shares(model: Any, X: Any, y: Any) -> float:
    return float(model.decision_function(X).max(axis=1).mean())


def of_rows(model: Any, X: Any, y: Any) -> float:
    return float(((model.predict(X) == y) & (X[:, 1] > 0)).mean())


def test_a_scorer_that_looks_at_rows_and_labels_may_score_votes():
    search = GridSearchCV(SVC(), {"C": [0.1, 1.0]}, scoring=of_rows, refit="ensemble").fit(X, y)
    assert search.ensemble_.voting == "hard"


def test_what_makes_no_ensemble_is_refused_before_the_first_fit():
    assert "neither" in refusal(GridSearchCV(KMeans(), {"n_clusters": [2]}, refit="ensemble"), X)
    several = of_trees(scoring=["accuracy", "neg_log_loss"], refit=Ensemble())
    assert "scorer key" in refusal(several, X, y)
    votes = GridSearchCV(SVC(), {"C": [1.0]}, scoring="roc_auc_ovr", refit="ensemble")
    assert "cannot score votes" in refusal(votes, X, y)
    assert "cannot score votes" in refusal(clone(votes).set_params(scoring=of_shares), X, y)
    assert "size must be" in refusal(of_trees(refit=Ensemble(size=0)), X, y)
    assert "max_members must be" in refusal(of_trees(refit=Ensemble(max_members=1.5)), X, y)  # type: ignore[arg-type]
    assert "min_weight must be" in refusal(of_trees(refit=Ensemble(min_weight=2)), X, y)
    assert "by must be" in refusal(of_trees(refit=Ensemble(by="luck")), X, y)  # type: ignore[arg-type]


def test_an_unknown_rule_is_told_of_the_ensemble():
    assert "'ensemble'" in refusal(of_trees(refit="ensembel"), X, y)
