"""Reads which params earlier searches have found to be good."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import numpy as np

from ..exceptions import SettingError
from ..space import Space, without_labels

__all__ = ["NOTHING", "Found", "found_by"]

N_BEST = 5
"""So many, or one of each search where a strategy follows results: the others lie near that one.
Where the searches are wrong that costs one trial of each, not five; where they are right it is as
good as five for some 15 trials, and .04 +- .02 to .08 of regret behind them after 25
(``benchmarks/quality/priors.py``)."""


@dataclass(frozen=True)
class Found:
    """What earlier searches have found.

    Parameters
    ----------
    params : tuple of list of dict
        What each of them has tried, the best first.
    n_best : int, optional
        How many params are to be tried first; None is up to what becomes of the others.
    """

    params: tuple[list[dict[str, Any]], ...] = ()
    n_best: int | None = None

    @classmethod
    def of(cls, others: Any, n_best: int | None) -> Found:
        """Return what one search or several have found, nothing if that is None.

        Parameters
        ----------
        others : fitted search, study of Optuna, dict, DataFrame, list of such, or None
            As `found_by` takes one.
        n_best : int, optional
            How many params are to be tried first.
        """
        if others is None:
            return NOTHING
        several = others if isinstance(others, list | tuple) else [others]
        return cls(tuple(found_by(other) for other in several), n_best)

    def first(self, *, followed: bool = False) -> Sequence[dict[str, Any]]:
        """Return the params to be tried first: the best of each search, then the second best.

        Parameters
        ----------
        followed : bool
            Whether the search goes where results are good, so that it needs few to begin with.
        """
        n_best = self.n_best
        if n_best is None:
            n_best = min(len(self.params), N_BEST) if followed else N_BEST
        in_turn = zip_longest(*self.params)
        return tuple(one for row in in_turn for one in row if one is not None)[:n_best]

    def read_in(self, space: Space) -> Found:
        """Return what of it lies in a space, with the space's own choices.

        Parameters
        ----------
        space : Space
            What is searched.

        Raises
        ------
        SettingError
            If there is something and nothing of it does.
        """
        inside = [_read_in(space, params) for params in self.params]
        if self.params and not any(inside):
            params = self.params[0]
            raise SettingError(
                f"None of the {len(params)} params given to warm_start_from lies in the space, the "
                f"best of them: {params[0]!r}. The space is {space!r}."
            )
        return replace(self, params=tuple(params for params in inside if params))

    def of_candidates(self, candidate: Callable[[dict[str, Any]], dict[str, Any]]) -> Found:
        """Return the same with other params for each.

        Parameters
        ----------
        candidate : callable
            From params to those that are searched.
        """
        return replace(self, params=tuple([*map(candidate, one)] for one in self.params))


NOTHING = Found()


def _read_in(space: Space, params: list[dict[str, Any]]) -> list[dict[str, Any]]:
    read = [without_labels(one, space) for one in params]
    inside = [one for one in read if space.contains(one)]
    return space.decode(space.encode(inside)) if inside else []


def found_by(other: Any) -> list[dict[str, Any]]:
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
            "warm_start_from takes a fitted search, its cv_results_ as a dict or a data frame, a "
            f"study of Optuna, or a list of such; got {type(other).__name__}."
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
