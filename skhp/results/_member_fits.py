"""Fits the members of an ensemble on all rows, several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.base import clone

from ..executors import Executor, Task
from ..predicted import Target
from ._gathered import Gathered, gathered

__all__ = ["MemberFit", "fitted_members"]


@dataclass(frozen=True)
class MemberFit:
    """Fits one estimator; shipped to each worker once.

    Parameters
    ----------
    X, y : array-like
        All rows.
    target : Target
        What is predicted.
    params : dict
        For ``fit``.
    is_coded : bool
        Whether members learn the positions of the classes, which is how votes are counted.
    """

    X: Any
    y: Any
    target: Target
    params: dict[str, Any]
    is_coded: bool = False

    def __call__(self, estimator: Any, is_coded: bool) -> Any:
        y = self.y
        if is_coded and self.is_coded:
            codes = self.target.codes(y)
            y = codes[:, 0] if self.target.is_flat else y
        return estimator.fit(self.X, y, **self.params)


def fitted_members(
    executor: Executor,
    call: MemberFit,
    estimators: Sequence[Any],
    *,
    plain: Any = None,
    until: float | None = None,
) -> Gathered:
    """Fit estimators on all rows.

    Parameters
    ----------
    executor : Executor
        Where they are fitted.
    call : MemberFit
        What fits them.
    estimators : sequence of estimator
        Not fitted, and left so.
    plain : estimator, optional
        Is fitted first, as a model by itself; its position is -1. Without it there is nothing to
        fall back on, and neither a Ctrl-C nor the clock ends the fits with what is there.
    until : float, optional
        On the monotonic clock; fits that are under way then are given up.

    Returns
    -------
    Gathered
        The models by their position.
    """
    tasks = [] if plain is None else [Task(-1, (clone(plain), False))]
    tasks += [Task(at, (clone(one), True)) for at, one in enumerate(estimators)]
    return gathered(executor, call, tasks, until=until, may_end=lambda done: -1 in done.values)
