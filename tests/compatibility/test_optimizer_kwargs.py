"""Everything that skopt's Optimizer takes as a setting is followed, by our engine or by itself."""

from __future__ import annotations

import itertools
import re
import warnings
from typing import Any

import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import BayesianRidge, LinearRegression, LogisticRegression
from skopt.learning import (
    ExtraTreesRegressor,
    GradientBoostingQuantileRegressor,
)
from skopt.learning import GaussianProcessRegressor as SkoptGaussianProcess
from skopt.sampler import Grid, Halton, Hammersly, Lhs, Sobol

from skhp import BayesSearchCV
from skhp.acquisition import (
    LogExpectedImprovement,
    ProbabilityOfImprovement,
    UpperConfidenceBound,
)
from skhp.defaults import named_strategy
from skhp.exceptions import SettingError, SkhpWarning, StrategyNotice
from skhp.strategies import Bayes, Random, Skopt
from skhp.strategies import Grid as OurGrid
from skhp.surrogates import Forest, GaussianProcess
from tests.search.searches import X, logistic, y

SPACE = {"C": (1e-3, 1e3, "log-uniform"), "intercept_scaling": (0.5, 2.0)}
FEW = {"n_initial_points": 2, "acq_optimizer_kwargs": {"n_points": 50}}

OURS: list[tuple[dict[str, Any], Any]] = [
    ({}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"base_estimator": "GP"}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"base_estimator": "gp"}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"base_estimator": "rf"}, Bayes(Forest(), LogExpectedImprovement())),
    ({"base_estimator": "Et"}, Bayes(Forest(), LogExpectedImprovement())),
    ({"acq_func": "gp_hedge"}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"acq_func": "EI"}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"acq_func": "PI"}, Bayes(GaussianProcess(), ProbabilityOfImprovement())),
    ({"acq_func": "LCB"}, Bayes(GaussianProcess(), UpperConfidenceBound())),
    (
        {"acq_func": "LCB", "acq_func_kwargs": {"kappa": 5}},
        Bayes(GaussianProcess(), UpperConfidenceBound(5.0)),
    ),
    ({"n_initial_points": 7}, Bayes(GaussianProcess(), LogExpectedImprovement(), n_initial=7)),
    ({"n_random_starts": 7}, Bayes(GaussianProcess(), LogExpectedImprovement(), n_initial=7)),
    ({"acq_optimizer": "auto"}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"acq_optimizer": "lbfgs"}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    (
        {"base_estimator": "ET", "acq_optimizer": "sampling"},
        Bayes(Forest(), LogExpectedImprovement()),
    ),
    ({"initial_point_generator": "Sobol"}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"initial_point_generator": "random"}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"acq_func_kwargs": None}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"acq_optimizer_kwargs": {}}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"n_jobs": -1}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"model_queue_size": 3}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"avoid_duplicates": False}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"space_constraint": None}, Bayes(GaussianProcess(), LogExpectedImprovement())),
    ({"random_state": 3, "dimensions": []}, Bayes(GaussianProcess(), LogExpectedImprovement())),
]
"""Settings, and the strategy of ours that is their equal."""

SKOPTS: list[dict[str, Any]] = [
    {"acq_func": "MES", **FEW},
    {"acq_func": "PVRS", **FEW},
    {"acq_func": "LCB", "acq_func_kwargs": {"kappa": "inf"}},
    {"acq_func": "EI", "acq_func_kwargs": {"xi": 0.1}},
    {"acq_func_kwargs": {"xi": 0.1, "kappa": 3.0, "eta": 0.5}},
    {"acq_func": "MES", "acq_func_kwargs": {"n_min_samples": 10}},
    {"acq_func": "PVRS", "acq_func_kwargs": {"n_thompson": 3}, **FEW},
    {"acq_optimizer": "sampling"},
    {"acq_optimizer_kwargs": {"n_points": 50, "n_restarts_optimizer": 2, "n_jobs": 1}},
    {"n_initial_points": 0},
    {"initial_point_generator": "halton"},
    {"initial_point_generator": "hammersly"},
    {"initial_point_generator": "LHS"},
    {"initial_point_generator": "grid"},
    {"initial_point_generator": Lhs(criterion="ratio", iterations=10)},
    {"initial_point_generator": Sobol()},
    {"initial_point_generator": Halton()},
    {"initial_point_generator": Hammersly()},
    {"initial_point_generator": Grid()},
    {"base_estimator": ExtraTreesRegressor(n_estimators=5)},
    {"base_estimator": SkoptGaussianProcess()},
    {"base_estimator": GaussianProcessRegressor()},
    {"base_estimator": BayesianRidge()},
    {"base_estimator": "RF", "acq_func": "MES", "n_jobs": 2, **FEW},
    {"base_estimator": "dummy", "initial_point_generator": "lhs"},
    {"space_constraint": lambda point: point[0] < 10.0},
    {"space_constraint": lambda point: point[0] < 10.0, "acq_optimizer": "lbfgs"},
]
"""Settings of which our engine has no equal."""

STAND_INS: list[Any] = ["GBRT", "gbrt", "Gbrt", GradientBoostingQuantileRegressor()]
"""Surrogates of skopt that fail with the present scikit-learn."""

REFUSED: list[dict[str, Any]] = [
    {"acq_func": "EIps"},
    {"acq_func": "PIps"},
    {"acq_func": "ei"},
    {"acq_func": None},
    {"base_estimator": "SVM"},
    {"base_estimator": None},
    {"base_estimator": 3},
    {"base_estimator": LinearRegression()},
    {"base_estimator": RandomForestRegressor()},
    {"base_estimator": "ET", "acq_func": "PVRS"},
    {"base_estimator": "RF", "acq_optimizer": "lbfgs"},
    {"base_estimator": "GBRT", "acq_optimizer": "lbfgs"},
    {"base_estimator": "dummy", "acq_optimizer": "lbfgs"},
    {"base_estimator": BayesianRidge(), "acq_optimizer": "lbfgs"},
    {"acq_optimizer": "adam"},
    {"acq_func_kwargs": 3},
    {"acq_optimizer_kwargs": 3},
    {"initial_point_generator": "dice"},
    {"n_initial_points": -1},
    {"n_initial_points": "many"},
    {"n_initial_points": None},
    {"model_queue_size": "long"},
    {"model_queue_size": 0},
    {"space_constraint": 3},
    {"n_points": 3},
]
"""What skopt's own search ends with an error for, at once or later."""


class NeverFitted(LogisticRegression):
    """Whose fit nobody gets to."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        raise AssertionError("a fit came first")


def search_with(settings: dict[str, Any], **more: Any) -> BayesSearchCV:
    return BayesSearchCV(
        logistic(),
        SPACE,
        n_iter=4,
        n_points=1,
        cv=2,
        error_score="raise",
        initial_params=[],
        random_state=0,
        optimizer_kwargs=settings,
        **more,
    )


def named(value: Any) -> str:
    """Return a short name that is the same in every process."""
    return re.sub(r" at 0x\w+", "", " ".join(repr(value).split()))[:60]


@pytest.mark.parametrize(("settings", "equal"), OURS, ids=named)
def test_what_our_engine_has_an_equal_of_runs_on_it_without_a_word(settings, equal):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert named_strategy(None, settings) == equal
        assert named_strategy("bayes", settings) == equal


@pytest.mark.parametrize("settings", SKOPTS, ids=named)
def test_anything_else_runs_on_skopt_and_says_once_what_decided_it(settings):
    deciding = next(iter(settings))
    settings = {"n_initial_points": 2, **settings}
    with pytest.warns(StrategyNotice, match="skopt.Optimizer proposes") as told:
        search = search_with(settings).fit(X, y)
    assert len(search.cv_results_["params"]) == 4
    notices = [str(one.message) for one in told if one.category is StrategyNotice]
    about = [line for line in notices if "proposes" in line]
    assert len(about) == 1 and "\n" not in about[0]
    if len(settings) <= 2:
        assert f"{deciding}=" in about[0]


@pytest.mark.parametrize("settings", SKOPTS, ids=named)
def test_it_is_skopts_optimizer_that_runs_with_all_the_settings(settings):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StrategyNotice)
        strategy = named_strategy(None, settings)
    assert isinstance(strategy, Skopt) and strategy.optimizer_kwargs == settings


@pytest.mark.parametrize("strategy", [None, "skopt"])
@pytest.mark.parametrize("surrogate", STAND_INS, ids=named)
def test_a_surrogate_that_skopt_cannot_run_has_a_stand_in_that_is_named(surrogate, strategy):
    settings = {"base_estimator": surrogate, **FEW}
    with pytest.warns(StrategyNotice, match="quantile boosting"):
        search = search_with(settings, strategy=strategy).fit(X, y)
    assert len(search.cv_results_["params"]) == 4


@pytest.mark.parametrize("surrogate", ["dummy", "DUMMY"])
def test_the_dummy_of_skopt_is_chance_and_says_so(surrogate):
    with pytest.warns(StrategyNotice, match="random"):
        assert named_strategy(None, {"base_estimator": surrogate}) == Random()
    with pytest.warns(StrategyNotice, match="cover the space"):
        search_with({"base_estimator": surrogate}, strategy="skopt").fit(X, y)


@pytest.mark.parametrize("strategy", [None, "skopt"])
@pytest.mark.parametrize("settings", REFUSED, ids=named)
def test_what_skopt_refuses_is_refused_before_any_fit(settings, strategy):
    search = search_with(settings, strategy=strategy).set_params(estimator=NeverFitted())
    with pytest.raises(SettingError):
        search.fit(X, y)


@pytest.mark.parametrize("strategy", ["random", "grid", Random(), OurGrid()], ids=named)
def test_settings_beside_a_strategy_that_has_none_are_told(strategy):
    with pytest.warns(SkhpWarning, match="optimizer_kwargs.*mean nothing"):
        named_strategy(strategy, {"acq_func": "EI"})


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("surrogate", "acq_func", "acq_optimizer", "design"),
    list(
        itertools.product(
            ["GP", "RF", "ET", "GBRT", "dummy"],
            ["EI", "LCB", "PI", "gp_hedge", "MES", "PVRS"],
            ["auto", "sampling", "lbfgs"],
            ["random", "sobol", "halton", "hammersly", "lhs", "grid"],
        )
    ),
)
def test_every_combination_runs_or_is_refused_as_skopt_does(
    surrogate, acq_func, acq_optimizer, design
):
    settings = {
        "base_estimator": surrogate,
        "acq_func": acq_func,
        "acq_optimizer": acq_optimizer,
        "initial_point_generator": design,
        "n_initial_points": 2,
    }
    search = search_with(settings)
    flat = surrogate != "GP"
    if flat and (acq_optimizer == "lbfgs" or (acq_func == "PVRS" and surrogate != "dummy")):
        with pytest.raises(SettingError):
            search.fit(X, y)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", StrategyNotice)
            assert len(search.fit(X, y).cv_results_["params"]) == 4
