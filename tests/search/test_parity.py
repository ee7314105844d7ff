"""GridSearchCV and RandomizedSearchCV give what scikit-learn's give, to the last key and dtype."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import sklearn
from scipy.stats import loguniform, randint
from sklearn import model_selection
from sklearn.cluster import KMeans
from sklearn.datasets import make_multilabel_classification, make_regression
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, make_scorer, mean_squared_error, recall_score
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut, ShuffleSplit, StratifiedKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhp import GridSearchCV, RandomizedSearchCV
from tests.search.estimators import Fragile
from tests.search.searches import X, logistic, y

TEXTS = np.array(["a good day", "a bad day", "good good", "bad bad", "so good", "so bad"] * 4)
MOODS = np.array([1, 0] * 12)
NUMBERED = np.column_stack([np.arange(60), X])
GROUPS = np.arange(60) % 4
REGRESSION = make_regression(n_samples=50, n_features=5, noise=3.0, random_state=0)
MULTILABEL = make_multilabel_classification(n_samples=40, n_classes=3, random_state=0)


def mean_decision(estimator, X, y):
    return float(np.mean(estimator.predict(X)))


def two_scores(estimator, X, y):
    predicted = estimator.predict(X)
    return {"recall": recall_score(y, predicted), "accuracy": accuracy_score(y, predicted)}


def nan_for_large_C(estimator, X, y):
    return np.nan if estimator.C > 1 else estimator.score(X, y)


def second(results):
    return 1


@dataclass(frozen=True)
class Case:
    """One search, to be run by scikit-learn's class and by ours."""

    estimator: Any
    space: Any
    settings: dict[str, Any] = field(default_factory=dict)
    data: tuple[Any, Any] = (X, y)
    fit_params: dict[str, Any] = field(default_factory=dict)
    routing: bool = False

    def fitted(self, kind: type, **more: Any) -> Any:
        with (
            warnings.catch_warnings(),
            sklearn.config_context(enable_metadata_routing=self.routing),
        ):
            warnings.simplefilter("ignore")
            search = kind(self.estimator, self.space, **{**self.settings, **more})
            return search.fit(*self.data, **self.fit_params)


TREE = DecisionTreeClassifier(random_state=0)
LOGISTIC = logistic()
WEIGHTS = np.linspace(0.1, 2.0, 60)


def asking_for_weights() -> LogisticRegression:
    with sklearn.config_context(enable_metadata_routing=True):
        return (
            LogisticRegression()
            .set_fit_request(sample_weight=True)
            .set_score_request(sample_weight=False)
        )


GRIDS = {
    "one list": Case(TREE, {"max_depth": [1, 2, 3]}),
    "ties": Case(TREE, {"max_depth": [5, 6, 7, 1]}, {"cv": 3}),
    "two processes": Case(
        LOGISTIC, {"C": [0.01, 1.0, 100.0], "fit_intercept": [True, False]}, {"n_jobs": 2}
    ),
    "train scores": Case(
        SVC(),
        {"C": [0.1, 10], "kernel": ["rbf", "linear"]},
        {"return_train_score": True, "cv": StratifiedKFold(3, shuffle=True, random_state=1)},
    ),
    "list of dicts": Case(
        SVC(),
        [{"kernel": ["linear"], "C": [1, 10]}, {"kernel": ["rbf"], "gamma": [0.1, "scale"]}],
    ),
    "regression": Case(
        Ridge(),
        {"alpha": np.logspace(-2, 2, 5)},
        {"scoring": "neg_mean_squared_error", "cv": 4},
        REGRESSION,
    ),
    "several metrics": Case(
        TREE,
        {"max_depth": [1, 2, 4]},
        {"scoring": ["recall", "accuracy"], "refit": "recall", "return_train_score": True},
    ),
    "several metrics by name": Case(
        TREE,
        {"max_depth": [1, 2, 4]},
        {"scoring": {"a": "recall", "b": make_scorer(accuracy_score)}, "refit": "b"},
    ),
    "a metric named score": Case(
        TREE, {"max_depth": [1, 4]}, {"scoring": {"score": "recall"}, "refit": "score"}
    ),
    "several metrics, no refit": Case(
        TREE, {"max_depth": [1, 2]}, {"scoring": ["recall", "precision"], "refit": False}
    ),
    "a callable that gives a number": Case(TREE, {"max_depth": [1, 3]}, {"scoring": mean_decision}),
    "a callable that gives a dict": Case(
        TREE, {"max_depth": [1, 2, 3]}, {"scoring": two_scores, "refit": "accuracy"}
    ),
    "a callable that gives a dict, with failing fits": Case(
        Fragile(),
        {"fails": ["without row 0", "never"], "C": [1.0, 2.0]},
        {"scoring": two_scores, "refit": "accuracy", "cv": 3},
        (NUMBERED, y),
    ),
    "callable refit": Case(TREE, {"max_depth": [1, 2, 3]}, {"refit": second}),
    "no refit": Case(TREE, {"max_depth": [1, 2, 3]}, {"refit": False}),
    "failing fits": Case(
        Fragile(), {"fails": ["never", "always", "without row 0"]}, {"cv": 3}, (NUMBERED, y)
    ),
    "failing fits that score": Case(
        Fragile(),
        {"fails": ["without row 0", "never", "always"]},
        {
            "cv": 3,
            "error_score": -1,
            "return_train_score": True,
            "scoring": ["accuracy", "recall"],
            "refit": "recall",
        },
        (NUMBERED, y),
    ),
    "NaN scores": Case(LOGISTIC, {"C": [0.1, 10.0, 1.0]}, {"scoring": nan_for_large_C}),
    "all scores NaN": Case(LOGISTIC, {"C": [2.0, 10.0]}, {"scoring": nan_for_large_C}),
    "tuples as values": Case(
        MLPClassifier(max_iter=3, random_state=0),
        {"hidden_layer_sizes": [(2,), (3, 2), (4,)], "alpha": [0.1]},
        {"cv": 2},
    ),
    "tuples in a pipeline of text": Case(
        make_pipeline(CountVectorizer(), MultinomialNB()),
        {"countvectorizer__ngram_range": [(1, 1), (1, 2)], "multinomialnb__alpha": [0.1, 1]},
        {"cv": 2},
        (TEXTS, MOODS),
    ),
    "steps as values": Case(
        Pipeline([("scale", StandardScaler()), ("model", SVC())]),
        {"scale": [StandardScaler(), MinMaxScaler(), "passthrough"], "model__C": [1, 10]},
    ),
    "None and mixed values": Case(
        TREE, {"max_depth": [None, 2], "max_features": [None, "sqrt", 0.5, 2]}, {"cv": 2}
    ),
    "groups": Case(
        TREE, {"max_depth": [1, 2]}, {"cv": GroupKFold(4)}, fit_params={"groups": GROUPS}
    ),
    "groups by routing": Case(
        TREE,
        {"max_depth": [1, 2]},
        {"cv": LeaveOneGroupOut()},
        fit_params={"groups": GROUPS},
        routing=True,
    ),
    "sample weights": Case(LOGISTIC, {"C": [0.01, 1.0]}, fit_params={"sample_weight": WEIGHTS}),
    "sample weights by routing": Case(
        asking_for_weights(),
        {"C": [0.01, 1.0]},
        fit_params={"sample_weight": WEIGHTS},
        routing=True,
    ),
    "no y": Case(KMeans(n_init=1, random_state=0), {"n_clusters": [2, 3]}, data=(X, None)),
    "several labels": Case(
        KNeighborsClassifier(), {"n_neighbors": [1, 3]}, {"cv": 3}, data=MULTILABEL
    ),
    "splits by hand": Case(
        TREE,
        {"max_depth": [1, 2]},
        {"cv": [(np.arange(30), np.arange(30, 60)), (np.arange(30, 60), np.arange(30))]},
    ),
    "a single split": Case(TREE, {"max_depth": [1, 2]}, {"cv": ShuffleSplit(1, random_state=0)}),
    "an empty grid": Case(TREE, {}),
}

DRAWN = {
    "lists": Case(
        TREE, {"max_depth": [1, 2, 3], "min_samples_leaf": [1, 5]}, {"n_iter": 4, "random_state": 3}
    ),
    "distributions": Case(
        SVC(),
        {"C": loguniform(1e-2, 1e2), "kernel": ["rbf", "linear"]},
        {"n_iter": 6, "random_state": 0, "return_train_score": True},
    ),
    "a RandomState": Case(
        TREE,
        {"max_depth": randint(1, 9)},
        {
            "n_iter": 5,
            "random_state": 7,
            "cv": 3,
            "scoring": ["accuracy", "recall"],
            "refit": "accuracy",
        },
    ),
    "list of dicts": Case(
        SVC(),
        [{"kernel": ["linear"], "C": loguniform(0.1, 10)}, {"gamma": loguniform(0.1, 1)}],
        {"n_iter": 6, "random_state": 1},
    ),
    "two processes": Case(
        Ridge(),
        {"alpha": loguniform(1e-3, 1e3)},
        {
            "n_iter": 6,
            "random_state": 2,
            "n_jobs": 2,
            "scoring": make_scorer(mean_squared_error, greater_is_better=False),
        },
        REGRESSION,
    ),
    "fewer candidates than asked for": Case(
        TREE, {"max_depth": [1, 2]}, {"n_iter": 9, "random_state": 0}
    ),
    "failing fits": Case(
        Fragile(),
        {"fails": ["never", "always", "without row 0"], "C": loguniform(0.1, 1)},
        {"n_iter": 6, "random_state": 5, "cv": 3, "error_score": 0.0},
        (NUMBERED, y),
    ),
}


def assert_same_column(ours: Any, theirs: Any, *, key: str) -> None:
    assert type(ours) is type(theirs), key
    if isinstance(theirs, np.ndarray):
        assert ours.dtype == theirs.dtype, key
        assert ours.shape == theirs.shape, key
    if isinstance(theirs, np.ma.MaskedArray):
        assert ours.fill_value == theirs.fill_value, key
        np.testing.assert_array_equal(np.ma.getmaskarray(ours), np.ma.getmaskarray(theirs))
        assert [*map(repr, ours)] == [*map(repr, theirs)], key
    elif key == "params":
        assert [*map(repr, ours)] == [*map(repr, theirs)]
    elif not key.endswith("_time"):
        np.testing.assert_array_equal(ours, theirs, err_msg=key)


def assert_same_search(ours: Any, theirs: Any) -> None:
    # where steps were fitted once for several candidates, a last column says what that saved
    columns = [name for name in ours.cv_results_ if name != "mean_saved_time"]
    assert columns == [*theirs.cv_results_]
    for key, column in theirs.cv_results_.items():
        assert_same_column(ours.cv_results_[key], column, key=key)
    for name in ("best_index_", "best_score_", "n_splits_", "multimetric_"):
        np.testing.assert_equal(getattr(ours, name, None), getattr(theirs, name, None), name)
    for name in ("best_params_", "best_estimator_", "scorer_"):
        assert repr(getattr(ours, name, None)) == repr(getattr(theirs, name, None))
    fitted = [name for name in vars(theirs) if name.endswith("_") and not name.startswith("_")]
    assert [name for name in fitted if not hasattr(ours, name)] == []


@pytest.mark.parametrize("name", GRIDS)
def test_a_grid_search_gives_what_scikit_learn_gives(name: str):
    case = GRIDS[name]
    theirs = case.fitted(model_selection.GridSearchCV, n_jobs=None)
    assert_same_search(case.fitted(GridSearchCV), theirs)


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=[pytest.mark.slow] * (one == "two processes")) for one in DRAWN],
)
def test_a_randomized_search_gives_what_scikit_learn_gives(name: str):
    case = DRAWN[name]
    theirs = case.fitted(model_selection.RandomizedSearchCV, n_jobs=None)
    assert_same_search(case.fitted(RandomizedSearchCV), theirs)


def test_a_random_state_object_advances_as_in_scikit_learn():
    states = np.random.RandomState(5), np.random.RandomState(5)
    space = {"max_depth": randint(1, 99)}
    theirs = model_selection.RandomizedSearchCV(TREE, space, n_iter=3, random_state=states[0])
    ours = RandomizedSearchCV(TREE, space, n_iter=3, random_state=states[1])
    assert theirs.fit(X, y).cv_results_["params"] == ours.fit(X, y).cv_results_["params"]
    assert states[0].randint(10**9) == states[1].randint(10**9)


def test_predictions_are_those_of_scikit_learn():
    case = GRIDS["several metrics by name"]
    ours, theirs = (case.fitted(kind) for kind in (GridSearchCV, model_selection.GridSearchCV))
    np.testing.assert_array_equal(ours.predict_proba(X), theirs.predict_proba(X))
    assert ours.score(X, y) == theirs.score(X, y)
