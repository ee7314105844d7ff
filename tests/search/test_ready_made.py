"""A search that is given no space takes the ready-made one."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, SGDClassifier
from sklearn.metrics import silhouette_score
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from skhp import BayesSearchCV, HalvingSearchCV
from skhp.exceptions import SpaceError
from skhp.presets import known_good, space_for
from skhp.space import Space

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

CLASSES = make_classification(120, 8, n_informative=4, n_classes=3, random_state=0)
NUMBERS = make_regression(80, 6, noise=20.0, random_state=0)
TEXTS = [f"{'good' if k % 2 else 'bad'} word{k % 7} word{k % 5} thing" for k in range(60)]
TONES = np.arange(60) % 2
MIXED = pd.DataFrame(
    {"kind": ["a", "b", "c", "b"] * 20, "size": np.linspace(0.0, 1.0, 80), "age": np.arange(80) % 9}
)
SIGNS = (MIXED["size"] + 0.1 * MIXED["age"] > 0.9).astype(int)

COLUMNS = make_column_transformer(
    (OneHotEncoder(handle_unknown="ignore"), ["kind"]), (StandardScaler(), ["size", "age"])
)

CASES = {
    "tree": (DecisionTreeClassifier(random_state=0), *CLASSES),
    "forest": (RandomForestClassifier(10, random_state=0), *CLASSES),
    "scaled": (make_pipeline(StandardScaler(), SVC()), *CLASSES),
    "neighbours": (KNeighborsClassifier(), *CLASSES),
    "changed": (KNeighborsClassifier(59, weights="distance", p=3), *CLASSES),
    "outside": (make_pipeline(StandardScaler(), SVC(C=1e6, gamma="auto")), *CLASSES),
    "selected": (make_pipeline(SelectKBest(k=3), LogisticRegression()), *CLASSES),
    "voting": (VotingClassifier([("a", LogisticRegression()), ("b", SVC())]), *CLASSES),
    "lasso": (Lasso(), *NUMBERS),
    "net": (make_pipeline(StandardScaler(), ElasticNet()), *NUMBERS),
    "vectors": (SVR(), *NUMBERS),
    "texts": (make_pipeline(TfidfVectorizer(), SGDClassifier(random_state=0)), TEXTS, TONES),
    "words": (make_pipeline(TfidfVectorizer(), MultinomialNB()), TEXTS, TONES),
    "columns": (make_pipeline(COLUMNS, LogisticRegression()), MIXED, SIGNS),
}


def ready_made(estimator, **settings):
    return BayesSearchCV(estimator, **{"n_iter": 6, "cv": 3, "random_state": 0, **settings})


@cache
def fitted(name):
    estimator, X, y = CASES[name]
    return ready_made(estimator).fit(X, y)


@pytest.mark.parametrize("name", CASES)
def test_the_first_trial_is_the_estimator_as_it_is(name):
    estimator, X, y = CASES[name]
    search = fitted(name)
    untuned = cross_val_score(estimator, X, y, cv=3).mean()
    assert search.cv_results_["mean_test_score"][0] == pytest.approx(untuned)
    assert search.best_score_ >= untuned - 1e-12


@pytest.mark.parametrize("name", CASES)
def test_known_good_params_are_tried_next(name):
    estimator, X, y = CASES[name]
    search = fitted(name)
    good = known_good(estimator, X=X, y=y)[:6]
    assert [trial.params for trial in search.history_][: len(good)] == good


@pytest.mark.parametrize("name", CASES)
def test_every_trial_lies_in_the_space_made_for_the_data(name):
    estimator, X, y = CASES[name]
    search = fitted(name)
    space = Space.read(space_for(estimator, X=X, y=y))
    assert search.history_.space.names == space.names
    assert all(space.contains(trial.params) for trial in search.history_)


@pytest.mark.parametrize("name", ["scaled", "changed", "net"])
def test_giving_the_ready_made_space_oneself_is_the_same_search(name):
    estimator, X, y = CASES[name]
    given = clone(ready_made(estimator, search_spaces=space_for(estimator, X=X, y=y))).fit(X, y)
    assert given.history_.space == fitted(name).history_.space
    assert given.cv_results_["params"] == fitted(name).cv_results_["params"]


def test_known_good_params_left_in_an_edited_space_are_tried_after_the_present_ones():
    estimator, X, y = CASES["scaled"]
    space = space_for(estimator, X=X, y=y)
    space["svc__C"] = (0.5, 20.0, "log-uniform")
    space["svc__shrinking"] = [True, False]
    good = known_good(estimator, space=space)
    tried = ready_made(estimator, search_spaces=space).fit(X, y).cv_results_["params"]
    assert tried[: len(good)] == good
    assert len(good) >= 2


def written_by_hand(**settings):
    estimator, X, y = CASES["scaled"]
    written = {"svc__C": (0.01, 100.0, "log-uniform"), "svc__gamma": ["scale", "auto"]}
    search = ready_made(estimator, search_spaces=written, **settings).fit(X, y)
    return search.cv_results_["params"], known_good(estimator, space=written, X=X, y=y)


def test_a_space_written_by_hand_begins_with_the_known_params_that_lie_inside():
    tried, known = written_by_hand(n_iter=8)
    assert tried[: len(known[:6])] == known[:6]
    assert tried[0] == {"svc__C": 1.0, "svc__gamma": "scale"}
    assert len(known) > 1


def test_what_does_not_learn_from_results_begins_with_the_present_params_alone():
    tried, known = written_by_hand(n_iter=8, strategy="random")
    assert tried[0] == known[0]
    assert known[1] not in tried


def test_the_model_takes_over_after_a_few_known_params():
    tried, known = written_by_hand(n_iter=8)
    assert not any(params in tried[6:] for params in known[6:])


def test_halving_begins_with_the_known_good_params_of_an_edited_space():
    X, y = CLASSES
    space = space_for(GradientBoostingClassifier(), X=X, y=y)
    del space["n_estimators"]
    search = HalvingSearchCV(
        GradientBoostingClassifier(random_state=0),
        space,
        resource="n_estimators",
        max_resources=6,
        n_candidates=6,
        cv=2,
        random_state=0,
    ).fit(X, y)
    good = known_good(GradientBoostingClassifier(), space=space)
    tried = [params for params in search.cv_results_["params"]]
    tried = [{name: params[name] for name in space if name in params} for params in tried]
    assert len(good) > 2
    assert tried[: len(good)] == good


def test_no_initial_params_leave_the_known_good_ones_out():
    estimator, X, y = CASES["tree"]
    search = ready_made(estimator, initial_params=[]).fit(X, y)
    assert known_good(estimator, X=X, y=y)[0] not in [trial.params for trial in search.history_]


def test_initial_params_of_the_user_replace_the_known_good_ones():
    estimator, X, y = CASES["neighbours"]
    mine = {"n_neighbors": 7, "weights": "uniform", "p": 1}
    search = ready_made(estimator, initial_params=[mine], n_iter=2).fit(X, y)
    assert search.history_[0].params == mine
    assert search.history_[1].params not in known_good(estimator, X=X, y=y)


def test_several_metrics_are_searched_as_one():
    estimator, X, y = CASES["tree"]
    metrics = {"plain": "accuracy", "fair": "balanced_accuracy"}
    search = ready_made(estimator, scoring=metrics, refit="fair").fit(X, y)
    untuned = cross_val_score(estimator, X, y, cv=3, scoring="balanced_accuracy").mean()
    assert search.cv_results_["mean_test_fair"][0] == pytest.approx(untuned)
    assert search.best_score_ >= untuned


def test_clusters_are_searched_without_targets():
    def separation(estimator, X, y=None):
        labels = estimator.predict(X)
        return silhouette_score(X, labels) if len(set(labels)) > 1 else -1.0

    search = ready_made(KMeans(n_init=1, random_state=0), scoring=separation).fit(CLASSES[0])
    assert search.history_[0].params == {"n_clusters": 8}
    assert 2 <= search.best_params_["n_clusters"] <= 30


def test_a_sparse_matrix_is_left_sparse():
    X = TfidfVectorizer().fit_transform(TEXTS)
    search = ready_made(LogisticRegression()).fit(X, TONES)
    assert search.best_score_ >= cross_val_score(LogisticRegression(), X, TONES, cv=3).mean()


def test_a_precomputed_kernel_needs_no_width():
    X, y = CLASSES
    search = ready_made(SVC(kernel="precomputed")).fit(X @ X.T, y)
    assert set(search.best_params_) == {"C"}


def test_the_estimator_and_its_data_are_left_as_they_are():
    estimator, X, y = CASES["columns"]
    before, rows = repr(estimator.get_params()), X.copy()
    ready_made(estimator).fit(X, y)
    assert repr(estimator.get_params()) == before
    pd.testing.assert_frame_equal(X, rows)


def test_a_search_goes_on_in_the_same_space():
    estimator, X, y = CASES["scaled"]
    whole = ready_made(estimator, n_iter=8).fit(X, y)
    parts = ready_made(estimator, n_iter=5).fit(X, y).fit_more(X, y, n_iter=3)
    assert parts.cv_results_["params"] == whole.cv_results_["params"]


def test_a_journal_is_read_by_the_same_search(tmp_path):
    estimator, X, y = CASES["forest"]
    search = ready_made(estimator, journal=tmp_path / "journal.db")
    first = search.fit(X, y)
    again = clone(search).fit(X, y)
    assert again.cv_results_["params"] == first.cv_results_["params"]


def test_the_number_of_trials_is_known_before_any_data():
    assert ready_made(DecisionTreeClassifier()).total_iterations == 6


class Guess(ClassifierMixin, BaseEstimator):
    """Nobody knows what to search for it."""

    def __init__(self, bias=0.5):
        self.bias = bias

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


@pytest.mark.parametrize("estimator", [Guess(), make_pipeline(StandardScaler(), Guess())])
def test_an_unknown_estimator_is_told_how_to_give_a_space(estimator):
    with pytest.raises(SpaceError, match=r"no ready-made space for Guess.*bias'.*log-uniform"):
        ready_made(estimator).fit(*CLASSES)


def mean_of_labels(model, X, y):
    return float(np.mean(model.predict(X)))


@pytest.mark.parametrize(
    ("scoring", "is_known"),
    [("f1_macro", True), (None, True), (["accuracy", "f1_macro"], True), (mean_of_labels, False)],
)
def test_known_params_are_those_that_scores_of_scikit_learn_call_good(scoring, is_known):
    X, y = CLASSES
    space = {"C": (1e-3, 1e3, "log-uniform"), "gamma": (1e-4, 10.0, "log-uniform")}
    search = BayesSearchCV(
        SVC(), space, scoring=scoring, refit=False, n_iter=3, cv=2, random_state=0
    ).fit(X, y)
    known = known_good(SVC(), space=space, X=X, y=y)
    assert (search.cv_results_["params"][1:] == known[1:3]) == is_known
