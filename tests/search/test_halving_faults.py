"""Halving survives what breaks, and a seed means the same climb whatever runs it."""

from __future__ import annotations

import os
import threading
import warnings
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from skhp import HalvingSearchCV
from skhp.exceptions import SearchInterruptedWarning
from tests.search.learners import Stepwise, X, said, y

SPACE = {"a": (0.0, 1.0)}
LEVELS = {"a": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]}
SPACE_OF_TREES = {"max_depth": (1, 20), "min_samples_leaf": (1, 20), "max_features": (0.1, 1.0)}


def halving(estimator: Any, space: Any = None, **more: Any) -> HalvingSearchCV:
    settings = {
        "cv": 3, "random_state": 0, "resource": "max_iter", "max_resources": 9,
        "n_candidates": 9, "n_brackets": 1, "initial_params": [], **more,
    }  # fmt: skip
    return HalvingSearchCV(estimator, LEVELS if space is None else space, **settings)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models are kept; must be empty in the end."""
    path = tmp_path / "models"
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(path))
    return path


def left(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.startswith("skhp")]


def found(n_jobs: int | None = None, backend: str = "loky", **more: Any) -> tuple[Any, Any]:
    settings = {"n_brackets": 2, **more}
    search = halving(ExtraTreesClassifier(random_state=0), SPACE_OF_TREES, **settings)
    search.set_params(resource="n_estimators", n_jobs=n_jobs)
    with joblib.parallel_config(backend):
        results = search.fit(X, y).cv_results_
    return results["params"], results["mean_test_score"].tolist()


@pytest.fixture(scope="module")
def alone() -> tuple[Any, Any]:
    return found()


def test_threads_find_what_one_finds_alone(alone: Any):
    assert found(n_jobs=2, backend="threading") == alone
    assert found(n_jobs=5, backend="threading") == alone


def test_processes_find_what_one_finds_alone(alone: Any):
    assert found(n_jobs=2) == alone


def test_starting_anew_finds_what_going_on_finds(alone: Any):
    assert found(continue_fits=False) == alone


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_nothing_is_left_behind(folder: Path, n_jobs: int):
    seen: set[str] = set()

    class Watching:
        def on_fold_end(self, history: Any, trial: Any, fold: Any) -> None:
            seen.update(left(folder))

    with joblib.parallel_config("threading"):
        halving(Stepwise(), n_jobs=n_jobs, observers=[Watching()]).fit(X, y)
    assert len(seen) == 1
    assert left(folder) == []


def test_only_models_that_may_be_needed_are_kept(folder: Path):
    n_kept = []

    class Watching:
        def on_trial_end(self, history: Any, trial: Any) -> None:
            (inner,) = left(folder)
            n_kept.append(len(os.listdir(folder / inner)))

    halving(Stepwise(), observers=[Watching()]).fit(X, y)
    assert max(n_kept) <= (3 + 1) * 3


@pytest.mark.filterwarnings("ignore")
def test_candidates_that_fail_do_not_go_up():
    search = halving(Stepwise(fault="raise", at=0.9)).fit(X, y)
    results = search.cv_results_
    assert results["iter"][results["param_a"] == 0.9].tolist() == [0]
    assert search.best_params_["a"] == 0.8


@pytest.mark.filterwarnings("ignore")
def test_where_one_fails_on_a_higher_rung_the_next_best_takes_its_place():
    search = halving(Stepwise(fault="late", at=0.9)).fit(X, y)
    assert search.n_candidates_ == [9, 3, 2]
    assert search.best_params_ == {"a": 0.8, "max_iter": 9}
    assert search.cv_results_["iter"][search.best_index_] == 2


@pytest.mark.filterwarnings("ignore")
def test_if_all_fail_with_the_full_resource_it_is_said(tmp_path: Path):
    estimator = Stepwise(fault="late", at=0.5)
    with pytest.raises(ValueError, match="All the 3 fits failed"):
        halving(estimator, {"a": [0.5]}, n_candidates=1).fit(X, y)
    with pytest.raises(FloatingPointError, match="beyond three steps"):
        two = {"a": [0.5], "log": ["", str(tmp_path / "log")]}
        halving(estimator, two, n_candidates=2, max_resources=6, factor=2).fit(X, y)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_dies_leaves_the_climb_as_it_is(tmp_path: Path, folder: Path):
    log = str(tmp_path / "log")
    expected = halving(Stepwise()).fit(X, y).cv_results_
    search = halving(Stepwise(fault="kill once", at=0.9, log=log), n_jobs=2).fit(X, y)
    lost = [fold for trial in search.history_ for fold in trial.folds if fold.status == "lost"]
    assert len(lost) <= 1
    if not lost:
        assert search.cv_results_["params"] == expected["params"]
    assert left(folder) == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "backend", ["multiprocessing", pytest.param("loky", marks=pytest.mark.slow)]
)
def test_a_worker_that_dies_going_on_costs_that_fold_only(backend: str, folder: Path):
    expected = halving(Stepwise(fault="raise going on", at=0.9)).fit(X, y)
    with joblib.parallel_config(backend):
        search = halving(Stepwise(fault="kill going on", at=0.9), n_jobs=2).fit(X, y)
    fates = {
        (trial.params["a"], trial.params["max_iter"], fold.index): fold.status
        for trial in search.history_
        for fold in trial.folds
        if fold.status != "ok"
    }
    assert fates == {(0.9, 3, 0): "lost"}
    assert search.cv_results_["params"] == expected.cv_results_["params"]
    for key in ("mean_test_score", "split0_test_score", "split2_test_score", "rank_test_score"):
        np.testing.assert_array_equal(search.cv_results_[key], expected.cv_results_[key])
    assert search.best_params_ == {"a": 0.8, "max_iter": 9}
    assert left(folder) == []


@pytest.mark.filterwarnings("ignore")
def test_models_that_are_lost_change_nothing(folder: Path):
    class Vandal:
        def on_trial_end(self, history: Any, trial: Any) -> None:
            for inner in left(folder):
                for file in (folder / inner).iterdir():
                    file.unlink()

    expected = halving(ExtraTreesClassifier(random_state=0), SPACE_OF_TREES)
    expected.set_params(resource="n_estimators").fit(X, y)
    search = halving(ExtraTreesClassifier(random_state=0), SPACE_OF_TREES, observers=[Vandal()])
    search.set_params(resource="n_estimators").fit(X, y)
    assert search.cv_results_["params"] == expected.cv_results_["params"]
    np.testing.assert_array_equal(
        search.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"]
    )


class StopAfter:
    """An observer that ends the search after so many folds, by its word or by Ctrl-C."""

    def __init__(self, n_folds: int, *, by_keyboard: bool = False) -> None:
        self.n_left = n_folds
        self.by_keyboard = by_keyboard

    def on_fold_end(self, history: Any, trial: Any, fold: Any) -> bool:
        self.n_left -= 1
        if self.n_left <= 0 and self.by_keyboard:
            raise KeyboardInterrupt
        return self.n_left <= 0


@pytest.mark.parametrize("by_keyboard", [True, False])
@pytest.mark.parametrize(("n_folds", "n_rungs"), [(8, 1), (29, 2), (35, 2), (38, 3)])
def test_a_climb_that_is_cut_short_takes_the_best_of_the_highest_rung(
    n_folds: int, n_rungs: int, by_keyboard: bool, folder: Path
):
    stop = StopAfter(n_folds, by_keyboard=by_keyboard)
    search = halving(Stepwise(), observers=[stop])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SearchInterruptedWarning)
        search.fit(X, y)
    results = search.cv_results_
    assert search.n_iterations_ == n_rungs
    highest = results["iter"][results["n_splits_completed"] == 3].max()
    assert results["iter"][search.best_index_] == highest
    assert results["rank_test_score"].argmin() == search.best_index_
    assert search.best_params_["max_iter"] == search.best_estimator_.max_iter == 9
    assert left(folder) == []


def test_the_time_is_kept():
    search = halving(Stepwise(), SPACE, n_candidates=100_000, max_time=3.0).fit(X, y)
    assert search.stop_reason_ == "max_time reached"
    assert search.best_estimator_.max_iter == 9


@pytest.mark.parametrize("strategy", ["bayes", "random"])
@pytest.mark.parametrize("n_folds", [4, 28, 38, 60])
def test_a_journal_goes_on_with_the_climb(
    tmp_path: Path, n_folds: int, strategy: str, folder: Path
):
    path, log = tmp_path / "journal.db", tmp_path / "log"
    more = {"strategy": strategy, "n_brackets": 2}
    expected = halving(Stepwise(), SPACE, **more).fit(X, y).cv_results_
    more["journal"] = path
    with pytest.warns(SearchInterruptedWarning):
        stop = StopAfter(n_folds, by_keyboard=True)
        halving(Stepwise(log=str(log)), SPACE, observers=[stop], **more).fit(X, y)
    before = len(said(log))
    results = halving(Stepwise(log=str(log)), SPACE, **more).fit(X, y).cv_results_
    assert results["params"] == expected["params"]
    np.testing.assert_array_equal(results["mean_test_score"], expected["mean_test_score"])
    assert len(said(log)) > before
    assert left(folder) == []


def test_it_runs_within_a_search_and_in_threads_at_once():
    searches = [halving(Stepwise(), n_jobs=1) for _ in range(3)]
    threads = [threading.Thread(target=search.fit, args=(X, y)) for search in searches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({search.best_params_["a"] for search in searches}) == 1
