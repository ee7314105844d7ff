"""Searches that begin with what others, on whatever data, have found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from skhp import HalvingSearchCV
from tests.search.searches import X, bayes, logistic, randomized, y

SPACE = {"C": (1e-3, 1e2, "log-uniform"), "fit_intercept": [True, False]}
VALUES = [0.003, 0.007, 0.02, 0.04, 0.1, 0.2, 0.5, 1.0, 3.0, 7.0, 15.0, 30.0]
TABLE = {
    "params": [{"C": c, "fit_intercept": True} for c in VALUES],
    "mean_test_score": -((np.linspace(0.0, 1.0, 12) - 0.7) ** 2),
}


def table(**changes: Any) -> dict[str, Any]:
    return {**TABLE, **changes}


TABLE_DOWN = table(mean_test_score=TABLE["mean_test_score"][::-1])
LISTS = {"C": VALUES, "fit_intercept": [True, False]}


def params(search: Any) -> list[Any]:
    return [trial.params for trial in search.history_]


def warm(other: Any, *, n_best: int | None = None, **more: Any) -> Any:
    more = {"n_iter": 9, "initial_params": [], **more}
    return bayes(logistic(), SPACE, **more).warm_start_from(other, n_best=n_best)


def test_earlier_scores_are_never_among_those_of_the_search():
    search = warm(table(mean_test_score=np.full(12, 7.0))).fit(X, y)
    assert len(search.cv_results_["params"]) == 9
    assert search.cv_results_["mean_test_score"].max() <= 1.0


def test_several_searches_are_begun_with_the_best_of_each():
    search = warm([TABLE, TABLE_DOWN], n_best=2).fit(X, y)
    assert params(search)[:2] == [TABLE["params"][8], TABLE["params"][3]]


def test_by_itself_a_model_begins_with_one_of_each():
    search = warm([TABLE, TABLE_DOWN]).fit(X, y)
    untold = bayes(logistic(), SPACE, n_iter=9, initial_params=[]).fit(X, y)
    assert params(search)[:2] == [TABLE["params"][8], TABLE["params"][3]]
    assert params(search)[2] == params(untold)[2]


def test_a_random_search_begins_with_five():
    search = randomized(logistic(), LISTS, n_iter=6).warm_start_from(TABLE).fit(X, y)
    assert params(search)[:5] == [TABLE["params"][row] for row in (8, 7, 9, 6, 10)]


def test_the_best_inside_the_space_are_taken():
    outside = table(params=[*TABLE["params"][:-1], {"C": 1e6, "fit_intercept": True}])
    outside["mean_test_score"] = np.arange(12.0)
    assert params(warm(outside, n_best=1).fit(X, y))[0] == TABLE["params"][10]


def test_nothing_inside_the_space_is_a_mistake():
    with pytest.raises(ValueError, match="None of the 12 params"):
        warm(table(params=[{"C": 1e6, "fit_intercept": True}] * 12)).fit(X, y)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_seed_promises_the_same_search(n_jobs: int):
    again = warm(TABLE, n_jobs=n_jobs).fit(X, y)
    assert params(again) == params(warm(TABLE).fit(X, y))


def test_with_a_journal_it_goes_on_as_if_it_had_never_stopped(tmp_path: Path):
    warm(TABLE, n_iter=7, journal=tmp_path / "j.db").fit(X, y)
    resumed = warm(TABLE, n_iter=10, journal=tmp_path / "j.db").fit(X, y)
    assert params(resumed) == params(warm(TABLE, n_iter=10).fit(X, y))


def test_a_clone_forgets_all():
    fresh = clone(warm(TABLE)).fit(X, y)
    assert params(fresh) == params(bayes(logistic(), SPACE, n_iter=9, initial_params=[]).fit(X, y))


def test_none_takes_the_wish_back():
    fresh = warm(TABLE).warm_start_from(None).fit(X, y)
    assert params(fresh) == params(bayes(logistic(), SPACE, n_iter=9, initial_params=[]).fit(X, y))


def test_halving_can_be_told_as_well():
    search = HalvingSearchCV(logistic(), SPACE, random_state=0, n_candidates=6, initial_params=[])
    search.warm_start_from(TABLE).fit(X, y)
    assert params(search)[0]["C"] == TABLE["params"][8]["C"]
