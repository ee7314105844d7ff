"""A finished search as a study of Optuna."""

from __future__ import annotations

from typing import Any

from .._sklearn import BaseSearchCV, check_is_fitted
from ..exceptions import SettingError
from ..observers import Fitted, OptunaStudy

__all__ = ["to_optuna"]


def to_optuna(search: BaseSearchCV, *, storage: Any = None, study_name: str | None = None) -> Any:
    """Return a finished search as a study of Optuna, for its dashboard and its plots.

    Parameters
    ----------
    search : fitted search
        Of skhp.
    storage : str, optuna storage, or None
        The path of a file for Optuna's journal, a URL of a database such as
        ``sqlite:///optuna.db``, or a storage; None keeps the study in memory.
    study_name : str, optional
        By the start of the search if None.

    Returns
    -------
    optuna.Study
        Larger is better in it. What Optuna cannot hold, such as a tuple, is there by its label;
        ``warm_start_from`` of a search reads it again.

    Raises
    ------
    MissingExtraError
        If Optuna is not installed.
    NotFittedError
        If the search was not fitted.
    SettingError
        If the storage has a study of that name already.

    Examples
    --------
    >>> study = to_optuna(search, storage="optuna.log")  # doctest: +SKIP
    """
    check_is_fitted(search, "history_")
    observer = OptunaStudy(storage, study_name=study_name)
    log = observer.opener(search.history_)()
    if log.study.get_trials(deepcopy=False):
        raise SettingError(
            f"There is a study {log.study.study_name!r} in this storage, which has trials. Give "
            "another study_name."
        )
    for trial in search.history_:
        if trial.folds:
            log.add(trial)
    log.conclude(Fitted(search.history_, search, None, None))
    return log.study
