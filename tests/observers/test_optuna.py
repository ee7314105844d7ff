"""Optuna: a study that is written while the search runs."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from scipy import stats

from skhp import RandomizedSearchCV
from skhp.observers import OptunaStudy
from tests.observers.estimators import Moody
from tests.observers.searches import OUTCOMES, TRIED, X, fitted, y

optuna = pytest.importorskip("optuna")

STATES = {"complete": "COMPLETE", "given up": "PRUNED"}


def loaded(path: Path, name: str = "moods") -> Any:
    backend = optuna.storages.journal.JournalFileBackend(str(path))
    return optuna.load_study(study_name=name, storage=optuna.storages.JournalStorage(backend))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "optuna.log"


@pytest.mark.slow
def test_a_study_has_every_trial_as_it_ended(path: Path):
    search = fitted(OptunaStudy(str(path), study_name="moods"), timeout=1.0)
    trials = loaded(path).trials
    assert [trial.state.name for trial in trials] == [STATES.get(one, "FAIL") for one in OUTCOMES]
    assert [trial.user_attrs["status"] for trial in trials] == OUTCOMES
    assert [trial.params["x"] for trial in trials] == [params["x"] for params in TRIED]
    assert [trial.params["layers"] for trial in trials[:2]] == ["(8,)", "(8, 8)"]
    assert ["rate" in trial.params for trial in trials] == ["rate" in one for one in TRIED]
    assert trials[1].value == search.best_score_
    assert trials[1].intermediate_values == {
        index: search.cv_results_[f"split{index}_test_score"][1] for index in range(3)
    }
    assert "it broke" in trials[2].user_attrs["error"]


def test_ranges_and_choices_are_those_of_the_space(path: Path):
    fitted(OptunaStudy(str(path), study_name="moods"))
    found = loaded(path).trials[0].distributions
    assert found["x"] == optuna.distributions.FloatDistribution(0.0, 1.0)
    assert found["rate"] == optuna.distributions.FloatDistribution(1e-3, 1.0, log=True)
    assert found["layers"].choices == ("(8,)", "(8, 8)", "(16,)")


def test_a_search_that_goes_on_goes_on_with_its_study(path: Path):
    search = RandomizedSearchCV(
        Moody(),
        {"x": stats.uniform(0, 1), "rate": stats.norm()},
        n_iter=2,
        cv=2,
        observers=[OptunaStudy(str(path), study_name="moods")],
        random_state=0,
    )
    search.fit(X, y).fit_more(X, y, n_iter=3)
    assert [trial.user_attrs["number"] for trial in loaded(path).trials] == [0, 1, 2, 3, 4]


class Silent(WSGIRequestHandler):
    """Prints nothing."""

    def log_message(self, *args: Any) -> None:
        """Leave it unsaid."""


@pytest.mark.trackers
def test_the_dashboard_shows_the_study(tmp_path: Path):
    dashboard = pytest.importorskip("optuna_dashboard")
    storage = f"sqlite:///{tmp_path}/optuna.db"
    fitted(OptunaStudy(storage, study_name="moods"), timeout=1.0)
    app = dashboard.wsgi(storage)
    with make_server("127.0.0.1", 0, app, handler_class=Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/api/studies"
        with urlopen(url, timeout=60) as page:
            [summary] = json.load(page)["study_summaries"]
        with urlopen(f"{url}/{summary['study_id']}", timeout=60) as page:
            study = json.load(page)
        server.shutdown()
    assert summary["study_name"] == "moods"
    states = [trial["state"] for trial in study["trials"]]
    assert states == [STATES.get(one, "FAIL").capitalize() for one in OUTCOMES]
    assert len(study["trials"][0]["intermediate_values"]) == 3
