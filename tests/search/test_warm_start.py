"""What searches on other data teach a search that begins with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from skhp import HalvingSearchCV
from skhp.strategies import Bayes
from skhp.surrogates import Forest
from tests.search.searches import X, bayes, logistic, randomized, y

SPACE = {"C": (1e-3, 1e2, "log-uniform"), "fit_intercept": [True, False]}
VALUES = [0.003, 0.007, 0.02, 0.04, 0.1, 0.2, 0.5, 1.0, 3.0, 7.0, 15.0, 30.0]
TABLE = {
    "params": [{"C": c, "fit_intercept": True} for c in VALUES],
    "mean_test_score": -((np.linspace(0.0, 1.0, 12) - 0.7) ** 2),
}


def table(**changes: Any) -> dict[str, Any]:
    return {**TABLE, **changes}


def params(search: Any) -> list[Any]:
    return [trial.params for trial in search.history_]


def warm(other: Any, *, n_best: int | None = None, **more: Any) -> Any:
    more = {"n_iter": 9, "initial_params": [], **more}
    return bayes(logistic(), SPACE, **more).warm_start_from(other, n_best=n_best)


def test_a_model_learns_from_more_than_what_is_tried_first():
    one_alone = table(params=TABLE["params"][8:9], mean_test_score=TABLE["mean_test_score"][8:9])
    taught, untaught = (params(warm(t, n_best=1).fit(X, y)) for t in (TABLE, one_alone))
    assert taught[0] == untaught[0]
    assert taught != untaught


def test_the_unit_of_the_earlier_scores_does_not_matter():
    other = table(mean_test_score=64.0 * TABLE["mean_test_score"])
    assert params(warm(other).fit(X, y)) == params(warm(TABLE).fit(X, y))


def test_earlier_scores_are_never_among_those_of_the_search():
    search = warm(table(mean_test_score=np.full(12, 7.0))).fit(X, y)
    assert len(search.cv_results_["params"]) == 9
    assert search.cv_results_["mean_test_score"].max() <= 1.0


def test_several_searches_are_begun_with_the_best_of_each():
    other = table(mean_test_score=TABLE["mean_test_score"][::-1])
    search = warm([TABLE, other], n_best=2).fit(X, y)
    assert params(search)[:2] == [TABLE["params"][8], TABLE["params"][3]]


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


@pytest.mark.parametrize("random_state", [0, None])
@pytest.mark.parametrize("make", [bayes, randomized])
def test_a_journal_of_a_search_that_was_told_otherwise_is_another_one(
    make: Any, random_state: Any, tmp_path: Path
):
    space = {"C": [0.01, 0.1, 1.0, 10.0], "fit_intercept": [True, False]}
    inside = [{"C": 0.1, "fit_intercept": True}, {"C": 1.0, "fit_intercept": True}]
    for scores in ([0.9, 0.8], [0.9, 0.1]):
        other = {"params": inside, "mean_test_score": np.array(scores)}
        search = make(
            logistic(), space, n_iter=2, journal=tmp_path / "j.db", random_state=random_state
        )
        search.warm_start_from(other)
        if scores[1] == 0.8:
            search.fit(X, y)
        else:
            with pytest.warns(UserWarning, match="warm_start_from"):
                search.fit(X, y)


def test_a_clone_forgets_all():
    fresh = clone(warm(TABLE)).fit(X, y)
    assert params(fresh) == params(bayes(logistic(), SPACE, n_iter=9, initial_params=[]).fit(X, y))


def test_none_takes_the_wish_back():
    fresh = warm(TABLE).warm_start_from(None).fit(X, y)
    assert params(fresh) == params(bayes(logistic(), SPACE, n_iter=9, initial_params=[]).fit(X, y))


def test_another_surrogate_can_be_told_as_well():
    forest = Bayes(surrogate=Forest())
    assert len(params(warm(TABLE, strategy=forest).fit(X, y))) == 9


def test_halving_can_be_told_as_well():
    search = HalvingSearchCV(logistic(), SPACE, random_state=0, n_candidates=6, initial_params=[])
    search.warm_start_from(TABLE).fit(X, y)
    assert params(search)[0]["C"] == TABLE["params"][8]["C"]
