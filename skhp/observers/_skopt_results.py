"""A search as skopt would report it: one ``OptimizeResult`` per sub-space."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult

from ..history import History, Trial
from ._skopt_axes import Axis, axes_of

__all__ = ["branches_of", "optimize_result", "optimize_results"]

MOST_MODELLED: Final = 300
"""A model is fitted to at most so many trials; its cost grows with their cube."""


def optimize_results(history: History, models: bool = False) -> list[OptimizeResult]:
    """Return one result per sub-space, as ``skopt.plots`` and ``skopt.dump`` take them.

    Parameters
    ----------
    history : History
        Of a search over a space; pending trials are left out.
    models : bool
        Whether skopt's Gaussian process is fitted at once; otherwise where it is first asked for.

    Returns
    -------
    list of OptimizeResult
        With the keys ``x, fun, func_vals, x_iters, models, space, random_state, specs``.  Rows
        follow the sorted names of the sub-space, an inactive parameter standing in the middle of
        its range.  ``func_vals`` are negated scores, the worst one where a trial failed, and
        ``fun`` is the negated best score.  What skopt cannot hold, such as a tuple, is a label.
    """
    settled = [trial for trial in history if trial.status != "pending"]
    groups: list[list[Trial]] = [[] for _ in history.space.quotas]
    for trial, branch in zip(settled, branches_of(history.space, settled), strict=True):
        groups[branch].append(trial)
    results = [
        optimize_result(history, trials, branch=branch) for branch, trials in enumerate(groups)
    ]
    if models:
        for result in results:
            result.models = list(result.models)
    return results


def branches_of(space: Any, trials: Sequence[Trial]) -> list[int]:
    """Return which sub-space each trial belongs to."""
    if not trials:
        return []
    points = space.encode([trial.params for trial in trials])
    branches: list[int] = space.branch(points).tolist()
    return branches


def optimize_result(history: History, trials: Sequence[Trial], *, branch: int) -> OptimizeResult:
    """Return the result of settled trials of one sub-space, in the order they are given."""
    from skopt.space import Space as SkoptSpace

    params = [trial.params for trial in trials]
    axes = axes_of(history.space, branch, params=params)
    rows = [[axis.value(one) for axis in axes] for one in params]
    losses = _losses(trials)
    best = int(np.argmin(losses)) if len(trials) else None
    space = SkoptSpace([axis.dimension for axis in axes])
    result = OptimizeResult()
    result.x = None if best is None else rows[best]
    result.fun = np.inf if best is None else float(losses[best])
    result.func_vals = losses
    result.x_iters = rows
    result.models = Models(axes, rows, losses=losses, seed=history.seed)
    result.space = space
    result.random_state = np.random.RandomState(history.seed % 2**32)
    result.specs = {"function": "skhp", "args": {"dimensions": space, "n_calls": len(rows)}}
    return result


def _losses(trials: Sequence[Trial]) -> NDArray[np.float64]:
    """Return the negated scores (n,), the worst where there is none, inf where all failed."""
    scores = np.array([trial.score for trial in trials], dtype=float)
    known = np.isfinite(scores)
    worst = scores[known].min() if known.any() else -np.inf
    return -np.where(known, scores, worst)


class Models(Sequence[Any]):
    """The surrogate of a result, in a sequence of at most one, fitted when it is asked for.

    Parameters
    ----------
    axes : sequence of Axis
        What the entries of a row mean.
    rows : list of list
        Where the trials lie.
    losses : ndarray of shape (n,)
        What came of them.
    seed : int
        Of the restarts of the fit.
    """

    def __init__(
        self,
        axes: Sequence[Axis],
        rows: list[list[Any]],
        *,
        losses: NDArray[np.float64],
        seed: int,
    ) -> None:
        self.axes = axes
        self.rows = rows
        self.losses = losses
        self.seed = seed

    def __len__(self) -> int:
        return int(len(self.rows) > 0 and bool(np.isfinite(self.losses).all()))

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return [self._model for _ in range(len(self))][index]

    @cached_property
    def _model(self) -> Any:
        from skopt.space import Space as SkoptSpace
        from skopt.utils import cook_estimator

        space = SkoptSpace([axis.dimension for axis in self.axes])
        model = cook_estimator("GP", space=space, random_state=self.seed % 2**32)
        kept = _kept(self.losses)
        return model.fit(space.transform([self.rows[row] for row in kept]), self.losses[kept])


def _kept(losses: NDArray[np.float64]) -> list[int]:
    """Return which trials a model is fitted to: all of few, the best and some others of many."""
    if len(losses) <= MOST_MODELLED:
        return list(range(len(losses)))
    order = np.argsort(losses, kind="stable")
    best, others = np.split(order, [MOST_MODELLED // 2])
    spread = np.linspace(0, len(others) - 1, MOST_MODELLED - len(best)).astype(int)
    kept: list[int] = np.sort(np.concatenate([best, others[spread]])).tolist()
    return kept
