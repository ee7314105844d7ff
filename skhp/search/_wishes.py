"""The user's wishes: the parameters that all searches have, read once."""

from __future__ import annotations

import numbers
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

from .. import _sklearn
from .._interrupts import one_interrupt_ignored
from ..early_stopping import EarlyStopping
from ..exceptions import SettingError
from ..executors import Executor, executor_for
from ..journal import fingerprint
from ..racing import Racing, RacingRule
from ..results import SELECTIONS, Ensemble, Finalists, Pareto
from ..stopping import StoppingRule
from ._warm_start import NOTHING, Found

__all__ = ["ENSEMBLE", "LIMIT", "Wishes"]

ENSEMBLE = "ensemble"
"""The word for `Ensemble()` in `refit`."""

LIMIT = [_sklearn.Interval(numbers.Real, 0, None, closed="neither"), None]
"""What a limit may be: a positive number, or none."""

READ_ELSEWHERE = {"kind", "since", "luck", "found", "select"}


@dataclass(frozen=True)
class Wishes:
    """What the user asked for, whatever the kind of search; None where a kind cannot be asked.

    Fields without a description here are parameters of the searches, and described there.

    Parameters
    ----------
    kind : str
        The name of the search's class.
    since : float
        When ``fit`` was called, as ``time.monotonic()`` tells it.
    luck : str
        The fingerprint of `random_state` before anything was drawn from it.
    found : Found
        What earlier searches have found.
    select : callable
        scikit-learn's method that says which row is refitted.
    """

    kind: str
    since: float
    luck: str
    found: Found
    select: Callable[[Any, str, Mapping[str, Any]], int]
    estimator: Any
    scoring: Any
    n_jobs: int | None
    refit: Any
    cv: Any
    verbose: int
    pre_dispatch: int | str
    error_score: float | str
    return_train_score: bool
    random_state: Any
    n_points: int | None
    initial_params: Sequence[dict[str, Any]] | None
    racing: Any
    stopping: StoppingRule | None
    max_time: float | None
    fit_timeout: float | None
    fit_memory: int | None
    journal: Any
    observers: Sequence[Any]
    keep_predictions: bool | str
    executor: Executor | None
    reuse_steps: bool
    early_stopping: EarlyStopping | None

    @classmethod
    def of(cls, search: _sklearn.BaseSearchCV, *, found: Found = NOTHING) -> Wishes:
        """Read the parameters of a search.

        Parameters
        ----------
        search : BaseSearchCV
            Left as it is.
        found : Found
            What earlier searches have found.

        Raises
        ------
        TypeError
            If the estimator is a class.
        """
        if isinstance(search.estimator, type):
            name = search.estimator.__name__
            raise TypeError(f"estimator must be an object, got the class {name}. Write {name}().")
        names = {field.name for field in fields(cls)} - READ_ELSEWHERE
        wishes: dict[str, Any] = {name: getattr(search, name, None) for name in names}
        luck = fingerprint(wishes["random_state"])
        select = search._select_best_index
        return cls(type(search).__name__, time.monotonic(), luck, found, select, **wishes)

    @property
    def racing_rule(self) -> RacingRule | None:
        """What ends single trials early."""
        rule: RacingRule | None = Racing() if self.racing is True else self.racing or None
        return rule

    @property
    def ensemble(self) -> Ensemble | None:
        """What says which candidates are joined, if several are refitted."""
        if isinstance(self.refit, Ensemble):
            return self.refit
        return Ensemble() if isinstance(self.refit, str) and self.refit == ENSEMBLE else None

    @property
    def has_rule(self) -> bool:
        """Whether the best is another one than that with the highest mean."""
        return callable(self.refit) or (isinstance(self.refit, str) and self.refit in SELECTIONS)

    @property
    def finalists(self) -> Finalists | None:
        """What says which candidates are scored again before one is refitted, if any are."""
        return self.refit if isinstance(self.refit, Finalists) else None

    @property
    def pareto(self) -> Pareto | None:
        """What says which of several objectives and bounds count, if any do."""
        return self.refit if isinstance(self.refit, Pareto) else None

    @property
    def shares_fits(self) -> bool:
        """Whether a fit may serve several candidates; not where the cost of each counts."""
        return self.reuse_steps and not (self.pareto is not None and self.pareto.costs)

    @contextmanager
    def opened_executor(self) -> Iterator[Executor]:
        """Open the user's executor, or one as `n_jobs`, joblib and the limits ask for it.

        Raises
        ------
        SettingError
            If the user gave an executor and limits that it knows nothing of.
        """
        if self.executor is None:
            with executor_for(
                self.n_jobs,
                pre_dispatch=self.pre_dispatch or "2*n_jobs",
                fit_timeout=self.fit_timeout,
                fit_memory=self.fit_memory,
                max_time=self.max_time,
            ) as executor:
                yield executor
            return
        if self.fit_timeout is not None or self.fit_memory is not None:
            raise SettingError(
                "fit_timeout and fit_memory are limits of the executors that a search makes. Give "
                "yours its own: ProcessExecutor(n, limits=Limits(timeout, memory))."
            )
        try:
            yield self.executor
        finally:
            with one_interrupt_ignored():
                self.executor.abort()
