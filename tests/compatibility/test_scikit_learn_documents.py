"""Uses of the searches in scikit-learn's user guide and examples give what they give there.

Data are smaller than in the documents, and grids are thinned out; what is put together is theirs.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from sklearn import model_selection
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.covariance import ShrunkCovariance
from sklearn.datasets import load_digits, load_iris, make_classification, make_hastie_10_2
from sklearn.decomposition import NMF, PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest, SelectPercentile, chi2
from sklearn.impute import SimpleImputer
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import accuracy_score, fbeta_score, make_scorer
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import (
    GridSearchCV as TheirGridSearchCV,
)
from sklearn.model_selection import (
    KFold,
    PredefinedSplit,
    RepeatedStratifiedKFold,
    StratifiedShuffleSplit,
    cross_val_score,
    cross_validate,
    train_test_split,
)
from sklearn.naive_bayes import ComplementNB
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

import skhp
from skhp import GridSearchCV, RandomizedSearchCV

IRIS = load_iris(return_X_y=True)

DIGITS = tuple(part[::6] for part in load_digits(return_X_y=True))
HASTIE = make_hastie_10_2(n_samples=300, random_state=42)
CURVE = (np.linspace(0, 5, 60)[:, None], np.sin(np.linspace(0, 5, 60)))
WORDS = (
    ["graphics card driver", "image file format", "render a polygon", "pixel shader image"] * 5
    + ["faith and belief", "church on sunday", "a moral argument", "belief in a god"] * 5,
    [0] * 20 + [1] * 20,
)
PASSENGERS = pd.DataFrame(
    {
        "age": [22, 38, np.nan, 35, 28, 54, 2, 27, np.nan, 14] * 6,
        "fare": [7.3, 71.3, 7.9, 53.1, 8.1, 51.9, 21.1, 11.1, 30.1, 16.7] * 6,
        "embarked": list("SCSQSSCSQC") * 6,
        "sex": ["male", "female", "female"] * 20,
    }
)
SURVIVED = np.array([0, 1, 1] * 20)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@dataclass(frozen=True)
class Use:
    """A search as a document writes it."""

    estimator: Any
    space: Any
    settings: dict[str, Any] = field(default_factory=dict)
    data: Any = IRIS

    def fitted(self, kind: Callable[..., Any]) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return kind(clone(self.estimator), self.space, **self.settings).fit(*self.data)


def bic(estimator: Any, X: Any) -> float:
    return float(-estimator.bic(X))


def no_scorer(estimator: Any, X: Any, y: Any = None) -> float:
    return float(np.mean(estimator.score(X)))


def simplest_within_one_deviation(results: dict[str, Any]) -> int:
    best = int(results["mean_test_score"].argmax())
    least = results["mean_test_score"][best] - results["std_test_score"][best]
    sizes = np.asarray(results["param_reduce_dim__n_components"].data, dtype=float)
    return int(np.where(results["mean_test_score"] >= least, sizes, np.inf).argmin())


def fastest_of_the_precise(results: dict[str, Any]) -> int:
    table = pd.DataFrame(results)
    precise = table[table["mean_test_precision"] > table["mean_test_precision"].median()]
    close = precise["mean_test_recall"] >= precise["mean_test_recall"].max()
    return int(precise[close].index[0])


def reduced(**settings: Any) -> Pipeline:
    return Pipeline(
        [("scaling", MinMaxScaler()), ("reduce_dim", "passthrough"), ("classify", LinearSVC())],
        **settings,
    )


def of_columns() -> Pipeline:
    numbers = Pipeline([("imputer", SimpleImputer()), ("scaler", StandardScaler())])
    words = Pipeline(
        [
            ("encoder", OneHotEncoder(handle_unknown="ignore")),
            ("selector", SelectPercentile(chi2, percentile=50)),
        ]
    )
    columns = ColumnTransformer(
        [
            ("num", numbers, ["age", "fare"]),
            ("cat", words, make_column_selector(dtype_exclude="number")),
        ]
    )
    return Pipeline([("preprocessor", columns), ("classifier", LogisticRegression())])


GRIDS: dict[str, Use] = {
    "the docstring": Use(SVC(), {"kernel": ("linear", "rbf"), "C": [1, 10]}),
    "two grids": Use(
        SVC(),
        [
            {"C": [1, 10, 100, 1000], "kernel": ["linear"]},
            {"C": [1, 10, 100, 1000], "gamma": [0.001, 0.0001], "kernel": ["rbf"]},
        ],
    ),
    "a callable that refits": Use(
        SVC(),
        [
            {"kernel": ["rbf"], "gamma": [1e-3, 1e-4], "C": [1, 10, 100]},
            {"kernel": ["linear"], "C": [1, 10, 100]},
        ],
        {"scoring": ["precision", "recall"], "refit": fastest_of_the_precise},
        (DIGITS[0], DIGITS[1] == 8),
    ),
    "complexity and score": Use(
        Pipeline([("reduce_dim", PCA(random_state=42)), ("classify", LogisticRegression(C=0.01))]),
        {"reduce_dim__n_components": [2, 6, 10]},
        {"cv": 5, "n_jobs": 1, "scoring": "accuracy", "refit": simplest_within_one_deviation},
        DIGITS,
    ),
    "several metrics": Use(
        DecisionTreeClassifier(random_state=42),
        {"min_samples_split": range(2, 103, 20)},
        {
            "scoring": {"AUC": "roc_auc", "Accuracy": make_scorer(accuracy_score)},
            "refit": "AUC",
            "return_train_score": True,
        },
        HASTIE,
    ),
    "a scorer with a parameter": Use(
        LinearSVC(random_state=0),
        {"C": [1, 10]},
        {"scoring": make_scorer(fbeta_score, beta=2), "cv": 5},
        HASTIE,
    ),
    "a model inside a model": Use(
        CalibratedClassifierCV(RandomForestClassifier(n_estimators=5, random_state=0), cv=2),
        {"estimator__max_depth": [2, 4]},
        {"cv": 2},
        HASTIE,
    ),
    "a model inside a pipeline": Use(
        Pipeline(
            [
                ("select", SelectKBest()),
                ("model", CalibratedClassifierCV(DecisionTreeClassifier(random_state=0), cv=2)),
            ]
        ),
        {"select__k": [1, 2], "model__estimator__max_depth": [2, 4]},
        {"cv": 2},
        HASTIE,
    ),
    "text": Use(
        Pipeline(
            [("vect", CountVectorizer()), ("tfidf", TfidfTransformer()), ("clf", ComplementNB())]
        ),
        {
            "vect__max_df": (0.5, 1.0),
            "vect__ngram_range": ((1, 1), (1, 2)),
            "tfidf__norm": ("l1", "l2"),
            "clf__alpha": (1e-3, 1.0),
        },
        {"cv": 2},
        WORDS,
    ),
    "steps that are searched": Use(
        reduced(),
        [
            {
                "reduce_dim": [PCA(random_state=0), NMF(max_iter=50, random_state=0)],
                "reduce_dim__n_components": [2, 4],
                "classify__C": [1, 10],
            },
            {
                "reduce_dim": [SelectKBest(chi2)],
                "reduce_dim__k": [2, 4],
                "classify__C": [1, 10],
            },
        ],
        {"cv": 2},
    ),
    "a pipeline of digits": Use(
        Pipeline(
            [("scaler", StandardScaler()), ("pca", PCA()), ("log", LogisticRegression(max_iter=50))]
        ),
        {"pca__n_components": [5, 15], "log__C": np.logspace(-4, 4, 3)},
        {"n_jobs": 1, "cv": 2},
        DIGITS,
    ),
    "columns of a frame": Use(
        of_columns(),
        {
            "preprocessor__num__imputer__strategy": ["mean", "median"],
            "preprocessor__cat__selector__percentile": [50, 100],
            "classifier__C": [0.1, 1.0],
        },
        {"cv": 3},
        (PASSENGERS, SURVIVED),
    ),
    "features put together": Use(
        Pipeline(
            [
                ("features", FeatureUnion([("pca", PCA()), ("univ_select", SelectKBest())])),
                ("svm", SVC(kernel="linear")),
            ]
        ),
        {
            "features__pca__n_components": [1, 2],
            "features__univ_select__k": [1, 2],
            "svm__C": [0.1, 10],
        },
    ),
    "repeated folds": Use(
        SVC(random_state=0),
        [
            {"kernel": ["linear"]},
            {"kernel": ["poly"], "degree": [2, 3]},
            {"kernel": ["rbf"]},
        ],
        {
            "scoring": "roc_auc",
            "cv": RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0),
        },
        HASTIE,
    ),
    "a wide grid of a kernel": Use(
        SVC(),
        {"gamma": np.logspace(-9, 3, 4), "C": np.logspace(-2, 10, 4)},
        {"cv": StratifiedShuffleSplit(n_splits=2, test_size=0.2, random_state=42)},
    ),
    "a regression": Use(
        KernelRidge(kernel="rbf", gamma=0.1),
        {"alpha": [1e0, 0.1, 1e-2, 1e-3], "gamma": np.logspace(-2, 2, 5)},
        {"cv": KFold(3, shuffle=True, random_state=0)},
        CURVE,
    ),
    "a density": Use(KernelDensity(), {"bandwidth": np.logspace(-1, 1, 5)}, {"cv": 3}, (IRIS[0],)),
    "a covariance": Use(ShrunkCovariance(), {"shrinkage": np.logspace(-2, 0, 4)}, {}, (IRIS[0],)),
    "an information criterion": Use(
        GaussianMixture(random_state=0),
        {"n_components": range(1, 4), "covariance_type": ["spherical", "full"]},
        {"scoring": bic},
        (IRIS[0],),
    ),
    "a score of one's own": Use(
        KernelDensity(), {"bandwidth": [0.1, 1.0]}, {"scoring": no_scorer}, (IRIS[0],)
    ),
    "a predefined split": Use(
        SVC(), {"C": [1, 10]}, {"cv": PredefinedSplit(np.arange(150) % 3 - 1)}
    ),
    "folds as a list": Use(
        SVC(), {"C": [1, 10]}, {"cv": list(KFold(3, shuffle=True, random_state=0).split(*IRIS))}
    ),
    "no refit": Use(SVC(), {"C": [1, 10]}, {"refit": False}),
    "a fit that fails": Use(
        LogisticRegression(solver="lbfgs"),
        {"C": [-1.0, 1.0]},
        {"error_score": 0, "cv": 2},
    ),
}

RANDOMIZED: dict[str, Use] = {
    "the docstring": Use(
        LogisticRegression(solver="saga", tol=1e-2, max_iter=200, random_state=0),
        {"C": scipy.stats.uniform(loc=0, scale=4), "l1_ratio": [0, 1]},
        {"random_state": 0},
    ),
    "the user guide": Use(
        SVC(),
        {
            "C": scipy.stats.expon(scale=100),
            "gamma": scipy.stats.expon(scale=0.1),
            "kernel": ["rbf"],
            "class_weight": ["balanced", None],
        },
        {"n_iter": 6, "random_state": 1},
    ),
    "logarithms": Use(
        SVC(),
        {
            "C": scipy.stats.loguniform(1e0, 1e3),
            "gamma": scipy.stats.loguniform(1e-4, 1e-3),
            "kernel": ["rbf"],
            "class_weight": ["balanced", None],
        },
        {"n_iter": 6, "random_state": 1},
    ),
    "a comparison with the grid": Use(
        SGDClassifier(loss="hinge", penalty="elasticnet", random_state=0),
        {
            "average": [True, False],
            "l1_ratio": scipy.stats.uniform(0, 1),
            "alpha": scipy.stats.loguniform(1e-2, 1e0),
        },
        {"n_iter": 6, "random_state": 0},
    ),
    "text": Use(
        Pipeline([("vect", TfidfVectorizer()), ("clf", ComplementNB())]),
        {
            "vect__max_df": (0.6, 0.8, 1.0),
            "vect__min_df": (1, 2),
            "vect__ngram_range": ((1, 1), (1, 2)),
            "vect__norm": ("l1", "l2"),
            "clf__alpha": np.logspace(-6, 6, 13),
        },
        {"n_iter": 6, "random_state": 0, "cv": 2},
        WORDS,
    ),
    "several dicts": Use(
        SVC(),
        [{"C": scipy.stats.uniform(1, 9), "kernel": ["linear"]}, {"gamma": [0.1, 1.0]}],
        {"n_iter": 6, "random_state": 0},
    ),
}


def assert_alike(ours: Any, theirs: Any) -> None:
    timed = ("mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time")
    # a last column says what steps saved that were fitted once for several candidates
    assert ours.cv_results_.keys() - {"mean_saved_time"} == theirs.cv_results_.keys()
    assert str(ours.cv_results_["params"]) == str(theirs.cv_results_["params"])
    for key, column in theirs.cv_results_.items():
        if key not in timed and not key.startswith("param"):
            np.testing.assert_allclose(ours.cv_results_[key], column, rtol=1e-7, err_msg=key)
    for name in ("best_index_", "best_score_", "n_splits_", "multimetric_"):
        assert hasattr(ours, name) == hasattr(theirs, name)
        if hasattr(theirs, name):
            assert getattr(ours, name) == pytest.approx(getattr(theirs, name))


@pytest.mark.parametrize("name", GRIDS)
def test_a_documented_grid_gives_what_it_gives_in_scikit_learn(name: str):
    use = GRIDS[name]
    assert_alike(use.fitted(GridSearchCV), use.fitted(TheirGridSearchCV))


@pytest.mark.parametrize("name", RANDOMIZED)
def test_a_documented_draw_gives_what_it_gives_in_scikit_learn(name: str):
    use = RANDOMIZED[name]
    assert_alike(use.fitted(RandomizedSearchCV), use.fitted(model_selection.RandomizedSearchCV))


def test_steps_are_kept_in_a_cache_as_the_example_does(tmp_path: Any):
    memory = str(tmp_path)
    use = GRIDS["steps that are searched"]
    cached = Use(reduced(memory=memory), use.space, use.settings).fitted(GridSearchCV)
    assert_alike(cached, use.fitted(TheirGridSearchCV))


def test_a_search_inside_a_cross_validation_gives_the_same_scores():
    outer = KFold(n_splits=3, shuffle=True, random_state=1)
    inner = KFold(n_splits=3, shuffle=True, random_state=2)
    grid = {"C": [1, 10, 100], "gamma": [0.01, 0.1]}
    scores = [
        cross_val_score(kind(SVC(), grid, cv=inner), *IRIS, cv=outer)
        for kind in (GridSearchCV, TheirGridSearchCV)
    ]
    np.testing.assert_array_equal(*scores)


def test_the_estimators_of_a_nested_search_tell_what_they_found():
    found = cross_validate(
        GridSearchCV(SVC(), {"C": [1, 10]}, cv=2), *IRIS, cv=2, return_estimator=True
    )
    assert all(search.best_params_["C"] in (1, 10) for search in found["estimator"])


def test_a_report_of_ranks_reads_the_table():
    results = RANDOMIZED["a comparison with the grid"].fitted(RandomizedSearchCV).cv_results_
    [first, *_] = np.flatnonzero(results["rank_test_score"] == 1)
    assert results["mean_test_score"][first] == results["mean_test_score"].max()
    table = pd.DataFrame(results).sort_values("rank_test_score").set_index("params")
    assert table["mean_test_score"].is_monotonic_decreasing


def test_a_model_is_chosen_on_one_part_and_judged_on_another():
    X_train, X_test, y_train, y_test = train_test_split(*DIGITS, random_state=0)
    search = GridSearchCV(SVC(), {"gamma": [1e-3, 1e-4], "C": [1, 10]}, scoring="f1_macro")
    search.fit(X_train, y_train)
    assert search.score(X_test, y_test) > 0.9
    assert (search.predict(X_test) == y_test).mean() > 0.9


HALVED = make_classification(n_samples=1000, random_state=0)
TREES = RandomForestClassifier(n_estimators=5, random_state=0)
GRID_OF_SIX = {"max_depth": [3, 5, 10], "min_samples_split": [2, 5]}

HALVING: dict[str, tuple[str, Any, dict[str, Any], dict[str, list[int]]]] = {
    "rows": (
        "HalvingGridSearchCV",
        {"max_depth": [3, 5, 10], "min_samples_split": [2, 5, 10]},
        {"cv": 5, "factor": 2, "min_resources": 20, "random_state": 0},
        {"n_resources_": [20, 40, 80, 160], "n_candidates_": [9, 5, 3, 2]},
    ),
    "a parameter": (
        "HalvingGridSearchCV",
        GRID_OF_SIX,
        {"cv": 5, "factor": 2, "resource": "n_estimators", "max_resources": 30, "random_state": 0},
        {},
    ),
    "all rows used up": (
        "HalvingGridSearchCV",
        GRID_OF_SIX,
        {"cv": 5, "factor": 2, "min_resources": "exhaust", "random_state": 0},
        {"n_resources_": [250, 500, 1000], "n_candidates_": [6, 3, 2]},
    ),
    "a few rows": (
        "HalvingGridSearchCV",
        GRID_OF_SIX,
        {"cv": 5, "factor": 2, "min_resources": 20, "max_resources": 40, "random_state": 0},
        {"n_resources_": [20, 40], "n_candidates_": [6, 3]},
    ),
    "an aggressive elimination": (
        "HalvingGridSearchCV",
        GRID_OF_SIX,
        {
            "cv": 5,
            "factor": 2,
            "min_resources": 20,
            "max_resources": 40,
            "aggressive_elimination": True,
            "random_state": 0,
        },
        {"n_resources_": [20, 20, 40], "n_candidates_": [6, 3, 2]},
    ),
    "the docstring of the grid": (
        "HalvingGridSearchCV",
        {"max_depth": [3, None], "min_samples_split": [5, 10]},
        {"resource": "n_estimators", "max_resources": 10, "random_state": 0},
        {},
    ),
    "the docstring of the draw": (
        "HalvingRandomSearchCV",
        {"max_depth": [3, None], "min_samples_split": scipy.stats.randint(2, 11)},
        {"resource": "n_estimators", "max_resources": 10, "random_state": 0},
        {},
    ),
    "iterations": (
        "HalvingRandomSearchCV",
        {
            "max_depth": [3, None],
            "max_features": scipy.stats.randint(1, 6),
            "min_samples_split": scipy.stats.randint(2, 11),
            "bootstrap": [True, False],
            "criterion": ["gini", "entropy"],
        },
        {"factor": 2, "random_state": 0, "n_candidates": 8},
        {},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HALVING)
def test_a_documented_halving_gives_what_it_gives_in_scikit_learn(name: str):
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401

    kind, space, settings, expected = HALVING[name]
    ours, theirs = (
        getattr(module, kind)(TREES, space, **settings).fit(*HALVED)
        for module in (skhp, model_selection)
    )
    for attribute in (
        "n_resources_",
        "n_candidates_",
        "n_remaining_candidates_",
        "n_iterations_",
        "n_possible_iterations_",
        "n_required_iterations_",
        "min_resources_",
        "max_resources_",
    ):
        assert getattr(ours, attribute) == getattr(theirs, attribute)
    for attribute, value in expected.items():
        assert getattr(ours, attribute) == value
    np.testing.assert_array_equal(ours.cv_results_["iter"], theirs.cv_results_["iter"])
    np.testing.assert_array_equal(
        ours.cv_results_["n_resources"], theirs.cv_results_["n_resources"]
    )
    assert ours.best_params_ == theirs.best_params_
