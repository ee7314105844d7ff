"""Reads the parameters of skopt's Optimizer; needs skopt when it is imported."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import skopt
from sklearn.base import BaseEstimator, clone, is_regressor
from sklearn.dummy import DummyRegressor
from skopt.learning import GradientBoostingQuantileRegressor
from skopt.space import Real

from ..exceptions import SettingError
from ._skopt_quantiles import QuantileBoosting

__all__ = ["Settings", "read_settings"]

FROM_THE_SEARCH: Final = ("dimensions", "random_state", "space_constraint")
PER_SECOND: Final = ("EIps", "PIps")

DRAWN_AT: Final = {"n_points": 1000}
"""Of a sample over skopt's own 10,000 points, as "PVRS" takes it, one proposal needs 6 GB."""


@dataclass(frozen=True)
class Settings:
    """The parameters of an Optimizer, checked.

    Parameters
    ----------
    optimizer : mapping
        What is passed to ``skopt.Optimizer``.
    constraint : callable, optional
        The user's ``space_constraint``.
    models : bool
        Whether there is a surrogate; the "dummy" one only covers the space.
    stand_in : str, optional
        What takes the place of a surrogate of skopt that does not work.
    """

    optimizer: Mapping[str, Any]
    constraint: Any
    models: bool
    stand_in: str | None = None

    @property
    def steps(self) -> bool:
        """Whether a proposal depends on the surrogates of earlier ones, as hedging does."""
        return self.models and self.optimizer.get("acq_func", "gp_hedge") == "gp_hedge"

    def start(self, dimensions: Sequence[Any], seed: int) -> Any:
        """Return an Optimizer that was told nothing.

        Raises
        ------
        SettingError
            With what skopt says of the parameters.
        """
        settings = {**self.optimizer, "random_state": seed}
        settings["base_estimator"] = _seeded(settings["base_estimator"], seed)
        # Sobol's generator counts what it gave, and each start is to be given the same
        settings["initial_point_generator"] = copy.deepcopy(
            settings.get("initial_point_generator", "random")
        )
        try:
            return skopt.Optimizer(dimensions, **settings)
        except (AttributeError, TypeError, ValueError) as error:
            raise SettingError(
                f"skopt.Optimizer does not take optimizer_kwargs={dict(self.optimizer)!r}: {error}"
            ) from error


def read_settings(optimizer_kwargs: Mapping[str, Any]) -> Settings:
    """Check the parameters of an Optimizer, by making one.

    Raises
    ------
    SettingError
        With what skopt says of them.
    """
    given = {key: value for key, value in optimizer_kwargs.items() if key not in FROM_THE_SEARCH}
    constraint = optimizer_kwargs.get("space_constraint")
    if constraint is not None and not callable(constraint):
        raise SettingError(f"space_constraint must be a callable or None, got {constraint!r}.")
    if given.get("acq_func") in PER_SECOND:
        raise SettingError(
            f"acq_func={given['acq_func']!r} weighs scores by seconds, which skopt's own search "
            "cannot tell it. Write 'EI', and costs=True for BayesSearchCV itself."
        )
    n_random_starts = given.pop("n_random_starts", None)
    if n_random_starts is not None:
        given["n_initial_points"] = n_random_starts
    estimator = given.get("base_estimator", "GP")
    models = not (isinstance(estimator, str) and estimator.upper() == "DUMMY")
    given["base_estimator"] = _regressor(estimator)
    stand_in = _STAND_INS.get(type(given["base_estimator"]))
    if given.get("acq_func") == "PVRS" and models and not _draws(given["base_estimator"]):
        raise SettingError(
            "acq_func='PVRS' draws from a Gaussian process; got "
            f"base_estimator={estimator!r}. Use 'GP', or another acq_func."
        )
    climbs = _knows_gradients(given["base_estimator"])
    if not climbs and given.get("acq_optimizer") == "lbfgs":
        raise SettingError(
            "acq_optimizer='lbfgs' needs a surrogate with slopes, by predict(X, "
            f"return_mean_grad=True); base_estimator={estimator!r} has none. Use 'sampling'."
        )
    if not climbs and given.get("acq_optimizer", "auto") == "auto":
        given["acq_optimizer"] = "sampling"
    if given.get("acq_func") == "PVRS" and models:
        given["acq_optimizer_kwargs"] = {**DRAWN_AT, **(given.get("acq_optimizer_kwargs") or {})}
    given["model_queue_size"] = _queue_size(given.get("model_queue_size"))
    settings = Settings(given, constraint, models, stand_in)
    settings.start([Real(0.0, 1.0)], 0)
    return settings


def _regressor(estimator: Any) -> Any:
    """Return the surrogate, with one that works in place of those that skopt cannot use.

    Its "GBRT" is no regressor in the eyes of scikit-learn 1.8 and reads names that numpy 2.4 has
    not; its "dummy" is no estimator at all.
    """
    if isinstance(estimator, GradientBoostingQuantileRegressor):
        return QuantileBoosting(estimator.base_estimator, random_state=estimator.random_state)
    if not isinstance(estimator, str):
        if not (isinstance(estimator, BaseEstimator) and is_regressor(estimator)):
            raise SettingError(
                "base_estimator must be 'GP', 'RF', 'ET', 'GBRT', 'dummy' or a regressor, got "
                f"{estimator!r}."
            )
        if not _takes(estimator, "return_std"):
            raise SettingError(
                "base_estimator must be able to say how sure it is, by predict(X, return_std=True);"
                f" {estimator!r} is not. skopt.learning has forests and others that are."
            )
        return estimator
    substitutes = {"GBRT": QuantileBoosting(), "DUMMY": DummyRegressor()}
    return substitutes.get(estimator.upper(), estimator)


_STAND_INS: Final = {
    QuantileBoosting: "a quantile boosting of skhp's own",
    DummyRegressor: "points that cover the space",
}
"""What is said of surrogates that take the place of skopt's."""


def _queue_size(size: Any) -> Any:
    """Return how many surrogates skopt keeps: the last one is all that is looked at."""
    if size is not None and not (isinstance(size, int) and size >= 1):
        raise SettingError(f"model_queue_size must be an int of at least 1 or None, got {size!r}.")
    return 1


def _seeded(estimator: Any, seed: int) -> Any:
    """Return a copy of a surrogate that is seeded where it is not; skopt seeds its own."""
    if isinstance(estimator, str):
        return estimator
    names = [name for name in estimator.get_params() if name.split("__")[-1] == "random_state"]
    unseeded = [name for name in names if estimator.get_params()[name] is None]
    return clone(estimator).set_params(**dict.fromkeys(unseeded, seed))


def _knows_gradients(estimator: Any) -> bool:
    """Say whether skopt may ask a surrogate for gradients; it decides for those it makes."""
    return isinstance(estimator, str) or _takes(estimator, "return_mean_grad")


def _draws(estimator: Any) -> bool:
    """Say whether samples can be drawn from a surrogate."""
    return estimator == "GP" or hasattr(estimator, "sample_y")


def _takes(estimator: Any, argument: str) -> bool:
    return argument in inspect.signature(estimator.predict).parameters
