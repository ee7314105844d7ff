"""Steps that candidates share are fitted once a fold, and nobody can tell but by the time."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from scipy.stats import uniform
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from skhp import (
    BayesSearchCV,
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingSearchCV,
    RandomizedSearchCV,
)
from tests.reuse.spies import Spy, lines

X, y = make_classification(90, n_features=5, random_state=0)
C = {"clf__C": [0.01, 0.1, 1.0, 10.0]}
N_FOLDS = 3


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def pipeline(*steps: Any, **more: Any) -> Pipeline:
    named = [(f"step{n}", step) for n, step in enumerate(steps)]
    return Pipeline([*named, ("clf", LogisticRegression(solver="liblinear"))], **more)


def fitted(estimator: Any, space: Any, **more: Any) -> Any:
    return GridSearchCV(estimator, space, **{"cv": N_FOLDS, "refit": False, **more}).fit(X, y)


def same_but_for_times(one: Any, other: Any) -> bool:
    keys = {key for key in other.cv_results_ if not key.endswith("_time")}
    assert keys == {key for key in one.cv_results_ if not key.endswith("_time")}
    return all(
        np.asarray(one.cv_results_[key] == other.cv_results_[key]).all()
        or np.array_equal(one.cv_results_[key], other.cv_results_[key], equal_nan=True)
        for key in keys
    )


SEARCHES: dict[str, Callable[..., Any]] = {
    "grid": lambda estimator, **more: GridSearchCV(estimator, C, **more),
    "randomized": lambda estimator, **more: RandomizedSearchCV(
        estimator, {"clf__C": uniform(0.1, 10)}, n_iter=4, random_state=0, **more
    ),
    "bayes": lambda estimator, **more: BayesSearchCV(
        estimator, {"clf__C": (0.01, 10.0, "log-uniform")}, n_iter=4, random_state=0, **more
    ),
    "racing": lambda estimator, **more: BayesSearchCV(
        estimator, {"clf__C": (0.01, 10.0)}, n_iter=4, random_state=0, racing=True, **more
    ),
}


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_step_before_all_that_is_searched_is_fitted_once_a_fold(kind: str, log: Path):
    SEARCHES[kind](pipeline(Spy(str(log))), cv=N_FOLDS, refit=False).fit(X, y)
    assert len(lines(log, "fit")) == N_FOLDS
    assert len(lines(log, "transform")) == 2 * N_FOLDS  # the rows to train on, those to test on


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_search_finds_the_same_without_it(kind: str):
    def search(reuse_steps: bool) -> Any:
        make = SEARCHES[kind]
        return make(pipeline(Spy(factor=3.0)), cv=N_FOLDS, reuse_steps=reuse_steps).fit(X, y)

    assert same_but_for_times(search(True), search(False))


def test_threads_wait_for_a_step_that_another_one_fits(log: Path):
    with joblib.parallel_config("threading"):
        fitted(pipeline(Spy(str(log))), C, n_jobs=4)
    assert len(lines(log, "fit")) == N_FOLDS


def test_each_worker_process_fits_a_step_once_a_fold_at_most(log: Path):
    many = {"clf__C": np.logspace(-2, 2, 12)}
    fitted(pipeline(Spy(str(log))), many, n_jobs=2)
    assert len(lines(log, "fit")) <= 2 * N_FOLDS


def test_searched_steps_are_fitted_once_for_each_of_their_params(log: Path):
    space = {"step1__factor": [1.0, 2.0], **C}
    fitted(pipeline(Spy(str(log), 5.0), Spy(str(log), 7.0)), space)
    counts = [sum(f"fit {f} " in line for line in lines(log, "fit")) for f in (5.0, 1.0, 2.0)]
    assert counts == [N_FOLDS, N_FOLDS, N_FOLDS]


def test_a_step_that_the_space_swaps_is_fitted_once_for_each_it_becomes(log: Path):
    swapped = {"step0": [Spy(str(log), 2.0), Spy(str(log), 3.0), "passthrough"], **C}
    fitted(pipeline(Spy()), swapped)
    assert len(lines(log, "fit")) == 2 * N_FOLDS


def test_steps_before_a_swapped_model_are_fitted_once(log: Path):
    space = {"clf": [LogisticRegression(), KNeighborsClassifier(), KNeighborsClassifier(3)]}
    fitted(pipeline(Spy(str(log))), space)
    assert len(lines(log, "fit")) == N_FOLDS


def test_rungs_of_rows_are_not_mixed_up(log: Path):
    for search in (
        HalvingSearchCV(pipeline(Spy(str(log))), C, n_candidates=4, random_state=0, cv=N_FOLDS),
        HalvingGridSearchCV(pipeline(Spy(str(log))), C, random_state=0, cv=N_FOLDS, factor=2),
    ):
        log.write_text("")
        with_reuse = clone(search).fit(X, y)
        n_fits, others = len(lines(log, "fit")), clone(search).set_params(reuse_steps=False)
        assert same_but_for_times(with_reuse, others.fit(X, y))
        rungs = len(set(with_reuse.cv_results_["n_resources"]))
        assert rungs > 1
        assert n_fits == rungs * N_FOLDS + 1  # and the refit


def test_a_failed_step_fails_every_candidate():
    with pytest.raises(ValueError, match="All the 12 fits failed"):
        fitted(pipeline(Spy(factor="nothing")), C)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "unsure",
    [
        pipeline(Spy(random_state=None)),
        pipeline(Spy(random_state=np.random.RandomState(0))),
        pipeline(Spy(), verbose=True),
        pipeline(Spy(), memory="cache"),
        type("OwnPipeline", (Pipeline,), {})(pipeline(Spy()).steps),
    ],
    ids=["no seed", "a generator", "verbose", "memory", "a class of its own"],
)
def test_what_may_differ_from_fit_to_fit_is_fitted_each_time(
    unsure: Any, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    search = fitted(unsure.set_params(step0__log=str(log)), C)
    assert "mean_saved_time" not in search.cv_results_
    if unsure.memory is None:
        assert len(lines(log, "fit")) == N_FOLDS * 4


def test_a_wish_against_it_is_followed(log: Path):
    search = fitted(pipeline(Spy(str(log))), C, reuse_steps=False)
    assert len(lines(log, "fit")) == N_FOLDS * 4
    assert "mean_saved_time" not in search.cv_results_


def test_params_that_never_repeat_keep_nothing(log: Path):
    space = {"step0__factor": uniform(1, 2), "clf__C": [1.0, 2.0]}
    search = RandomizedSearchCV(
        pipeline(Spy(str(log))), space, n_iter=4, random_state=0, cv=N_FOLDS, refit=False
    ).fit(X, y)
    assert len(lines(log, "fit")) == N_FOLDS * 4
    assert "mean_saved_time" not in search.cv_results_


def test_the_table_says_what_was_saved():
    search = fitted(pipeline(Spy()), C)
    assert search.cv_results_["mean_saved_time"][0] == 0.0
    assert (search.cv_results_["mean_saved_time"][1:] > 0.0).all()


class Spoiler(ClassifierMixin, BaseEstimator):
    """Writes into the rows that it is given."""

    def __init__(self, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: Any, y: Any) -> Spoiler:
        self.model_ = LogisticRegression(C=self.C).fit(X, y)
        self.classes_ = self.model_.classes_
        X[:] = 0
        return self

    def predict(self, X: Any) -> Any:
        predicted = self.model_.predict(X)
        X[:] = 0
        return predicted


@pytest.mark.parametrize("scoring", ["accuracy", ["accuracy", "f1", "roc_auc"]])
def test_a_model_that_spoils_its_rows_spoils_no_other_candidate_s(scoring: Any):
    spoiled = pipeline(Spy()).set_params(clf=Spoiler())
    settings = {"scoring": scoring, "refit": False, "return_train_score": True}
    if isinstance(scoring, list):
        spoiled = pipeline(Spy())
    one, other = (fitted(spoiled, C, reuse_steps=on, **settings) for on in (True, False))
    assert same_but_for_times(one, other)


def size(estimator: Any, X: Any, y: Any) -> float:
    assert type(estimator) is Pipeline
    assert estimator.steps[0][1].transform(X[:2]).shape == (2, 5)
    accuracy_score(y, estimator.predict(X))
    return -len(pickle.dumps(estimator))


def test_a_scorer_that_looks_at_the_pipeline_finds_nothing_unusual():
    one, other = (fitted(pipeline(Spy()), C, scoring=size, reuse_steps=on) for on in (True, False))
    assert same_but_for_times(one, other)


def test_what_is_no_pipeline_is_fitted_and_scored_as_ever():
    one, other = (
        fitted(LogisticRegression(), {"C": [0.1, 1.0]}, error_score="raise", reuse_steps=on)
        for on in (True, False)
    )
    assert np.isfinite(one.cv_results_["mean_test_score"]).all()
    assert same_but_for_times(one, other)


def test_params_of_fit_reach_the_steps_that_are_reused():
    def scores(**more: Any) -> Any:
        search = GridSearchCV(pipeline(Spy()), C, cv=N_FOLDS, scoring=shift, **more)
        search.fit(X, y, step0__weight=np.arange(90.0), clf__sample_weight=np.arange(90.0))
        return search

    one, other = scores(), scores(reuse_steps=False)
    assert "mean_saved_time" in one.cv_results_
    assert same_but_for_times(one, other)


def shift(estimator: Any, X: Any, y: Any) -> float:
    return float(estimator.steps[0][1].shift_[0] + estimator.score(X, y))
