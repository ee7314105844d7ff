"""Writes a search as a study of Optuna, for its dashboard and its plots."""

from __future__ import annotations

import math
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..exceptions import MissingExtraError
from ..history import History, Trial
from ..space import label_of
from ._optuna_distributions import Distributions
from ._records import error_of, metrics_of, outcome_of, span_of
from ._tracker import Fitted, Log, Tracker

__all__ = ["OptunaStudy"]

LONGEST_NOTE = 2000
"""Characters; what any database takes as an attribute."""

STATES = {"complete": "COMPLETE", "given up": "PRUNED"}


class OptunaStudy(Tracker):
    """Writes a search as a study of Optuna while it runs.

    Each trial has its params (what Optuna cannot hold by its label), its folds as intermediate
    values, its state, and its true times. Look at it with ``optuna-dashboard optuna.log``, or load
    it for ``optuna.visualization``.

    Parameters
    ----------
    storage : str, optuna storage, or None
        The path of a file for Optuna's journal, a URL of a database such as
        ``sqlite:///optuna.db``, or a storage; None keeps the study in memory.
    study_name : str, optional
        By the start of the search if None. One that exists is gone on with.

    Raises
    ------
    MissingExtraError
        If Optuna is not installed.

    Examples
    --------
    >>> from skhp import GridSearchCV
    >>> GridSearchCV(SVC(), {"C": [1, 10]}, observers=[OptunaStudy("optuna.log")])  # doctest: +SKIP
    """

    def __init__(self, storage: Any = "optuna.log", *, study_name: str | None = None) -> None:
        self.storage = storage
        self.study_name = study_name
        optuna_module()

    def opener(self, history: History) -> Callable[[], OptunaLog]:
        begun = time.strftime("search-%Y%m%d-%H%M%S", time.localtime(history.started))
        present = {trial.number for trial in history if trial.status != "pending"}
        storage = self.storage
        if isinstance(storage, str) and "://" not in storage:
            storage = os.path.abspath(storage)  # the thread may begin in another folder
        return lambda: _opened(storage, self.study_name or begun, history, present)


def optuna_module() -> Any:
    """Return Optuna.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import optuna
    except ModuleNotFoundError as error:
        raise MissingExtraError("optuna", "optuna") from error
    return optuna


def _opened(storage: Any, name: str, history: History, present: set[int]) -> OptunaLog:
    optuna = optuna_module()
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        if isinstance(storage, str) and "://" not in storage:
            backend = optuna.storages.journal.JournalFileBackend(storage)
            storage = optuna.storages.JournalStorage(backend)
        study = optuna.create_study(
            storage=storage, study_name=name, direction="maximize", load_if_exists=True
        )
    finally:
        optuna.logging.set_verbosity(verbosity)
    is_new = not study.get_trials(deepcopy=False)
    if is_new:
        study.set_user_attr("n_splits", history.n_splits)
    return OptunaLog(history, study, set() if is_new else present)


@dataclass
class OptunaLog(Log):
    """A study that is written.

    Parameters
    ----------
    history : History
        Of the search.
    study : optuna.Study
        Where it is written to.
    present : set of int
        Trials that are there already.
    """

    history: History
    study: Any
    present: set[int]

    def __post_init__(self) -> None:
        self.distributions = Distributions(self.history.space)

    def add(self, trial: Trial) -> None:
        if trial.number in self.present:
            return
        optuna = optuna_module()
        state = getattr(optuna.trial.TrialState, STATES.get(outcome_of(trial), "FAIL"))
        asked = {name: self.distributions.of(name, value) for name, value in trial.params.items()}
        frozen = optuna.trial.create_trial(
            state=state,
            value=trial.mean if math.isfinite(trial.mean) and state.name != "FAIL" else None,
            params={name: value for name, (value, _) in asked.items()},
            distributions={name: distribution for name, (_, distribution) in asked.items()},
            intermediate_values={
                fold.index: float(fold.score(trial.metric))
                for fold in trial.folds
                if math.isfinite(fold.score(trial.metric))
            },
            user_attrs=self._notes(trial),
        )
        start, end = span_of(trial, self.history)
        frozen.datetime_start = datetime.fromtimestamp(start)
        frozen.datetime_complete = datetime.fromtimestamp(end)
        self.study.add_trial(frozen)

    def _notes(self, trial: Trial) -> dict[str, Any]:
        notes: dict[str, Any] = {"number": trial.number, "status": outcome_of(trial)}
        error = error_of(trial)
        if error is not None:
            notes["error"] = error[-LONGEST_NOTE:]
        return {**notes, **metrics_of(trial)}

    def conclude(self, fitted: Fitted) -> None:
        search = fitted.search
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna_module().exceptions.ExperimentalWarning)
            self.study.set_metric_names([self.history.metric])
        self.study.set_user_attr("search", fitted.title)
        self.study.set_user_attr("stop_reason", search.stop_reason_)
        for name, value in getattr(search, "best_params_", {}).items():
            self.study.set_user_attr(f"best_{name}", label_of(value))

    def fail(self, error: BaseException) -> None:
        self.study.set_user_attr("error", f"{type(error).__name__}: {error}"[:LONGEST_NOTE])
