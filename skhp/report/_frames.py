"""All trials and folds of a search as a data frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from .._written import written
from ..exceptions import MissingExtraError, SettingError
from ..history import Fold, History, Trial

__all__ = ["ENGINES", "frame_of"]


def frame_of(history: History, engine: str = "pandas", *, by: str = "trial") -> Any:
    """Return a data frame of a history.

    Parameters
    ----------
    history : History
        Of a search.
    engine : {"pandas", "polars"}
        Whose data frame.
    by : {"trial", "fold"}
        One row a trial, or one row a fold.

    Returns
    -------
    pandas.DataFrame or polars.DataFrame
        Params have their names behind ``param_``; where values are of several kinds, Polars gets
        them as texts.

    Raises
    ------
    SettingError
        If there is no such engine, or no such kind of row.
    MissingExtraError
        If the engine is not installed.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV
    >>> tree = DecisionTreeClassifier(random_state=0)
    >>> search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}).fit(*load_iris(return_X_y=True))
    >>> frame_of(search.history_)["param_max_depth"].tolist()
    [1, 2, 3]
    """
    if engine not in ENGINES:
        raise SettingError(f"engine must be one of {', '.join(ENGINES)}, got {engine!r}.")
    if by not in ("trial", "fold"):
        raise SettingError(f'by must be "trial" or "fold", got {by!r}.')
    if by == "trial":
        rows = [_of_trial(trial) for trial in history]
    else:
        rows = [_of_fold(fold, trial, history) for trial in history for fold in trial.folds]
    names = dict.fromkeys(name for row in rows for name in row)
    # a parameter that is inactive has no value; None would be one of its choices
    columns = {name: [row.get(name, np.nan) for row in rows] for name in names}
    return ENGINES[engine](columns)


def _of_trial(trial: Trial) -> dict[str, Any]:
    scores = trial.fold_scores
    complete = trial.status == "complete"
    return {
        "trial": trial.number,
        "status": trial.status,
        "score": trial.score,
        "std": float(scores.std()) if complete else float("nan"),
        "folds": len(trial.folds),
        "seconds": trial.seconds,
        **_params(trial),
    }


def _of_fold(fold: Fold, trial: Trial, history: History) -> dict[str, Any]:
    return {
        "trial": trial.number,
        "fold": fold.index,
        "status": fold.status,
        **{f"test_{name}": score for name, score in fold.test_scores.items()},
        **{f"train_{name}": score for name, score in (fold.train_scores or {}).items()},
        "fit_time": fold.fit_time,
        "score_time": fold.score_time,
        "n_test_samples": fold.n_test_samples,
        "started": np.nan if fold.started is None else fold.started - history.started,
        "worker": fold.worker,
        "error": fold.error,
        "trial_status": trial.status,
        **_params(trial),
    }


def _params(trial: Trial) -> dict[str, Any]:
    return {f"param_{name}": value for name, value in trial.params.items()}


def _pandas(columns: Mapping[str, list[Any]]) -> Any:
    try:
        import pandas
    except ImportError as error:
        raise MissingExtraError("pandas", "frames") from error
    frame = pandas.DataFrame(index=range(len(next(iter(columns.values()), []))))
    for name, values in columns.items():
        plain = all(isinstance(value, int | float | str | bool | np.generic) for value in values)
        kind = None if plain or not name.startswith("param_") else object
        frame[name] = pandas.Series(values, dtype=kind)
    return frame


def _polars(columns: Mapping[str, list[Any]]) -> Any:
    try:
        import polars
    except ImportError as error:
        raise MissingExtraError("polars", "frames") from error
    return polars.DataFrame({name: _uniform(values) for name, values in columns.items()})


def _uniform(values: list[Any]) -> list[Any]:
    """Return values of one kind: as they are if they have one, as texts otherwise."""
    native = [value.item() if isinstance(value, np.generic) else value for value in values]
    present = [None if _is_missing(value) else value for value in native]
    kinds = {type(value) for value in present if value is not None}
    if kinds <= {int, float} and kinds:
        numbers = float if float in kinds or None in present else int
        return [None if value is None else numbers(value) for value in present]
    if len(kinds) <= 1 and kinds <= {bool, str}:
        return present
    return [
        None if _is_missing(value) else value if isinstance(value, str) else written(value)
        for value in native
    ]


def _is_missing(value: Any) -> bool:
    return isinstance(value, float) and bool(np.isnan(value))


ENGINES: Final[dict[str, Callable[[Mapping[str, list[Any]]], Any]]] = {
    "pandas": _pandas,
    "polars": _polars,
}
"""By the name that people give."""
