"""Candidates that differ only in the number of parts of their model cost the largest fit only."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import BaggingClassifier, GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skhp import BayesSearchCV, GridSearchCV, HalvingSearchCV, RandomizedSearchCV
from skhp.executors import Limits, LokyExecutor, ProcessExecutor
from skhp.stopping import NoImprovement
from tests.reuse.spies import Spy, lines

X, y = make_classification(90, n_features=5, flip_y=0.2, random_state=0)
COUNTS = [2, 8, 4]
DEPTHS = [1, 2]
N_FOLDS = 3


class SpyTree(DecisionTreeClassifier):
    """Writes a line for each fit, which takes a while if that is asked for."""

    def __init__(
        self, log: str = "", seconds: float = 0.0, max_depth: Any = None, random_state: Any = None
    ) -> None:
        super().__init__(max_depth=max_depth, random_state=random_state)
        self.log = log
        self.seconds = seconds

    def fit(self, X: Any, y: Any, **params: Any) -> Any:
        if self.log:
            with Path(self.log).open("a") as file:
                file.write("fit of a tree\n")
        time.sleep(self.seconds)
        return super().fit(X, y, **params)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def bagging(log: Any = "", **params: Any) -> Any:
    return BaggingClassifier(SpyTree(str(log)), random_state=0, **params)


SPACE = {"n_estimators": COUNTS, "estimator__max_depth": DEPTHS}


def grid(estimator: Any, space: Any = SPACE, **more: Any) -> Any:
    return GridSearchCV(estimator, space, **{"cv": N_FOLDS, "refit": False, **more})


SEARCHES: dict[str, Callable[..., Any]] = {
    "grid": grid,
    "randomized": lambda estimator, **more: RandomizedSearchCV(
        estimator, SPACE, n_iter=6, random_state=0, cv=N_FOLDS, refit=False, **more
    ),
    "racing": lambda estimator, **more: grid(estimator, racing=True, **more),
    "stopping": lambda estimator, **more: grid(estimator, stopping=NoImprovement(50), **more),
}


def check_same(one: Any, other: Any) -> None:
    keys = {key for key in other.cv_results_ if not key.endswith("_time")}
    assert keys == {key for key in one.cv_results_ if not key.endswith("_time")}
    for key in keys:
        expected = np.ma.getdata(other.cv_results_[key])
        np.testing.assert_array_equal(np.ma.getdata(one.cv_results_[key]), expected, err_msg=key)


@pytest.mark.parametrize("kind", SEARCHES)
def test_only_the_largest_model_of_each_kind_is_fitted(kind: str, log: Path):
    search = SEARCHES[kind](bagging(log)).fit(X, y)
    assert len(search.cv_results_["params"]) == len(COUNTS) * len(DEPTHS)
    if kind != "racing":  # which fits less still
        assert len(lines(log, "fit")) == max(COUNTS) * len(DEPTHS) * N_FOLDS
    assert len(lines(log, "fit")) <= max(COUNTS) * len(DEPTHS) * N_FOLDS


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_search_finds_the_same_as_with_separate_fits(kind: str):
    settings = {"scoring": ["roc_auc", "accuracy"], "return_train_score": True}
    if kind == "stopping":
        settings["scoring"] = "roc_auc"
    settings = settings if kind != "racing" else {}
    one, other = (
        SEARCHES[kind](bagging(), reuse_steps=on, **settings).fit(X, y) for on in (True, False)
    )
    check_same(one, other)
    assert "mean_saved_time" in one.cv_results_
    assert "mean_saved_time" not in other.cv_results_


EXECUTORS: dict[str, Callable[[], Any]] = {
    "processes": lambda: ProcessExecutor(2),
    "loky": lambda: LokyExecutor(2),
}


@pytest.mark.parametrize("kind", EXECUTORS)
def test_it_is_so_in_every_executor(kind: str, log: Path):
    with EXECUTORS[kind]() as executor:
        search = grid(bagging(log), executor=executor).fit(X, y)
    assert len(lines(log, "fit")) == max(COUNTS) * len(DEPTHS) * N_FOLDS
    check_same(search, grid(bagging(), reuse_steps=False).fit(X, y))


def test_it_is_so_in_threads(log: Path):
    with joblib.parallel_config("threading"):
        grid(bagging(log), n_jobs=4).fit(X, y)
    assert len(lines(log, "fit")) == max(COUNTS) * len(DEPTHS) * N_FOLDS


def test_the_model_of_a_pipeline_is_cut_and_its_first_steps_transform_once(log: Path):
    steps = [("spy", Spy(str(log))), ("clf", bagging())]
    space = {f"clf__{name}": values for name, values in SPACE.items()}
    one, other = (
        grid(Pipeline(steps), space, reuse_steps=on).fit(X, y)
        for on in (False, True)  # the last one writes the log that is looked at
        if log.write_text("") == 0
    )
    assert len(lines(log, "fit")) == N_FOLDS
    assert len(lines(log, "transform")) == 2 * N_FOLDS
    check_same(one, other)


def test_a_model_that_the_space_swaps_is_cut_where_it_can_be(log: Path):
    pipeline = Pipeline([("scaled", StandardScaler()), ("clf", LogisticRegression())])
    space = [
        {"clf": [bagging(log), GradientBoostingClassifier()], "clf__n_estimators": COUNTS},
        {"clf": [LogisticRegression()]},
    ]
    search = grid(pipeline, space).fit(X, y)
    assert len(search.cv_results_["params"]) == 7
    assert len(lines(log, "fit")) == max(COUNTS) * N_FOLDS


def test_the_table_says_what_was_spent_and_about_what_was_saved():
    results = grid(bagging(), {"n_estimators": [1, 20, 10]}).fit(X, y).cv_results_
    spent, saved = results["mean_fit_time"], results["mean_saved_time"]
    assert saved[1] == 0.0
    np.testing.assert_allclose(saved[[0, 2]], spent[1] * np.array([0.05, 0.5]))


def test_a_scorer_is_given_an_ordinary_fitted_model():
    def n_trees(model: Any, X: Any, y: Any) -> float:
        assert type(model) is BaggingClassifier
        assert model.score(X, y) > 0
        assert len(model.estimators_samples_) == model.n_estimators
        return float(len(model.estimators_))

    results = grid(bagging(), {"n_estimators": COUNTS}, scoring=n_trees).fit(X, y).cv_results_
    assert results["mean_test_score"].tolist() == COUNTS


def test_predictions_are_kept_of_each():
    one, other = (
        grid(bagging(), keep_predictions=True, reuse_steps=on).fit(X, y) for on in (True, False)
    )
    for number in range(6):
        np.testing.assert_array_equal(one.predictions(number), other.predictions(number))


def test_a_largest_model_that_cannot_be_fitted_takes_no_smaller_one_with_it():
    boosting = GradientBoostingClassifier(random_state=0)
    space = {"n_estimators": [2, 10**15, 3]}  # more trees than there is memory for
    with pytest.warns(match="3 fits failed out of a total of 9"):
        one = grid(boosting, space).fit(X, y)
    with pytest.warns(match="3 fits failed out of a total of 9"):
        check_same(one, grid(boosting, space, reuse_steps=False).fit(X, y))


@pytest.mark.slow
def test_a_largest_model_over_the_limit_of_time_takes_no_smaller_one_with_it():
    slow = BaggingClassifier(SpyTree(seconds=0.5), random_state=0)
    space = {"n_estimators": [1, 100, 2]}
    with (
        ProcessExecutor(2, limits=Limits(timeout=10.0)) as executor,
        pytest.warns(match="2 fits failed out of a total of 6"),
    ):
        search = grid(slow, space, cv=2, executor=executor).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).tolist() == [True, False, True]


def test_a_search_goes_on_from_its_journal(tmp_path: Path, log: Path):
    path = tmp_path / "journal.db"

    class Ends:
        def on_trial_end(self, history: Any, trial: Any) -> None:
            if trial.number == 1:
                raise KeyboardInterrupt

    with pytest.warns(match="interrupted"):
        grid(bagging(log), journal=path, observers=[Ends()]).fit(X, y)
    search = grid(bagging(log), journal=path).fit(X, y)
    check_same(search, grid(bagging(), reuse_steps=False).fit(X, y))


@pytest.mark.parametrize(
    "settings", [{"reuse_steps": False}, {"max_time": 600.0}], ids=["not wished", "a time limit"]
)
def test_each_is_fitted_by_itself_where_the_largest_must_not_come_first(settings: Any, log: Path):
    grid(bagging(log), **settings).fit(X, y)
    assert len(lines(log, "fit")) == sum(COUNTS) * len(DEPTHS) * N_FOLDS


def test_weights_of_rows_reach_the_fit_that_is_shared():
    weights = np.linspace(0.1, 2.0, len(X))
    boosting, space = GradientBoostingClassifier(random_state=0), {"n_estimators": COUNTS}
    one, other = (
        grid(boosting, space, reuse_steps=on).fit(X, y, sample_weight=weights)
        for on in (True, False)
    )
    assert "mean_saved_time" in one.cv_results_
    check_same(one, other)


def test_what_else_a_fit_is_given_keeps_fits_apart():
    boosting, space = GradientBoostingClassifier(random_state=0), {"n_estimators": COUNTS}

    def monitor(i: int, model: Any, variables: Any) -> bool:
        return i == 2

    one, other = (
        grid(boosting, space, reuse_steps=on).fit(X, y, monitor=monitor) for on in (True, False)
    )
    assert "mean_saved_time" not in one.cv_results_
    check_same(one, other)


def test_searches_that_propose_as_they_learn_fit_each_by_itself(log: Path):
    space = {"n_estimators": (2, 4), "estimator__max_depth": (1, 3)}
    for search in (
        BayesSearchCV(bagging(log), space, n_iter=4, random_state=0, cv=N_FOLDS),
        HalvingSearchCV(bagging(log), space, n_candidates=4, random_state=0, cv=N_FOLDS),
    ):
        assert "mean_saved_time" not in search.fit(X, y).cv_results_
