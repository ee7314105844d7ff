"""Reads the parameters of skopt's Optimizer; needs skopt when it is imported."""

from __future__ import annotations

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
    """

    optimizer: Mapping[str, Any]
    constraint: Any
    models: bool

    @property
    def steps(self) -> bool:
        """Whether a proposal depends on the surrogates of earlier ones, as hedging does."""
        return self.models and self.optimizer.get("acq_func", "gp_hedge") == "gp_hedge"

    def start(self, dimensions: Sequence[Any], seed: int) -> Any:
        """Return an Optimizer that was told nothing."""
        settings = {**self.optimizer, "random_state": seed}
        settings["base_estimator"] = _seeded(settings["base_estimator"], seed)
        return skopt.Optimizer(dimensions, **settings)


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
            f"acq_func={given['acq_func']!r} weighs scores by seconds, and seconds differ from run "
            "to run. Use 'EI' or 'PI'."
        )
    if "n_random_starts" in given:
        given["n_initial_points"] = given.pop("n_random_starts")
    estimator = given.get("base_estimator", "GP")
    models = not (isinstance(estimator, str) and estimator.upper() == "DUMMY")
    given["base_estimator"] = _regressor(estimator)
    if given.get("acq_func") == "PVRS" and models and not _draws(given["base_estimator"]):
        raise SettingError(
            "acq_func='PVRS' draws from a Gaussian process; got "
            f"base_estimator={estimator!r}. Use 'GP', or another acq_func."
        )
    samples = constraint is not None or not _knows_gradients(given["base_estimator"])
    if samples and given.get("acq_optimizer", "auto") == "auto":
        given["acq_optimizer"] = "sampling"
    settings = Settings({"model_queue_size": 1, **given}, constraint, models)
    try:
        settings.start([Real(0.0, 1.0)], 0)
    except (TypeError, ValueError) as error:
        raise SettingError(
            f"skopt.Optimizer does not take optimizer_kwargs={dict(optimizer_kwargs)!r}: {error}"
        ) from error
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
