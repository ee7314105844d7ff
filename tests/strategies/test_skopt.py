"""skopt's Optimizer proposes for spaces that it could not hold itself."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor as ForestWithoutStd
from sklearn.utils.validation import check_is_fitted
from skopt.learning import RandomForestRegressor
from skopt.sampler import Halton, Lhs, Sobol

from skhp.exceptions import ProposalWarning, SettingError
from skhp.history import History
from skhp.space import Space
from skhp.strategies import Skopt
from tests.strategies.foreign import SPACES, assert_inside_and_new, searched

FOREST = RandomForestRegressor(n_estimators=5)
QUICK = {
    "base_estimator": "ET",
    "n_initial_points": 4,
    "acq_func": "EI",
    "acq_optimizer_kwargs": {"n_points": 200},
}


class Failing(RandomForestRegressor):
    """A surrogate that cannot be fitted."""

    def fit(self, X: Any, y: Any) -> Any:
        raise np.linalg.LinAlgError("singular")


@pytest.mark.parametrize("name", SPACES)
def test_proposals_lie_in_a_space_of_any_kind_and_are_new(name: str):
    assert_inside_and_new(searched(Skopt(QUICK), SPACES[name]))


@pytest.mark.slow
@pytest.mark.parametrize("acq_func", ["EI", "LCB", "PI", "gp_hedge", "MES", "PVRS"])
@pytest.mark.parametrize("base_estimator", ["GP", "RF", "ET", "GBRT", "dummy"])
def test_every_acquisition_goes_with_every_surrogate(acq_func: str, base_estimator: str):
    settings = {**QUICK, "acq_func": acq_func, "base_estimator": base_estimator}
    if acq_func == "PVRS" and base_estimator in ("RF", "ET", "GBRT"):
        with pytest.raises(SettingError, match="PVRS"):
            Skopt(settings)
        return
    for name in ("logarithms and integers", "a condition"):
        assert_inside_and_new(searched(Skopt(settings), SPACES[name]))


@pytest.mark.parametrize("generator", ["random", "sobol", "halton", "hammersly", "lhs", "grid"])
def test_every_design_of_the_first_points_is_taken(generator: str):
    settings = {**QUICK, "initial_point_generator": generator}
    assert_inside_and_new(searched(Skopt(settings), SPACES["sub-spaces"]))


@pytest.mark.slow
def test_proposals_follow_from_the_history_and_not_from_global_random_numbers():
    settings = {**QUICK, "acq_func": "MES"}
    history = searched(Skopt(settings), SPACES["tuples"])
    np.random.seed(1)
    expected = np.random.RandomState(1).rand()
    first = Skopt(settings).propose(history, 3)
    assert np.random.rand() == expected
    assert Skopt(settings).propose(history, 3) == first


@pytest.mark.parametrize("design", [Sobol(), Halton(), Lhs()])
def test_a_design_that_is_given_as_an_object_is_left_as_it_is(design: Any):
    settings = {**QUICK, "initial_point_generator": design}
    one, other = (searched(Skopt(settings), SPACES["one range"]) for _ in range(2))
    assert [trial.params for trial in one] == [trial.params for trial in other]


def test_another_seed_gives_other_proposals():
    one, other = (searched(Skopt(QUICK), SPACES["one range"], seed=seed) for seed in (0, 1))
    assert [trial.params for trial in one] != [trial.params for trial in other]


def test_a_surrogate_of_the_user_is_left_as_it_is():
    before = copy.deepcopy(FOREST.get_params())
    searched(Skopt({**QUICK, "base_estimator": FOREST}), SPACES["one range"])
    assert FOREST.get_params() == before
    with pytest.raises(ValueError, match="not fitted"):
        check_is_fitted(FOREST)


def test_the_old_name_of_the_first_points_is_taken():
    settings = {"base_estimator": "ET", "acq_func": "EI", "acq_optimizer_kwargs": {"n_points": 200}}
    old = searched(Skopt({**settings, "n_random_starts": 4}), SPACES["one range"])
    new = searched(Skopt({**settings, "n_initial_points": 4}), SPACES["one range"])
    assert [trial.params for trial in old] == [trial.params for trial in new]


def test_a_surrogate_that_fails_gives_a_warning_and_a_proposal():
    history = searched(Skopt(QUICK), SPACES["one range"])
    with pytest.warns(ProposalWarning, match="singular.*drawn at random"):
        [params] = Skopt({**QUICK, "base_estimator": Failing()}).propose(history, 1)
    assert history.space.contains(params)


def test_a_constraint_that_nothing_meets_is_an_error():
    strategy = Skopt({**QUICK, "space_constraint": lambda point: False})
    with pytest.raises(SettingError, match="accepts none of the points"):
        strategy.propose(History(Space.read(SPACES["one range"])), 1)


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"acq_func": "EIps"}, "weighs scores by seconds"),
        ({"base_estimator": None}, "base_estimator must be"),
        ({"base_estimator": object()}, "base_estimator must be"),
        ({"base_estimator": ForestWithoutStd()}, r"predict\(X, return_std=True\)"),
        ({"base_estimator": "SVM"}, "SVM"),
        ({"space_constraint": 3}, "space_constraint must be a callable"),
        ({"n_points": 4}, "n_points"),
        ({"acq_optimizer": "lbfgs", "base_estimator": FOREST}, "return_mean_grad"),
        ({"acq_optimizer": "lbfgs", "base_estimator": "RF"}, "sampling"),
        ({"acq_func_kwargs": 3}, "acq_func_kwargs"),
        ({"model_queue_size": 0}, "model_queue_size"),
        ({"n_initial_points": -1}, "n_initial_points"),
    ],
)
def test_settings_that_make_no_sense_are_refused_at_once(settings: Any, match: str):
    with pytest.raises(SettingError, match=match):
        Skopt(settings)
