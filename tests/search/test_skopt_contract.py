"""What users of skopt's BayesSearchCV rely on; where scikit-learn disagrees, scikit-learn wins."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from skopt import load
from skopt.callbacks import (
    CheckpointSaver,
    DeadlineStopper,
    DeltaXStopper,
    DeltaYStopper,
    EarlyStopper,
    HollowIterationsStopper,
    StdStopper,
    ThresholdStopper,
    TimerCallback,
    VerboseCallback,
)
from skopt.learning import ExtraTreesRegressor
from skopt.space import Categorical, Integer, Real

from skhp import BayesSearchCV
from skhp.exceptions import ObserverWarning, SettingError, SpaceError
from skhp.strategies import Skopt

X, y = load_iris(return_X_y=True)
X, y = X[::3], y[::3]
C = (1e-3, 1e3, "log-uniform")
QUICK = {
    "base_estimator": ExtraTreesRegressor(n_estimators=5),
    "n_initial_points": 3,
    "acq_optimizer_kwargs": {"n_points": 200},
}


def search_of(space: Any, **more: Any) -> BayesSearchCV:
    settings = {"n_iter": 4, "cv": 2, "random_state": 0, **more}
    return BayesSearchCV(SVC(), space, **settings)


@pytest.mark.parametrize(
    "space",
    [
        {"C": Real(1e-3, 1e3, prior="log-uniform"), "degree": Integer(1, 3)},
        {"C": C, "degree": (1, 3), "kernel": ["linear", "rbf"]},
        {"C": (0.1, 10.0), "kernel": Categorical(["linear", "rbf"])},
        {"C": [0.1, 1, 10], "degree": range(1, 4)},
        {"C": stats.loguniform(0.1, 10), "degree": stats.randint(1, 4)},
        {"C": np.logspace(-1, 1, 5), "shrinking": [True, False]},
        [{"C": C, "kernel": ["linear"]}, {"gamma": C, "kernel": ["rbf"]}],
        ({"C": C}, 4),
    ],
    ids=["objects", "tuples", "mixed", "lists", "distributions", "arrays", "several", "counted"],
)
def test_a_space_may_be_written_in_any_of_the_usual_ways(space):
    search = search_of(space).fit(X, y)
    assert len(search.cv_results_["params"]) == 4
    assert search.score(X, y) > 0.5


def test_a_pair_of_numbers_in_a_list_is_two_choices_and_no_range():
    search = search_of({"degree": [1, 9]}, n_iter=2).fit(X, y)
    assert sorted(params["degree"] for params in search.cv_results_["params"]) == [1, 9]


def test_each_sub_space_gets_the_number_of_candidates_given_with_it():
    spaces = [({"C": C, "kernel": ["linear"]}, 3), ({"gamma": C, "kernel": ["rbf"]}, 5)]
    search = search_of(spaces)
    assert search.total_iterations == 8
    search.fit(X, y)
    kernels = [params["kernel"] for params in search.cv_results_["params"]]
    assert kernels.count("linear") == 3 and kernels.count("rbf") == 5
    assert [len(result.x_iters) for result in search.optimizer_results_] == [3, 5]


@pytest.mark.parametrize(
    "space", [{}, [], {"C": "1 ... 100.0"}, ["C", (1.0, 1)], [({"C": C}, "a")]]
)
def test_a_space_that_makes_no_sense_is_refused_in_fit(space):
    search = search_of(space)
    with pytest.raises(SpaceError):
        search.fit(X, y)


def test_params_come_as_native_numbers():
    search = search_of({"C": C, "degree": (1, 3), "shrinking": [True, False]}).fit(X, y)
    kinds = {
        (type(p["C"]), type(p["degree"]), type(p["shrinking"]))
        for p in search.cv_results_["params"]
    }
    assert kinds == {(float, int, bool)}


def test_the_same_seed_gives_the_same_search_and_random_states_are_accepted():
    first = search_of({"C": C}, n_iter=6).fit(X, y)
    again = search_of({"C": C}, n_iter=6).fit(X, y)
    assert first.cv_results_["params"] == again.cv_results_["params"]
    search_of({"C": C}, random_state=np.random.RandomState(3)).fit(X, y)


def test_several_metrics_are_reported_and_one_of_them_decides():
    scoring = {"accuracy": "accuracy", "balanced": make_scorer(accuracy_score)}
    search = search_of({"C": C}, scoring=scoring, refit="balanced").fit(X, y)
    results = search.cv_results_
    assert {"mean_test_accuracy", "rank_test_balanced", "split1_test_accuracy"} <= set(results)
    assert search.best_index_ == np.argmax(results["mean_test_balanced"])
    assert search.optimizer_results_[0].fun == -search.best_score_


def test_train_scores_are_reported_where_they_are_asked_for():
    results = search_of({"C": C}, return_train_score=True).fit(X, y).cv_results_
    assert np.isfinite(results["mean_train_score"]).all()


@pytest.mark.parametrize("wrapped", [lambda one: one, lambda one: [one], lambda one: (one,)])
def test_a_callback_is_called_after_each_candidate(wrapped):
    seen = []

    def callback(result: Any) -> None:
        seen.append((len(result.x_iters), result.fun, len(result.func_vals)))

    search = search_of({"C": C}).fit(X, y, callback=wrapped(callback))
    assert [n for n, _, _ in seen] == [1, 2, 3, 4]
    assert [fun for _, fun, _ in seen][-1] == -search.best_score_


def test_a_callback_that_says_so_ends_the_search_after_all_were_called():
    called = []

    def stops(result: Any) -> bool:
        called.append("stops")
        return len(result.x_iters) == 2

    def goes_on(result: Any) -> bool:
        called.append("goes on")
        return False

    search = search_of({"C": C}, n_iter=20, n_points=1).fit(X, y, callback=[stops, goes_on])
    assert len(search.cv_results_["params"]) == 2
    assert called == ["stops", "goes on"] * 2
    assert "SkoptCallbacks" in search.stop_reason_


def test_a_callback_that_fails_leaves_the_others_alone():
    def prints(result: Any) -> None:
        raise RuntimeError("no terminal")

    with pytest.warns(ObserverWarning, match="prints.* failed(.|\n)*no terminal") as caught:
        search = search_of({"C": C}, n_iter=20, n_points=1)
        search.fit(X, y, callback=[prints, DeadlineStopper(1e-9), prints])
    assert search.stop_reason_ == "stopped by SkoptCallbacks"
    assert len(search.cv_results_["params"]) == 1
    assert len([one for one in caught if one.category is ObserverWarning]) == 2


def test_the_stoppers_of_skopt_stop(capsys):
    class TwoAreEnough(EarlyStopper):
        def _criterion(self, result: Any) -> bool:
            return len(result.func_vals) >= 2

    for stopper in (TwoAreEnough(), DeltaYStopper(10.0, n_best=2)):
        search = search_of({"C": C}, n_iter=20, n_points=1)
        search.fit(X, y, callback=[VerboseCallback(n_total=20), stopper])
        assert len(search.cv_results_["params"]) == 2
    assert "Iteration No: 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    "space",
    [{"C": C, "degree": (1, 3)}, {"C": C, "kernel": ["linear", "rbf"]}],
    ids=["numbers", "mixed"],
)
def test_every_callback_of_skopt_takes_the_results(space: Any, tmp_path: Any):
    path = tmp_path / "checkpoint.pkl"
    timer = TimerCallback()
    callbacks = [
        timer,
        CheckpointSaver(path),
        DeltaYStopper(-1.0),
        HollowIterationsStopper(99),
        StdStopper(-1.0),
        ThresholdStopper(-2.0),
        DeadlineStopper(3600),
    ]
    if "kernel" not in space:
        callbacks.append(DeltaXStopper(0.0))
    search = search_of(space).fit(X, y, callback=callbacks)
    assert search.stop_reason_ == "n_iter reached"
    assert len(timer.iter_time) == 4
    assert load(path).x_iters == search.optimizer_results_[0].x_iters


def test_a_callback_that_is_none_is_refused():
    with pytest.raises(SettingError, match="callback"):
        search_of({"C": C}).fit(X, y, callback="verbose")


def test_results_are_those_of_skopt():
    search = search_of({"kernel": ["linear", "rbf"], "C": C}, n_iter=6).fit(X, y)
    [result] = search.optimizer_results_
    assert set(result) >= {
        "x",
        "fun",
        "func_vals",
        "x_iters",
        "models",
        "space",
        "random_state",
        "specs",
    }
    assert result.space.dimension_names == ["C", "kernel"]
    assert result.space == type(result.space)(
        [
            Real(1e-3, 1e3, prior="log-uniform", transform="normalize"),
            Categorical(["linear", "rbf"]),
        ]
    )
    params = search.cv_results_["params"]
    assert result.x_iters == [[one["C"], one["kernel"]] for one in params]
    np.testing.assert_array_equal(result.func_vals, -search.cv_results_["mean_test_score"])
    assert result.fun == -search.best_score_
    assert result.x == [search.best_params_["C"], search.best_params_["kernel"]]


def test_results_are_not_there_before_the_fit():
    with pytest.raises(ValueError, match="not fitted"):
        _ = search_of({"C": C}).optimizer_results_


@pytest.mark.parametrize("n_points", [1, 3, 10])
def test_candidates_under_way_at_once_do_not_change_their_number(n_points):
    search = search_of({"C": C}, n_iter=7, n_points=n_points).fit(X, y)
    assert len(search.cv_results_["params"]) == 7


@pytest.mark.slow
def test_workers_do_not_change_the_result():
    alone = search_of({"C": C}, n_iter=5, strategy=Skopt(QUICK)).fit(X, y)
    together = search_of({"C": C}, n_iter=5, strategy=Skopt(QUICK), n_jobs=2).fit(X, y)
    assert alone.cv_results_["params"] == together.cv_results_["params"]


def test_the_settings_of_the_optimizer_reach_skopt():
    def small(point: list[Any]) -> bool:
        return point[0] < 1.0 and point[1] == "linear"

    search = search_of(
        {"kernel": ["rbf", "linear"], "C": C},
        n_iter=5,
        strategy="skopt",
        initial_params=[],
        optimizer_kwargs={**QUICK, "space_constraint": small, "random_state": 7},
    )
    for params in search.fit(X, y).cv_results_["params"]:
        assert params["C"] < 1.0 and params["kernel"] == "linear"


@pytest.mark.parametrize(
    "settings", [{"base_estimator": "SVM"}, {"acq_func": "UCB"}, {"n_points": 3}]
)
def test_settings_that_skopt_does_not_take_are_refused_before_the_first_fit(settings):
    with pytest.raises(SettingError):
        search_of({"C": C}, strategy="skopt", optimizer_kwargs=settings).fit(X, y)


def test_a_search_can_be_cloned_and_pickled_before_and_after_the_fit():
    search = search_of({"C": C, "kernel": ["linear", "rbf"]}, strategy=Skopt(QUICK), n_iter=5)
    copy = pickle.loads(pickle.dumps(clone(search)))
    search.fit(X, y)
    assert copy.fit(X, y).cv_results_["params"] == search.cv_results_["params"]
    again = pickle.loads(pickle.dumps(search))
    np.testing.assert_array_equal(again.predict(X), search.predict(X))
    assert again.optimizer_results_[0].x_iters == search.optimizer_results_[0].x_iters


def test_weights_of_samples_reach_the_estimator():
    weight = np.where(y == 0, 1.0, 0.0)
    search = BayesSearchCV(
        LogisticRegression(solver="lbfgs"), {"C": C}, n_iter=2, cv=2, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(X, np.minimum(y, 1), sample_weight=np.where(y == 0, 1e-9, 1.0))
    assert (search.predict(X) == 1).mean() > 0.9
    assert weight.sum() > 0


def test_steps_of_a_pipeline_are_searched():
    model = make_pipeline(StandardScaler(), SVC())
    space = {"svc__C": C, "standardscaler": [StandardScaler(), "passthrough"]}
    search = BayesSearchCV(model, space, n_iter=4, cv=2, random_state=0).fit(X, y)
    assert set(search.best_params_) == {"svc__C", "standardscaler"}


def test_a_search_without_a_refit_has_results_and_no_predictions():
    search = search_of({"C": C}, refit=False).fit(X, y)
    assert not hasattr(search, "best_estimator_") and not hasattr(search, "predict")
    assert search.best_params_ == search.cv_results_["params"][search.best_index_]


def test_an_estimator_with_nothing_to_learn_ends_in_a_tie():
    search = BayesSearchCV(
        DummyClassifier(strategy="prior"),
        {"random_state": (0, 99)},
        n_iter=5,
        cv=2,
        strategy=Skopt(QUICK),
        random_state=0,
    )
    assert set(search.fit(X, y).cv_results_["rank_test_score"]) == {1}
