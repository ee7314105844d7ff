"""A finished search as a study of Optuna, and a study as the beginning of a search."""

from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from skhp import BayesSearchCV, Layers, RandomizedSearchCV
from skhp.exceptions import SettingError
from skhp.export import to_optuna
from skhp.observers import OptunaStudy
from tests.observers.estimators import Moody
from tests.observers.searches import SPACE, TRIED, X, fitted, y

optuna = pytest.importorskip("optuna")


def test_a_finished_search_gives_the_same_study(tmp_path: Path):
    storage = f"sqlite:///{tmp_path}/optuna.db"
    search = fitted(OptunaStudy(storage, study_name="moods"))
    live = optuna.load_study(storage=storage, study_name="moods")
    for ours, theirs in zip(to_optuna(search).trials, live.trials, strict=True):
        assert (ours.state, ours.value, ours.params) == (theirs.state, theirs.value, theirs.params)
        assert ours.datetime_start == theirs.datetime_start
        assert ours.datetime_complete == theirs.datetime_complete


def test_a_trial_has_its_true_times():
    search = fitted()
    for trial, ours in zip(to_optuna(search).trials, search.history_, strict=True):
        assert trial.datetime_start.timestamp() == pytest.approx(ours.folds[0].started, abs=1e-3)
        assert trial.duration.total_seconds() >= ours.seconds - 1e-3


def test_a_study_that_exists_is_not_mixed_with_another(tmp_path: Path):
    search = fitted()
    to_optuna(search, storage=str(tmp_path / "optuna.log"), study_name="moods")
    with pytest.raises(SettingError, match="'moods'"):
        to_optuna(search, storage=str(tmp_path / "optuna.log"), study_name="moods")


def test_whatever_a_space_holds_can_be_exported():
    space = {
        "clf": [LogisticRegression(), KNeighborsClassifier()],
        "memory": [None, True, 1, 1.0, "1", float("inf"), dict, (1, 2)],
    }
    search = RandomizedSearchCV(
        Pipeline([("clf", LogisticRegression())]),
        space,
        n_iter=16,
        cv=2,
        error_score=0.0,
        refit=False,
        random_state=0,
    )
    with pytest.warns(Warning):
        search.fit(X, y)
    study = to_optuna(search)
    assert {trial.params["clf"] for trial in study.trials} == {
        "LogisticRegression()",
        "KNeighborsClassifier()",
    }
    assert len({(trial.params["clf"], trial.params["memory"]) for trial in study.trials}) == 16


def test_a_search_begins_with_the_best_of_a_study():
    study = to_optuna(fitted())
    again = BayesSearchCV(Moody(), SPACE, n_iter=2, cv=2, initial_params=[], random_state=0)
    again.warm_start_from(study, n_best=2).fit(X, y)
    assert again.cv_results_["params"] == [TRIED[1], TRIED[0]]


def test_labels_of_a_study_are_read_as_what_they_stand_for():
    space = {"layers": Layers(depth=(1, 2), width=(4, 64)), "mood": ["well", Moody]}
    search = BayesSearchCV(Moody(), space, n_iter=4, cv=2, strategy="random", random_state=0)
    search.fit(X, y)
    study = to_optuna(search)
    again = BayesSearchCV(Moody(), space, n_iter=4, cv=2, initial_params=[], random_state=1)
    again.warm_start_from(study, n_best=4).fit(X, y)
    tried = search.cv_results_["params"]
    assert all(params in tried for params in again.cv_results_["params"])


def test_the_best_of_a_study_that_is_minimised_is_the_lowest():
    study = optuna.create_study(direction="minimize")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=5)
    again = BayesSearchCV(Moody(), {"x": (0.0, 1.0)}, n_iter=2, cv=2, initial_params=[])
    again.warm_start_from(study, n_best=1).fit(X, y)
    assert again.cv_results_["params"][0]["x"] == pytest.approx(study.best_params["x"])


@pytest.mark.parametrize("directions", [["minimize"], ["minimize", "maximize"]])
def test_a_study_without_a_best_trial_is_refused(directions: list[str]):
    study = optuna.create_study(directions=directions)
    with pytest.raises(SettingError, match="study"):
        BayesSearchCV(Moody(), SPACE).warm_start_from(study)


PLOTS = [
    "contour",
    "edf",
    "intermediate_values",
    "optimization_history",
    "parallel_coordinate",
    "param_importances",
    "rank",
    "slice",
    "timeline",
]


@pytest.mark.trackers
@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_of_optuna_draws_the_study(name: str):
    pytest.importorskip("plotly")
    study = to_optuna(fitted(timeout=1.0))
    figure = getattr(optuna.visualization, f"plot_{name}")(study)
    assert len(figure.data) > 0
