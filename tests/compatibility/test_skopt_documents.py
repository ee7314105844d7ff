"""Uses of BayesSearchCV in scikit-optimize's documents, examples and tests, with what they expect.

What cannot run unchanged is in the table of ``docs/migrating.md``, and at the end of this file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from scipy.stats import rankdata
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_digits, load_iris, make_classification
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from skopt.space import Categorical, Integer, Real

from skhp import BayesSearchCV
from skhp.exceptions import SpaceError

IRIS = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(*IRIS, train_size=0.75, random_state=0)

SVC_SPACE = {
    "C": Real(1e-6, 1e6, prior="log-uniform"),
    "gamma": Real(1e-6, 1e1, prior="log-uniform"),
    "degree": Integer(1, 8),
    "kernel": Categorical(["linear", "poly", "rbf"]),
}
SVC_TUPLES = {
    "C": (1e-6, 1e6, "log-uniform"),
    "gamma": (1e-6, 1e1, "log-uniform"),
    "degree": (1, 8),
    "kernel": ["linear", "poly", "rbf"],
}
MODEL = {
    "linear": {"model": Categorical([LinearSVC()]), "model__C": SVC_SPACE["C"]},
    "tree": {
        "model": Categorical([DecisionTreeClassifier()]),
        "model__max_depth": Integer(1, 32),
        "model__min_samples_split": Real(1e-3, 1.0, prior="log-uniform"),
    },
    "kernel": {
        "model": Categorical([SVC()]),
        **{f"model__{name}": dimension for name, dimension in SVC_SPACE.items()},
    },
}

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::skhp.exceptions.SpaceExhaustedWarning"),
]


def pipeline() -> Pipeline:
    return Pipeline([("model", SVC())])


@dataclass(frozen=True)
class Use:
    """A search as a document writes it, and how many candidates come of it."""

    estimator: Any
    space: Any
    n_candidates: int
    settings: dict[str, Any] = field(default_factory=dict)

    def search(self, **more: Any) -> BayesSearchCV:
        return BayesSearchCV(self.estimator, self.space, **{**self.settings, **more})


USES: dict[str, Use] = {
    "the first example": Use(SVC(), SVC_TUPLES, 12, {"n_iter": 12, "cv": 3}),
    "objects": Use(SVC(), SVC_SPACE, 11, {"n_iter": 11, "random_state": 42}),
    "three at once": Use(SVC(), SVC_SPACE, 11, {"n_iter": 11, "n_points": 3}),
    "all cores": Use(SVC(), SVC_SPACE, 10, {"n_iter": 10, "n_jobs": -1, "random_state": 0}),
    "a named surrogate": Use(
        SVC(), SVC_SPACE, 11, {"n_iter": 11, "optimizer_kwargs": {"base_estimator": "gp"}}
    ),
    "another surrogate": Use(
        SVC(), SVC_SPACE, 11, {"n_iter": 11, "optimizer_kwargs": {"base_estimator": "RF"}}
    ),
    "several models": Use(
        pipeline(),
        [(MODEL["kernel"], 4), ({**MODEL["linear"], "model__C": (1e-6, 1e6, "log-uniform")}, 3)],
        7,
        {"cv": 3},
    ),
    "numbers for some dicts": Use(
        pipeline(),
        [(MODEL["linear"], 1), (MODEL["tree"], 1), MODEL["kernel"]],
        4,
        {"n_iter": 2},
    ),
    "one counted dict": Use(pipeline(), [(MODEL["tree"], 1)], 1),
    "one range": Use(
        SVC(gamma="scale"), {"C": (0.01, 100.0, "log-uniform")}, 10, {"n_iter": 10, "cv": 3}
    ),
    "a single element": Use(
        DecisionTreeClassifier(),
        {"max_depth": [3], "min_samples_split": Real(0.1, 0.9)},
        5,
        {"n_iter": 5},
    ),
}


SLOW = {"all cores"}
ROWS = [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in USES]


@pytest.mark.parametrize("name", ROWS)
def test_a_documented_search_runs_and_tries_as_many_candidates_as_it_says(name: str):
    use = USES[name]
    search = use.search()
    assert search.total_iterations == use.n_candidates
    search.fit(X_train, y_train)
    assert len(search.cv_results_["mean_test_score"]) == use.n_candidates
    assert search.total_iterations == use.n_candidates
    assert search.score(X_test, y_test) > 0.5


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs", [1, -1])
@pytest.mark.parametrize("n_points", [1, 3])
@pytest.mark.parametrize("surrogate", ["gp", None])
def test_eleven_candidates_find_a_good_model_of_the_irises(surrogate, n_points, n_jobs):
    settings = None if surrogate is None else {"base_estimator": surrogate}
    search = BayesSearchCV(
        SVC(),
        SVC_SPACE,
        n_iter=11,
        n_jobs=n_jobs,
        n_points=n_points,
        optimizer_kwargs=settings,
        random_state=0,
    )
    assert search.fit(X_train, y_train).score(X_test, y_test) > 0.9


@pytest.mark.slow
def test_the_digits_of_the_first_example_are_told_apart():
    X, y = load_digits(n_class=10, return_X_y=True)
    rows = train_test_split(X, y, train_size=0.75, test_size=0.25, random_state=0)
    search = BayesSearchCV(SVC(), SVC_TUPLES, n_iter=32, cv=3, random_state=0)
    search.fit(rows[0], rows[2])
    assert search.best_score_ > 0.97 and search.score(rows[1], rows[3]) > 0.97


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_larger_task_is_solved_twice_alike(n_jobs: int):
    X, y = make_classification(
        n_samples=1000,
        n_features=20,
        n_redundant=0,
        n_informative=18,
        random_state=1,
        n_clusters_per_class=1,
    )
    space = {
        "C": Real(1e-3, 1e3, prior="log-uniform"),
        "gamma": Real(1e-3, 1e1, prior="log-uniform"),
        "degree": Integer(1, 3),
    }
    scores = [
        BayesSearchCV(SVC(), space, n_jobs=n_jobs, n_iter=11, cv=5, random_state=42)
        .fit(X, y)
        .score(X, y)
        for _ in range(2)
    ]
    assert scores[0] == scores[1] > 0.9


def test_the_result_of_each_sub_space_holds_the_model_itself():
    search = USES["numbers for some dicts"].search().fit(X_train, y_train)
    kinds = [type(result.x[0]) for result in search.optimizer_results_]
    assert kinds == [LinearSVC, DecisionTreeClassifier, SVC]
    assert [len(result.x_iters) for result in search.optimizer_results_] == [1, 1, 2]


def test_a_clone_has_the_same_parameters_and_another_space_can_be_set():
    search = BayesSearchCV(pipeline(), [(MODEL["linear"], 1), MODEL["kernel"]], n_iter=2)
    copy = clone(search)
    ours, theirs = search.get_params(), copy.get_params()
    assert ours.keys() == theirs.keys()
    assert all(isinstance(theirs[name], type(value)) for name, value in ours.items())
    search.set_params(search_spaces=[(MODEL["tree"], 1)])
    assert len(search.fit(X_train, y_train).cv_results_["params"]) == 1
    assert len(copy.fit(X_train, y_train).cv_results_["params"]) == 3


def test_a_seed_gives_the_same_best_model_and_its_params_by_sorted_name():
    search = USES["objects"].search()
    searches = [search.fit(X_train, y_train), clone(search).fit(X_train, y_train)]
    names = sorted(SVC_SPACE)
    best = [[getattr(one.best_estimator_, name) for name in names] for one in searches]
    assert best[0] == best[1]
    assert [one.optimizer_results_[0].x for one in searches] == best


def test_train_scores_are_ranked_too():
    search = USES["objects"].search(return_train_score=True).fit(X_train, y_train)
    for kind in ("test", "train"):
        means = search.cv_results_[f"mean_{kind}_score"]
        ranks = search.cv_results_[f"rank_{kind}_score"]
        np.testing.assert_array_equal(ranks, rankdata(-means, method="min").astype(np.int32))


def test_an_estimator_put_there_before_the_fit_is_replaced():
    search = USES["objects"].search(refit=True)
    search.best_estimator_ = SVC().fit(X_train, y_train)
    assert search.fit(X_train, y_train).score(X_test, y_test) > 0.9


def test_a_callback_ends_the_search_and_the_best_is_fitted():
    calls: list[Any] = []

    def enough(result: Any) -> bool:
        calls.append(result)
        return len(calls) > 2

    search = USES["a single element"].search(n_points=1)
    search.fit(*IRIS, callback=enough)
    assert len(calls) == 3
    assert search.score(*IRIS) > 0.3


def test_a_callback_reads_the_result_as_a_dict():
    scores: list[float] = []

    def on_step(result: Any) -> bool:
        scores.append(-result["fun"])
        return scores[-1] >= 0.1

    search = USES["one range"].search(n_points=1).fit(*IRIS, callback=on_step)
    assert scores == [search.best_score_]


@pytest.mark.parametrize(
    ("spaces", "n_iter", "total"),
    [
        ([({"C": (0.1, 1.0)}, 19), {"gamma": (0.1, 1.0)}], 10, 29),
        ([({"max_depth": (1, 32)}, 10), {"min_samples_split": Real(0.1, 0.9)}], 5, 15),
        ([({"C": (0.1, 1.0)}, 19), ({"gamma": (0.1, 1.0)}, 2)], 10, 21),
        ([({"C": (0.1, 1.0)}, 2), {"gamma": (0.1, 1.0)}, {"coef0": (0.1, 1.0)}], 10, 22),
        ({"C": (0.1, 1.0), "gamma": (0.1, 1.0)}, 10, 10),
    ],
)
def test_all_iterations_can_be_counted_before_the_search(spaces: Any, n_iter: int, total: int):
    assert BayesSearchCV(SVC(), spaces, n_iter=n_iter).total_iterations == total


class Typed(BaseEstimator):
    """Takes native numbers and strings only."""

    def __init__(self, a_float: float = 0.0, an_int: int = 0, a_str: str = "") -> None:
        self.a_float = a_float
        self.an_int = an_int
        self.a_str = a_str

    def fit(self, X: Any, y: Any) -> Typed:
        kinds = [type(self.a_float), type(self.an_int), type(self.a_str)]
        if kinds != [float, int, str]:
            raise TypeError(f"got {kinds}")
        return self

    def score(self, X: Any, y: Any) -> float:
        return float(np.random.uniform())


@pytest.mark.parametrize(
    "space",
    [
        {"a_float": [0.0, 1.0], "an_int": [0, 10], "a_str": ["one", "two", "three"]},
        {"a_float": (0.0, 1.0), "an_int": (0, 10), "a_str": ["one", "two", "three"]},
        {"a_float": np.array([0.0, 1.0]), "an_int": np.array([1, 5]), "a_str": np.array(["a"])},
    ],
)
def test_an_estimator_is_given_native_values(space: Any):
    rows = make_classification(10, 4)
    BayesSearchCV(Typed(), space, n_iter=4, cv=2, error_score="raise").fit(*rows)


def confusion(model: Any, X: Any, y: Any) -> dict[str, int]:
    table = confusion_matrix(y, model.predict(X))
    return {"tn": table[0, 0], "fp": table[0, 1], "fn": table[1, 0], "tp": table[1, 1]}


@pytest.mark.parametrize(
    ("scoring", "refit", "names"),
    [
        (["accuracy", "f1"], "f1", ["accuracy", "f1"]),
        ({"f1": "f1", "accuracy": "accuracy"}, "f1", ["accuracy", "f1"]),
        (confusion, "tp", ["tn", "fp", "fn", "tp"]),
    ],
    ids=["list", "dict", "callable"],
)
def test_several_metrics_are_scored_and_one_decides(scoring: Any, refit: str, names: list[str]):
    X, y = make_classification(n_classes=2, random_state=42)
    rows = train_test_split(X, y, train_size=0.75, random_state=0)
    search = BayesSearchCV(
        SVC(), SVC_SPACE, scoring=scoring, refit=refit, n_iter=11, random_state=42
    ).fit(rows[0], rows[2])
    assert f1_score(rows[3], search.predict(rows[1])) > 0.7
    assert {len(search.cv_results_[f"mean_test_{name}"]) for name in names} == {11}
    assert search.best_index_ == np.argmax(search.cv_results_[f"mean_test_{refit}"])


def test_the_plots_of_the_example_are_drawn():
    plt = pytest.importorskip("matplotlib.pyplot")
    from skopt.plots import plot_histogram, plot_objective

    search = USES["several models"].search().fit(X_train, y_train)
    kernel, linear = search.optimizer_results_
    plot_objective(
        kernel,
        dimensions=["C", "degree", "gamma", "kernel"],
        n_points=5,
        n_samples=20,
        n_minimum_search=int(1e8),
    )
    plot_histogram(linear, 1)
    plt.close("all")


class Reporting(ClassifierMixin, BaseEstimator):
    """Whose score is its parameter."""

    def __init__(self, x: float = 0.0) -> None:
        self.x = x

    def fit(self, X: Any, y: Any) -> Reporting:
        self.classes_ = np.unique(y)
        return self

    def score(self, X: Any, y: Any) -> float:
        return self.x


def test_a_callback_reads_the_best_so_far_from_the_search_itself():
    seen: list[tuple[Any, ...]] = []
    search = BayesSearchCV(Reporting(), {"x": (0.0, 1.0)}, n_iter=5, n_points=1, random_state=0)

    def status(result: Any) -> None:
        tried = search.cv_results_["params"]
        seen.append((len(tried), search.best_score_, search.best_params_))

    search.fit(*IRIS, callback=status)
    assert [n for n, *_ in seen] == [1, 2, 3, 4, 5]
    scores = [params["x"] for params in search.cv_results_["params"]]
    assert [score for _, score, _ in seen] == list(np.maximum.accumulate(scores))
    assert [params["x"] for *_, params in seen] == [score for _, score, _ in seen]


DIFFERENT: dict[str, Any] = {
    "arguments by position": lambda: BayesSearchCV(SVC(), SVC_SPACE, None, 10),
    "iid": lambda: BayesSearchCV(SVC(), SVC_SPACE, iid=True),
    "fit_params": lambda: BayesSearchCV(SVC(), SVC_SPACE, fit_params={}),
}
"""What the constructor does not take; the table of differences has the line to write."""


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_the_constructor_does_not_take_is_refused_at_once(name: str):
    with pytest.raises(TypeError, match=r"positional|unexpected keyword"):
        DIFFERENT[name]()


@pytest.mark.parametrize("space", [{}, {"C": "1 ... 100.0"}, ["C", (1.0, 1)]])
def test_a_space_that_makes_no_sense_is_refused_in_fit(space: Any):
    with pytest.raises(SpaceError):
        BayesSearchCV(SVC(), space).fit(*IRIS)
