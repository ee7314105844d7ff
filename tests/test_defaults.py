"""The laws of the default decisions."""

import pytest
from sklearn.svm import SVC

from skhp.defaults import counts_costs, default_initial_params, default_n_points, named_strategy
from skhp.exceptions import SettingError
from skhp.space import Space


def test_a_seed_means_the_same_search_at_any_number_of_ordinary_workers():
    assert {default_n_points(n, k, reproducible=True) for n in range(1, 9) for k in (3, 5, 10)} == {
        4
    }


@pytest.mark.parametrize("reproducible", [True, False])
@pytest.mark.parametrize("n_splits", [1, 3, 5, 10])
@pytest.mark.parametrize("n_slots", [1, 2, 8, 9, 64])
def test_no_worker_is_idle_for_want_of_trials(n_slots, n_splits, reproducible):
    n_points = default_n_points(n_slots, n_splits, reproducible=reproducible)
    if n_slots > 8 or not reproducible:
        assert n_points * n_splits >= n_slots
    assert n_points >= 1


def test_a_free_search_with_one_worker_decides_on_all_that_is_known():
    assert default_n_points(1, 5, reproducible=False) == 1


def test_costs_count_where_time_is_the_budget_and_no_seed_promises_anything():
    assert counts_costs(60.0, reproducible=False)
    assert not counts_costs(60.0, reproducible=True)
    assert not counts_costs(None, reproducible=False)


def test_the_present_params_are_tried_first_as_far_as_they_lie_in_the_space():
    space = Space.read({"C": (0.1, 10.0, "log-uniform"), "kernel": ["linear", "rbf"]})
    assert default_initial_params(space, SVC(C=2.0)) == [{"C": 2.0, "kernel": "rbf"}]


def test_nothing_is_tried_first_if_no_present_param_lies_in_the_space():
    assert default_initial_params(Space.read({"C": (10.0, 20.0)}), SVC(C=2.0)) == []


def test_an_unknown_strategy_is_named_together_with_those_there_are():
    with pytest.raises(SettingError, match="bayes.*grid.*random.*'annealing'"):
        named_strategy("annealing", {})
