"""Halving on a cluster finds what it finds alone, whether or not its machines share a folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from skhp import HalvingSearchCV
from tests.search.learners import Stepwise, X, said, y
from tests.search.test_parallel_clusters import dask, ray

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

ENGINES = {"dask": dask, "ray": ray}
LEVELS = {"a": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]}
KEYS = ("iter", "n_resources", "mean_test_score", "split0_test_score", "rank_test_score")


class Apart:
    """Takes the folder of the models away, as it is for a machine that cannot see it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def on_search_start(self, history: Any) -> None:
        (inner,) = self.folder.glob("skhp-models-*")
        shutil.rmtree(inner)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "models"
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(path))
    return path


def halving(estimator: Any, **more: Any) -> HalvingSearchCV:
    return HalvingSearchCV(
        estimator, LEVELS, cv=3, random_state=0, resource="max_iter", max_resources=9,
        n_candidates=9, initial_params=[], **more,
    )  # fmt: skip


def n_steps(log: Path) -> list[int]:
    """Return how many steps each fit took, over all processes."""
    return [max_iter for what, _, max_iter, _, _ in said(log) if what == "fit"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cluster_goes_on_with_fits_where_it_can(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, folder: Path
):
    alone = halving(Stepwise()).fit(X, y).cv_results_
    backend = request.getfixturevalue(engine)
    logs = tmp_path / "together", tmp_path / "apart"
    with joblib.parallel_config(backend):
        together = halving(Stepwise(log=str(logs[0])), n_jobs=2).fit(X, y)
        apart = halving(Stepwise(log=str(logs[1])), n_jobs=2, observers=[Apart(folder)]).fit(X, y)
    for search in (together, apart):
        assert search.cv_results_["params"] == alone["params"]
        for key in KEYS:
            np.testing.assert_array_equal(search.cv_results_[key], alone[key])
        assert search.best_params_ == {"a": 0.9, "max_iter": 9}
    # Three folds: nine candidates take 1 step, three of them 2 more, one 6 more; then the refit.
    assert sorted(n_steps(logs[0])) == [1] * 27 + [2] * 9 + [6] * 3 + [9]
    assert sorted(n_steps(logs[1])) == [1] * (27 + 9 + 3) + [2] * (9 + 3) + [6] * 3 + [9]
    assert [name for name in os.listdir(folder) if name.startswith("skhp")] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_machine_that_is_lost_going_on_costs_that_fold_only(
    engine: str, request: pytest.FixtureRequest, folder: Path
):
    alone = halving(Stepwise(fault="raise going on", at=0.9)).fit(X, y).cv_results_
    backend = request.getfixturevalue(engine)
    with joblib.parallel_config(backend):
        search = halving(Stepwise(fault="kill going on", at=0.9), n_jobs=2).fit(X, y)
    assert search.cv_results_["params"] == alone["params"]
    for key in KEYS:
        np.testing.assert_array_equal(search.cv_results_[key], alone[key])
    [(trial, fold)] = [
        (trial, fold) for trial in search.history_ for fold in trial.folds if fold.status == "lost"
    ]
    assert (trial.params, fold.index) == ({"a": 0.9, "max_iter": 3}, 0)
    assert os.listdir(folder) == []
