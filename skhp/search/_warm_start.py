"""Reads which params an earlier search has found to be good."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..exceptions import SettingError

__all__ = ["found_params"]


def found_params(other: Any) -> list[dict[str, Any]]:
    """Return the params of a search, or of its results, the best first.

    Parameters
    ----------
    other : fitted search, study of Optuna, dict or DataFrame
        A search that an error has ended has its history alone. Others but a study have a table or
        are one, with the columns of ``cv_results_``: ``params`` or one ``param_`` column each, and
        a ``mean_test_`` column, of the metric that chose the best where there are several.

    Raises
    ------
    SettingError
        If it has none.
    """
    if hasattr(other, "trials") and hasattr(other, "directions"):
        return _found_in_study(other)
    results = _results_of(other)
    metric = getattr(other, "refit", None)
    try:
        columns = [str(name) for name in results]
        scores = _scores(results, columns, metric)
        params = _params(results, columns)
    except (TypeError, KeyError, IndexError) as error:
        raise SettingError(
            "warm_start_from takes a fitted search, its cv_results_ as a dict or a data frame, or "
            f"a study of Optuna; got {type(other).__name__}."
        ) from error
    order = sorted(np.flatnonzero(np.isfinite(scores)).tolist(), key=lambda row: -scores[row])
    if not order:
        raise SettingError("warm_start_from was given a search without any finished candidate.")
    return [params[row] for row in order]


def _found_in_study(study: Any) -> list[dict[str, Any]]:
    """Return the params of a study's complete trials, the best first."""
    if len(study.directions) != 1:
        raise SettingError(
            "warm_start_from takes a study of one value, which says what is best; got one of "
            f"{len(study.directions)}."
        )
    sign = 1 if study.directions[0].name == "MINIMIZE" else -1
    complete = [trial for trial in study.trials if trial.state.name == "COMPLETE"]
    if not complete:
        raise SettingError("warm_start_from was given a study without any complete trial.")
    return [dict(one.params) for one in sorted(complete, key=lambda trial: sign * trial.value)]


def _results_of(other: Any) -> Any:
    results, history = getattr(other, "cv_results_", None), getattr(other, "history_", None)
    if results is None and history is not None:
        trials = history.complete
        return {
            "params": [trial.params for trial in trials],
            "mean_test_score": [trial.score for trial in trials],
        }
    return other if results is None else results


def _scores(results: Any, columns: list[str], metric: Any) -> list[float]:
    name = f"mean_test_{metric}"
    if name not in columns:
        name = next(
            column
            for column in ["mean_test_score", *columns]
            if column in columns and column.startswith("mean_test_")
        )
    return [float(score) for score in results[name]]


def _params(results: Any, columns: list[str]) -> list[dict[str, Any]]:
    if "params" in columns:
        params = list(results["params"])
        if all(isinstance(one, Mapping) for one in params):
            return [dict(one) for one in params]
    values = {
        column.removeprefix("param_"): list(results[column])
        for column in columns
        if column.startswith("param_")
    }
    n_rows = len(next(iter(values.values()))) if values else 0
    rows = ({name: column[row] for name, column in values.items()} for row in range(n_rows))
    return [{name: _plain(one) for name, one in row.items() if _is_there(one)} for row in rows]


def _is_there(value: Any) -> bool:
    is_nan = isinstance(value, float | np.floating) and math.isnan(value)
    return value is not np.ma.masked and not is_nan


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
