"""Fits that stop by rows which are split off the training rows of their fold."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_classifier

from .. import _sklearn
from ._rule import EarlyStopping
from ._ways import Held, way_of

__all__ = ["Stopped", "StoppedFits", "last_step", "with_count"]

Rows = NDArray[np.intp]

PASSED_THROUGH = "passthrough"


@dataclass
class Stopped:
    """What came of a fit.

    Parameters
    ----------
    n_iterations : int, optional
        How many iterations were best; None where the model does not stop early.
    """

    n_iterations: int | None = None


@dataclass(frozen=True)
class StoppedFits:
    """Has estimators stop early by rows of their own.

    Parameters
    ----------
    rule : EarlyStopping
        Of the user.
    groups : array-like, optional
        The group of each row of the data; rows of one group stay together.
    in_order : bool
        Whether the last training rows are those to stop by.
    """

    rule: EarlyStopping
    groups: Any = None
    in_order: bool = False

    @contextmanager
    def standing_in(
        self,
        estimator: Any,
        *,
        fold: int,
        train: Any,
        first: Callable[[Rows], Mapping[str, Any]] = lambda held: {},
    ) -> Iterator[Stopped]:
        """Have ``estimator.fit`` stop early while in the context.

        Parameters
        ----------
        estimator : estimator object
            A pipeline's last step is what stops.
        fold : int
            Which split.
        train : ndarray
            Its training rows among all rows.
        first : callable
            Told which rows are held back, before the fit; returns the first steps of the pipeline
            that are fitted elsewhere, as they are known once the last one is fitted.
        """
        fit = _Fit(self, estimator, fold=fold, train=train, first=first)
        estimator.fit = fit
        try:
            yield fit.stopped
        finally:
            vars(estimator).pop("fit", None)

    def held(self, train: Any, y: Any, *, fold: int, stratify: bool) -> Rows:
        """Return the places of the rows to stop by among the training rows of a fold.

        Parameters
        ----------
        train : ndarray
            The training rows among all rows.
        y : array-like
            Their targets.
        fold : int
            Which split.
        stratify : bool
            Whether targets are classes.
        """
        train = np.asarray(train)
        train = np.flatnonzero(train) if train.dtype == bool else train
        n_rows, share = len(train), self.rule.validation_fraction
        n_held = min(max(1, round(share * n_rows)), n_rows - 1)
        if self.in_order:
            return np.arange(n_rows - n_held, n_rows)
        rng = np.random.default_rng([self.rule.random_state, fold, n_rows])
        if self.groups is not None:
            groups = np.unique(np.asarray(self.groups)[train], return_inverse=True)[1]
            return _whole_groups(groups, n_held, rng)
        classes = np.asarray(y)
        if stratify and classes.ndim == 1:
            return _of_each_class(np.unique(classes, return_inverse=True)[1], share, rng)
        return np.sort(rng.permutation(n_rows)[:n_held])


class _Fit:
    """Stands in for ``fit`` of one estimator, for one call."""

    def __init__(
        self,
        stops: StoppedFits,
        estimator: Any,
        *,
        fold: int,
        train: Any,
        first: Callable[[Rows], Mapping[str, Any]],
    ) -> None:
        self.stops = stops
        self.estimator = estimator
        self.fold = fold
        self.train = train
        self.first = first
        self.before = vars(estimator).get("fit")
        self.stopped = Stopped()

    def __call__(self, X: Any, y: Any = None, **params: Any) -> Any:
        estimator = self.estimator
        del estimator.fit
        if self.before is not None:  # who stood in before is called from here on
            estimator.fit = self.before
        path, last = last_step(estimator)
        way = way_of(last)
        if way is None:
            return estimator.fit(X, y, **params)
        stratify = is_classifier(last)
        held = self.stops.held(self.train, y, fold=self.fold, stratify=stratify)
        steps = self.first(held)
        before = vars(last).get("fit")

        def fit_last(rows: Any, targets: Any, **own: Any) -> Any:
            del last.fit
            if before is not None:
                last.fit = before
            weight = params.get(f"{path}__sample_weight", params.get("sample_weight"))
            kept = Held(
                _transformed(estimator, _sklearn.rows_of(X, held), steps),
                _sklearn.rows_of(y, held),
                None if weight is None else _sklearn.rows_of(weight, held),
            )
            data, rounds = (rows, targets), self.stops.rule.rounds
            self.stopped.n_iterations = way.fit(last, data, kept, params=own, rounds=rounds)
            return last

        learnt = np.setdiff1d(np.arange(_sklearn.n_samples(X)), held)
        given = _sklearn.check_method_params(X, params=params, indices=learnt)
        last.fit = fit_last
        return estimator.fit(_sklearn.rows_of(X, learnt), _sklearn.rows_of(y, learnt), **given)


def with_count(estimator: Any, count: float) -> Any:
    """Set an estimator to as many iterations, without early stopping, and return it.

    Parameters
    ----------
    estimator : estimator object
        A pipeline's last step is what stops.
    count : float
        How many; NaN where nothing stopped early, so that nothing is changed.
    """
    way = None if np.isnan(count) else way_of(last_step(estimator)[1])
    if way is not None:
        last = last_step(estimator)[1]
        last.set_params(**way.final(last, max(1, round(count))))
    return estimator


def _is_pipeline(estimator: Any) -> bool:
    module = sys.modules.get("sklearn.pipeline")  # where nobody has imported it, there is none
    return module is not None and isinstance(estimator, module.Pipeline)


def last_step(estimator: Any) -> tuple[str, Any]:
    """Return the name of a pipeline's last step, as its parameters have it, and that step.

    Parameters
    ----------
    estimator : estimator object
        Anything but a pipeline is its own last step, and has no name.
    """
    path = ""
    while _is_pipeline(estimator):
        name, estimator = estimator.steps[-1]
        path = f"{path}__{name}" if path else name
    return path, estimator


def _transformed(estimator: Any, rows: Any, first: Mapping[str, Any]) -> Any:
    """Return what the last step of a pipeline is given of rows."""
    while _is_pipeline(estimator):
        for name, own in estimator.steps[:-1]:
            step = first.get(name, own)
            if step is not None and step != PASSED_THROUGH:
                rows = step.transform(rows)
        estimator, first = estimator.steps[-1][1], {}
    return rows


def _whole_groups(groups: Rows, n_held: int, rng: np.random.Generator) -> Rows:
    """Return rows of groups taken by lot until there are enough; one group is left."""
    sizes = np.bincount(groups)
    order = rng.permutation(len(sizes))
    n_groups = min(int(np.searchsorted(np.cumsum(sizes[order]), n_held)) + 1, len(sizes) - 1)
    return np.flatnonzero(np.isin(groups, order[:n_groups]))


def _of_each_class(classes: Rows, share: float, rng: np.random.Generator) -> Rows:
    """Return rows of each class taken by lot; one of each is left."""
    held: list[Rows] = []
    for one in range(int(classes.max()) + 1):
        rows = rng.permutation(np.flatnonzero(classes == one))
        held.append(rows[: min(round(share * len(rows)), len(rows) - 1)])
    return np.sort(np.concatenate(held))
