"""Fits the members of an ensemble on all rows, several at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sklearn.base import clone

from .._interrupts import first_interrupt_raised
from ..executors import Executor, Outcome, Task
from ..predicted import Target

__all__ = ["Fitted", "MemberFit", "fitted_members"]

WAIT_SECONDS = 0.1
"""Longest wait before the clock is looked at again."""


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


@dataclass
class Fitted:
    """What came of it.

    Parameters
    ----------
    models : dict of int to estimator
        Fitted, by their position.
    errors : dict of int to Exception
        What the others raised.
    ended : str, optional
        Why not all are in.
    """

    models: dict[int, Any] = field(default_factory=dict)
    errors: dict[int, BaseException] = field(default_factory=dict)
    ended: str | None = None


def fitted_members(
    executor: Executor,
    call: MemberFit,
    estimators: Sequence[Any],
    *,
    plain: Any = None,
    until: float | None = None,
) -> Fitted:
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
    """
    done = Fitted()
    tasks = [] if plain is None else [Task(-1, (clone(plain), False))]
    tasks += [Task(at, (clone(one), True)) for at, one in enumerate(estimators)]
    executor.put(call)
    for task in tasks:
        executor.submit(task)
    try:
        with first_interrupt_raised():
            while len(done.models) + len(done.errors) < len(tasks):
                if until is not None and time.monotonic() > until and -1 in done.models:
                    done.ended = "max_time reached"
                    break
                for outcome in executor.wait(WAIT_SECONDS):
                    _take(outcome, done, executor)
    except KeyboardInterrupt:
        if -1 not in done.models:
            raise
        done.ended = "interrupted"
    executor.abort()
    return done


def _take(outcome: Outcome, done: Fitted, executor: Executor) -> None:
    at: Any = outcome.task.key
    if outcome.status == "interrupted":
        raise KeyboardInterrupt
    if outcome.status == "collateral":
        executor.recover()
        executor.submit(outcome.task)
    elif outcome.status == "ok":
        done.models[at] = outcome.value
    elif outcome.status == "raised":
        done.errors[at] = outcome.value
    else:
        done.errors[at] = RuntimeError(f"{outcome.status}: {outcome.value}")
