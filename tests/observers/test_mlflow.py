"""MLflow, on a store in SQLite."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import joblib
import pytest
from sklearn import model_selection
from sklearn.datasets import load_iris
from sklearn.svm import SVC

import skhp
from skhp.executors import LokyExecutor, ProcessExecutor
from skhp.observers import MLflow
from tests.observers.estimators import Moody
from tests.observers.searches import OUTCOMES, fitted

mlflow = pytest.importorskip("mlflow")
pytestmark = pytest.mark.trackers

GRID = {"C": [0.1, 1.0, 10.0]}
DATA = load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without runs; making one takes seconds, copying it does not."""
    path = tmp_path_factory.mktemp("empty") / "mlflow.db"
    mlflow.MlflowClient(tracking_uri=f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture(autouse=True)
def store(empty_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A store of this test alone; autologging is off again behind it."""
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    experiment = mlflow.create_experiment("test", artifact_location=f"file:{tmp_path}/artifacts")
    mlflow.set_experiment(experiment_id=experiment)
    yield mlflow.MlflowClient()
    mlflow.sklearn.autolog(disable=True)
    mlflow.set_tracking_uri(before)


def runs(client: Any) -> list[Any]:
    """All runs, the first first."""
    everywhere = [one.experiment_id for one in client.search_experiments()]
    return list(client.search_runs(everywhere, order_by=["attributes.start_time ASC"]))


def family(client: Any) -> tuple[Any, list[Any]]:
    """The one parent, and its children by number."""
    parents = [run for run in runs(client) if "mlflow.parentRunId" not in run.data.tags]
    assert len(parents) == 1
    children = [run for run in runs(client) if "mlflow.parentRunId" in run.data.tags]
    assert {run.data.tags["mlflow.parentRunId"] for run in children} <= {parents[0].info.run_id}
    return parents[0], sorted(children, key=lambda run: run.info.run_name)


def artifacts(client: Any, run: Any) -> set[str]:
    return {one.path for one in client.list_artifacts(run.info.run_id)}


def test_a_trial_is_a_run_with_its_params_scores_and_status(store: Any):
    search = fitted(MLflow(), timeout=1.0)
    parent, children = family(store)
    assert [run.data.tags["status"] for run in children] == OUTCOMES
    states = ["FINISHED", "FINISHED", "FAILED", "KILLED", "FAILED"]
    assert [run.info.status for run in children] == states
    assert [run.data.params["layers"] for run in children[:2]] == ["(8,)", "(8, 8)"]
    assert "it broke" in children[2].data.tags["error"]
    scores = store.get_metric_history(children[0].info.run_id, "fold_test_score")
    assert [one.step for one in scores] == [0, 1, 2]
    assert [one.value for one in scores] == [
        search.cv_results_[f"split{index}_test_score"][0] for index in range(3)
    ]
    ranks = [run.data.metrics["rank_test_score"] for run in children]
    assert ranks == list(search.cv_results_["rank_test_score"])
    assert parent.info.status == "FINISHED"
    assert parent.info.run_name == "BayesSearchCV of Moody"
    assert parent.data.params["best_layers"] == "(8, 8)"
    assert parent.data.metrics["best_cv_score"] == search.best_score_


def test_runs_of_trials_have_their_true_times(store: Any):
    search = fitted(MLflow())
    _, children = family(store)
    for run, trial in zip(children, search.history_, strict=True):
        assert run.info.start_time == round(trial.folds[0].started * 1000)


def test_the_table_is_an_artifact(store: Any):
    search = fitted(MLflow())
    parent, _ = family(store)
    path = store.download_artifacts(parent.info.run_id, "cv_results.csv")
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(search.cv_results_)
    assert [float(row["mean_test_score"]) for row in rows[:2]] == list(
        search.cv_results_["mean_test_score"][:2]
    )


@pytest.mark.parametrize("wanted", [True, False])
def test_the_page_of_the_search_is_an_artifact_if_wanted(store: Any, wanted: bool):
    pytest.importorskip("matplotlib")
    fitted(MLflow(report=wanted))
    parent, _ = family(store)
    assert ("search.html" in artifacts(store, parent)) == wanted


def test_an_active_run_becomes_the_parent_and_stays_open(store: Any):
    with mlflow.start_run() as active:
        fitted(MLflow())
        assert mlflow.active_run().info.run_id == active.info.run_id
        assert store.get_run(active.info.run_id).info.status == "RUNNING"
        mlflow.log_metric("mine", 1.0)
    parent, children = family(store)
    assert parent.info.run_id == active.info.run_id
    assert {"mine", "best_cv_score"} <= set(parent.data.metrics)
    assert len(children) == 4


def test_a_second_search_in_an_active_run_is_a_run_below_it(store: Any):
    with mlflow.start_run() as active:
        fitted(MLflow())
        fitted(MLflow(name="second"))
    [second] = [run for run in runs(store) if run.info.run_name == "second"]
    assert second.data.tags["mlflow.parentRunId"] == active.info.run_id
    assert second.info.status == "FINISHED"
    below = [
        run for run in runs(store) if run.data.tags.get("mlflow.parentRunId") == second.info.run_id
    ]
    assert len(below) == 4


def test_the_models_are_stored_if_wanted_and_can_be_loaded(store: Any):
    search = skhp.GridSearchCV(SVC(), GRID, cv=3, observers=[MLflow(models=True)]).fit(*DATA)
    found = {one.name: one for one in store.search_logged_models(["1"])}
    assert set(found) == {"model", "best_estimator"}
    for one in found.values():
        loaded = mlflow.sklearn.load_model(one.model_uri)
        assert (loaded.predict(DATA[0]) == search.predict(DATA[0])).all()


def test_a_search_that_ends_by_an_error_is_a_failed_run(store: Any):
    search = skhp.GridSearchCV(
        SVC(), {"C": [-1.0]}, error_score="raise", observers=["mlflow"], cv=3
    )
    with pytest.raises(ValueError, match="C"):
        search.fit(*DATA)
    parent, _ = family(store)
    assert parent.info.status == "FAILED"


def shape_of(run: Any) -> tuple[set[str], set[str], set[str]]:
    return set(run.data.params), set(run.data.metrics), set(run.data.tags)


def test_nothing_is_missing_that_autologging_writes_for_scikit_learn(store: Any):
    mlflow.sklearn.autolog()
    model_selection.GridSearchCV(SVC(), GRID, cv=3).fit(*DATA)
    theirs, their_children = family(store)
    their_models = {one.name for one in store.search_logged_models(["1"])}
    store.delete_run(theirs.info.run_id)
    for run in their_children:
        store.delete_run(run.info.run_id)
    skhp.GridSearchCV(SVC(), GRID, cv=3).fit(*DATA)
    ours, our_children = family(store)
    assert len(our_children) == len(their_children)
    for their, our in ((theirs, ours), (their_children[0], our_children[0])):
        for those, these in zip(shape_of(their), shape_of(our), strict=True):
            assert those <= these
        assert len(their.inputs.dataset_inputs) == len(our.inputs.dataset_inputs)
    assert artifacts(store, theirs) <= artifacts(store, ours)
    assert len(ours.outputs.model_outputs) == len(theirs.outputs.model_outputs)
    assert their_models == {"model", "best_estimator"}


EXECUTORS = {
    "here": lambda: None,
    "loky": lambda: LokyExecutor(2),
    "processes": lambda: ProcessExecutor(2),
}


@pytest.mark.parametrize("kind", EXECUTORS)
def test_an_autologged_search_is_one_run_and_its_best_trials(kind: str, store: Any):
    mlflow.sklearn.autolog(log_models=False, max_tuning_runs=2)
    executor = EXECUTORS[kind]()
    search = skhp.RandomizedSearchCV(
        SVC(), GRID, n_iter=3, cv=3, random_state=0, executor=executor
    ).fit(*DATA)
    if executor is not None:
        executor.close()
    parent, children = family(store)
    assert len(children) == 2
    assert {run.data.metrics["rank_test_score"] for run in children} <= {1.0, 2.0}
    assert parent.data.params["best_C"] == str(search.best_params_["C"])
    assert "cv_results.csv" in artifacts(store, parent)
    assert store.search_logged_models(["1"]) == []


def test_an_autologged_search_in_threads_is_one_run(store: Any):
    mlflow.sklearn.autolog(log_models=False, max_tuning_runs=1)
    with joblib.parallel_backend("threading"):
        skhp.GridSearchCV(SVC(), GRID, cv=3, n_jobs=2).fit(*DATA)
    _, children = family(store)
    assert len(children) == 1


def test_autologging_is_on_again_behind_a_search(store: Any):
    mlflow.sklearn.autolog(log_models=False, max_tuning_runs=0)
    skhp.GridSearchCV(SVC(), GRID, cv=3).fit(*DATA)
    SVC().fit(*DATA)
    assert len(runs(store)) == 2


def test_what_mlflow_keeps_silent_is_not_logged(store: Any):
    mlflow.sklearn.autolog(log_models=False)
    model_selection.cross_val_score(skhp.GridSearchCV(SVC(), GRID, cv=2), *DATA, cv=2)
    assert runs(store) == []
    SVC().fit(*DATA)
    assert len(runs(store)) == 1


def test_a_search_with_our_tracker_is_not_logged_twice(store: Any):
    mlflow.sklearn.autolog(log_models=False)
    skhp.GridSearchCV(SVC(), GRID, cv=3, observers=[MLflow("mine")]).fit(*DATA)
    parent, children = family(store)
    assert parent.info.run_name == "mine"
    assert len(children) == 3


def test_without_autologging_nothing_is_logged(store: Any):
    skhp.GridSearchCV(SVC(), GRID, cv=3).fit(*DATA)
    assert runs(store) == []


def test_a_param_inside_a_dict_is_written_under_a_name_that_mlflow_takes(store: Any):
    space = {"model_kwargs[units]": [8, 16]}
    skhp.GridSearchCV(Moody(model_kwargs={}), space, cv=2, observers=["mlflow"], refit=False).fit(
        *DATA
    )
    parent, children = family(store)
    assert [run.data.params["model_kwargs.units"] for run in children] == ["8", "16"]
