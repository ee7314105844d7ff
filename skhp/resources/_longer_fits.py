"""The ways in which an estimator takes up a fit where it stopped."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np
from sklearn.base import is_classifier, is_regressor

__all__ = ["LongerFit", "Refit", "longer_fit_of"]

COUNTS_OF_ONE_FIT = {"max_iter", "max_epochs", "n_epochs", "epochs"}
"""Parameters that count what one call of ``fit`` does, also of one that goes on."""


@dataclass(frozen=True)
class LongerFit(ABC):
    """How an estimator gets from one amount of a resource to a larger one.

    Parameters
    ----------
    name : str
        The resource, as a parameter of the outermost estimator.
    """

    name: str

    @abstractmethod
    def advance(
        self,
        estimator: Any,
        data: tuple[Any, ...],
        metadata: dict[str, Any],
        *,
        below: int,
        target: int,
    ) -> bool:
        """Fit until `target`, having been fitted until `below`; 0 stands for not at all.

        Returns
        -------
        bool
            Whether the fit ended by itself before, so that more would change nothing.
        """

    def _ended_within(self, estimator: Any, amount: int) -> bool:
        """Say whether the last call of fit did not use up its amount."""
        owner = _owner(estimator, self.name)
        leaf = self.name.rpartition("__")[2]
        used = getattr(owner, "n_estimators_" if leaf == "n_estimators" else "n_iter_", None)
        if used is None or leaf not in {"n_estimators", "max_iter"} or not np.size(used):
            return False
        return bool(0 < np.max(used) < amount)


class Refit(LongerFit):
    """Starts anew."""

    def advance(
        self,
        estimator: Any,
        data: tuple[Any, ...],
        metadata: dict[str, Any],
        *,
        below: int,
        target: int,
    ) -> bool:
        estimator.set_params(**{self.name: target})
        estimator.fit(*data, **metadata)
        return self._ended_within(estimator, target)


class MoreEstimators(LongerFit):
    """Adds what is missing to a total, as forests and boosting with ``warm_start`` do."""

    def advance(
        self,
        estimator: Any,
        data: tuple[Any, ...],
        metadata: dict[str, Any],
        *,
        below: int,
        target: int,
    ) -> bool:
        with _warm(estimator, self.name):
            estimator.set_params(**{self.name: target})
            estimator.fit(*data, **metadata)
        return self._ended_within(estimator, target)


class MoreIterations(LongerFit):
    """Runs as many more iterations from where it stands, as optimisers with ``warm_start`` do."""

    def advance(
        self,
        estimator: Any,
        data: tuple[Any, ...],
        metadata: dict[str, Any],
        *,
        below: int,
        target: int,
    ) -> bool:
        with _warm(estimator, self.name):
            estimator.set_params(**{self.name: target - below})
            estimator.fit(*data, **metadata)
        return self._ended_within(estimator, target - below)


class PartialFits(LongerFit):
    """Passes over the rows once per unit, by ``partial_fit``."""

    def advance(
        self,
        estimator: Any,
        data: tuple[Any, ...],
        metadata: dict[str, Any],
        *,
        below: int,
        target: int,
    ) -> bool:
        first = dict(metadata)
        if is_classifier(estimator) and "classes" in signature(estimator.partial_fit).parameters:
            first["classes"] = np.unique(data[1])
        for number in range(below, target):
            estimator.partial_fit(*data, **(metadata if number else first))
        return False


def longer_fit_of(estimator: Any, name: str) -> LongerFit:
    """Return how an estimator, with all its parameters set, goes on along a resource."""
    owner, leaf = _owner(estimator, name), name.rpartition("__")[2]
    if owner is None or not hasattr(owner, "get_params"):
        return Refit(name)
    params = owner.get_params(deep=False)
    kinds = {kind.__name__ for kind in type(owner).__mro__}
    if "BaseSGD" in kinds or "warm_start" not in params:
        # A warm start of SGD begins its learning rate anew; its passes do not.
        return PartialFits(name) if _passes(estimator, leaf, params) else Refit(name)
    if leaf == "n_estimators" or "BaseHistGradientBoosting" in kinds:
        out_of_bag = "BaseBagging" in kinds and bool(params.get("oob_score"))
        return Refit(name) if out_of_bag else MoreEstimators(name)
    if leaf in COUNTS_OF_ONE_FIT and params.get("solver") != "liblinear":
        return MoreIterations(name)
    return Refit(name)


def _passes(estimator: Any, leaf: str, params: dict[str, Any]) -> bool:
    """Say whether a fit is nothing but so many passes over the rows.

    One that ends by a tolerance of its own is not: it would end long before.
    """
    return (
        leaf in COUNTS_OF_ONE_FIT
        and hasattr(estimator, "partial_fit")
        and (is_classifier(estimator) or is_regressor(estimator))
        and params.get("tol") is None
        and not params.get("early_stopping")
        and params.get("class_weight") != "balanced"
    )


def _owner(estimator: Any, name: str) -> Any:
    """Return the estimator that a parameter belongs to, if fitting the outer one fits itself.

    That is so for the last step of a pipeline, perhaps of one within another.
    """
    from sklearn.pipeline import Pipeline

    *path, _ = name.split("__")
    for step in path:
        if not isinstance(estimator, Pipeline) or estimator.steps[-1][0] != step:
            return None
        estimator = estimator.steps[-1][1]
    return estimator


@contextmanager
def _warm(estimator: Any, name: str) -> Iterator[None]:
    """Have the owner of a parameter start warm while in the context."""
    prefix = name.rpartition("__")[0]
    switch = f"{prefix}__warm_start" if prefix else "warm_start"
    before = estimator.get_params()[switch]
    estimator.set_params(**{switch: True})
    try:
        yield
    finally:
        estimator.set_params(**{switch: before})
