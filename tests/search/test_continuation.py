"""Searches that go on: from themselves, from a journal, from what another one found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from skhp.observers import Observer
from tests.search.searches import Make, X, bayes, grid, logistic, y

SPACE = {"C": (1e-3, 1e2, "log-uniform"), "fit_intercept": [True, False]}


class Interrupt(Observer):
    """Ctrl-C after so many trials."""

    def __init__(self, after: int) -> None:
        self.left = after

    def on_trial_end(self, history: Any, trial: Any) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def params(search: Any) -> list[Any]:
    return [trial.params for trial in search.history_]


def test_five_candidates_and_three_more_are_eight():
    parts = bayes(logistic(), SPACE, n_iter=5).fit(X, y).fit_more(X, y, n_iter=3)
    assert params(parts) == params(bayes(logistic(), SPACE, n_iter=8).fit(X, y))


def test_more_candidates_need_the_rows_of_the_first(make: Make):
    search = make(logistic(), {"C": [0.1, 1.0, 10.0]}, n_iter=2).fit(X, y)
    with pytest.raises(ValueError, match="splits"):
        search.fit_more(X[:40], y[:40], n_iter=1)


@pytest.mark.filterwarnings("ignore:The search ended after")
def test_a_search_that_was_interrupted_goes_on_from_its_journal(tmp_path: Path):
    whole = bayes(logistic(), SPACE, n_iter=8).fit(X, y)
    journal = tmp_path / "search.db"
    cut = bayes(logistic(), SPACE, n_iter=8, journal=journal, observers=[Interrupt(3)]).fit(X, y)
    assert len(params(cut)) < 8
    resumed = bayes(logistic(), SPACE, n_iter=8, journal=journal).fit(X, y)
    assert params(resumed) == params(whole)
    np.testing.assert_array_equal(
        resumed.cv_results_["mean_test_score"], whole.cv_results_["mean_test_score"]
    )


def test_a_finished_search_is_read_from_its_journal_without_a_fit(tmp_path: Path, make: Make):
    space = {"C": [0.1, 1.0]}
    first = make(logistic(), space, n_iter=2, journal=tmp_path / "j.db").fit(X, y)
    again = make(logistic(), space, n_iter=2, journal=tmp_path / "j.db").fit(X, y)
    for key in ("mean_fit_time", "mean_test_score"):
        np.testing.assert_array_equal(again.cv_results_[key], first.cv_results_[key])


@pytest.mark.parametrize("form", [lambda s: s, lambda s: s.cv_results_])
def test_a_search_begins_with_the_best_of_another_one(form: Any):
    other = bayes(logistic(), SPACE, n_iter=5).fit(X, y)
    search = bayes(logistic(), SPACE, n_iter=4, initial_params=[])
    search.warm_start_from(form(other), n_best=1).fit(X, y)
    assert params(search)[0] == other.best_params_


def test_a_data_frame_of_results_will_do():
    other = bayes(logistic(), SPACE, n_iter=5).fit(X, y)
    search = bayes(logistic(), SPACE, n_iter=2, initial_params=[])
    search.warm_start_from(pd.DataFrame(other.cv_results_), n_best=1).fit(X, y)
    assert params(search)[0] == other.best_params_


def test_a_grid_that_tries_everything_has_no_use_for_good_beginnings():
    with pytest.raises(ValueError, match="grid"):
        grid(logistic(), {"C": [1.0]}).warm_start_from({"params": []})
