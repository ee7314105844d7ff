"""Laws of searches that count what their candidates cost."""

import warnings

import pytest
from sklearn.linear_model import Ridge

from skhp import BayesSearchCV
from skhp.exceptions import JournalWarning, SettingError
from skhp.results import Pareto
from skhp.strategies import FrugalBayes, Random
from tests.search.searches import X, y

SPACE = {"alpha": (1e-3, 1e3, "log-uniform"), "fit_intercept": [True, False]}


def made(**settings):
    return BayesSearchCV(Ridge(), SPACE, cv=2, **{"n_iter": 3, **settings})


class Asked(Random):
    """Notes whether it was asked to count costs."""

    def __init__(self):
        object.__setattr__(self, "times", [])

    def frugal(self, max_time=None):
        self.times.append(max_time)
        return self


@pytest.mark.parametrize(
    ("settings", "times"),
    [
        ({}, []),
        ({"max_time": 60.0}, [60.0]),
        ({"max_time": 60.0, "random_state": 0}, []),
        ({"max_time": 60.0, "costs": False}, []),
        ({"costs": True}, [None]),
        ({"max_time": 60.0, "costs": True}, [60.0]),
    ],
)
def test_costs_count_where_time_is_the_budget_and_no_seed_promises_anything(settings, times):
    strategy = Asked()
    made(strategy=strategy, **settings).fit(X, y)
    assert strategy.times == times


def test_where_costs_are_not_asked_for_any_strategy_will_do():
    for settings in ({"strategy": "random"}, {"refit": Pareto(["score", "fit_time"])}):
        assert len(made(max_time=60.0, **settings).fit(X, y).history_) == 3


@pytest.mark.parametrize(
    "settings",
    [{"strategy": "random"}, {"strategy": "skopt"}, {"refit": Pareto(["score", "fit_time"])}],
)
def test_a_strategy_that_cannot_count_costs_is_named(settings):
    with pytest.raises(SettingError, match="costs=True needs a strategy"):
        made(costs=True, **settings).fit(X, y)


def test_a_seed_and_costs_need_a_journal():
    with pytest.raises(SettingError, match="Name a journal"):
        made(costs=True, random_state=0).fit(X, y)


def test_an_interrupted_search_goes_on_from_the_times_in_its_journal(tmp_path):
    settings = {"costs": True, "random_state": 0, "n_iter": 16, "n_points": 3}
    settings["initial_params"] = []
    settings["journal"] = tmp_path / "search.db"
    first = made(**settings).fit(X, y, callback=lambda result: len(result.x_iters) > 8)
    n_first = len(first.history_)
    second = made(**settings).fit(X, y).history_
    assert n_first < 16 == len(second)
    present = made(**settings).fit(X, y).history_  # all of it is in the file
    assert [one.params for one in present] == [one.params for one in second]
    assert [one.seconds for one in present] == [one.seconds for one in second]
    for trial in present:
        known = present.seen_by(trial.number, 3)
        assert FrugalBayes().propose(known, 1) == [trial.params]


def test_the_time_of_a_search_may_change_when_it_goes_on(tmp_path):
    journal = tmp_path / "search.db"
    for max_time in (None, 60.0, 90.0):
        with warnings.catch_warnings():
            warnings.simplefilter("error", JournalWarning)
            made(journal=journal, max_time=max_time).fit(X, y)


def test_a_seeded_search_with_costs_is_another_one_than_without(tmp_path):
    journal = tmp_path / "search.db"
    made(journal=journal, random_state=0).fit(X, y)
    with pytest.warns(JournalWarning, match="begins anew"):
        made(journal=journal, random_state=0, costs=True).fit(X, y)
