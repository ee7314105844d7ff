"""What displays read of a fitted search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from ..exceptions import SettingError
from ..history import History, Trial
from ._scale import Scale

__all__ = [
    "MANY",
    "MOST_PARAMETERS",
    "chosen",
    "groups_of",
    "history_of",
    "resource_of",
    "scales_of",
    "top_level",
    "varying",
]

MANY = 5
"""Trials that a rung needs so that there is something to compare."""

MOST_PARAMETERS = 20
"""More are not drawn unless they are named."""


def history_of(search: Any) -> History:
    """Return the history of a fitted search.

    Raises
    ------
    NotFittedError
        If it was not fitted.
    SettingError
        If it is no search of skhp.
    """
    history = getattr(search, "history_", None)
    if isinstance(history, History):
        # scikit-learn's halving tells in its table alone what each trial was given
        shown: History = search._shown_history() if hasattr(search, "_shown_history") else history
        return shown
    if not hasattr(search, "warm_start_from"):
        raise SettingError(f"A display draws a search of skhp, got {type(search).__name__}.")
    raise NotFittedError(f"This {type(search).__name__} has nothing to draw. Call fit first.")


def groups_of(search: Any) -> dict[str, list[Any]]:
    """Return searches by name: one, a list of runs of the same kind, or a dict of either."""
    if isinstance(search, Mapping):
        return {
            str(name): list(one) if isinstance(one, list | tuple) else [one]
            for name, one in search.items()
        }
    return {"": list(search) if isinstance(search, list | tuple) else [search]}


def resource_of(search: Any) -> str | None:
    """Return what a halving search gives its candidates more and more of, None for others."""
    return str(search.resource) if hasattr(search, "n_resources_") else None


def top_level(search: Any, trials: Sequence[Trial], *, least: int = 1) -> NDArray[np.bool_]:
    """Say of each trial whether its score can be compared with those of the others.

    Parameters
    ----------
    search : a fitted search
        All trials of one that is no halving search can be.
    trials : sequence of Trial
        Of the search.
    least : int
        Of a halving search, those of the highest rung that has as many complete trials, if any.
    """
    name = resource_of(search)
    if name is None or not trials:
        return np.ones(len(trials), dtype=bool)
    levels = np.array([trial.params.get(name, np.nan) for trial in trials], dtype=float)
    whole = np.isfinite([trial.score for trial in trials])
    full = [level for level in np.unique(levels) if (whole & (levels == level)).sum() >= least]
    return np.asarray(levels == (max(full) if full else np.nanmin(levels)))


def varying(trials: Sequence[Trial], *, without: str | None = None) -> list[str]:
    """Return the parameters of which more than one value was tried, as they come in the space."""
    seen: dict[str, set[str]] = {}
    for trial in trials:
        for name, value in trial.params.items():
            seen.setdefault(name, set()).add(repr(value))
    n_trials = len(trials)
    partial = {name for name in seen if sum(name in one.params for one in trials) < n_trials}
    several = [name for name, values in seen.items() if len(values) > 1 or name in partial]
    return [name for name in several if name != without] or [n for n in seen if n != without]


def chosen(search: Any, params: Sequence[str] | None, *, least: int = 1) -> list[str]:
    """Return the parameters that are drawn: those asked for, or the first that vary.

    Raises
    ------
    SettingError
        If one of them was not searched, or if there are too few.
    """
    history = history_of(search)
    found = varying(history.trials, without=resource_of(search))
    if params is None:
        if len(found) < least:
            raise SettingError(
                f"This display needs {least} parameters that vary, got {len(found)}: {found}."
            )
        return found[:MOST_PARAMETERS]
    tried = {name for trial in history for name in trial.params}
    unknown = [name for name in params if name not in tried]
    if unknown:
        raise SettingError(f"params must be among {sorted(tried)}, got {unknown}.")
    if len(params) < least:
        raise SettingError(f"This display needs {least} parameters, got {list(params)}.")
    return list(params)


def scales_of(history: History, names: Sequence[str]) -> dict[str, Scale]:
    """Return the axis of each parameter."""
    parameters = () if history.space is None else history.space.parameters
    dimensions = {parameter.name: parameter.dimension for parameter in parameters}
    return {
        name: Scale.of(
            [trial.params[name] for trial in history if name in trial.params],
            dimensions.get(name),
        )
        for name in names
    }
