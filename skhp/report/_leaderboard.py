"""The best candidates of a search, one row each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._written import html_table, text_table
from ..history import History, Trial

__all__ = ["Leaderboard", "leaderboard_of"]

STATUSES = {"stopped": "given up", "pending": "unfinished"}
"""What people say; the others are said as they are."""


@dataclass(frozen=True, repr=False)
class Leaderboard:
    """Rows under named columns, readable as text and in notebooks.

    Parameters
    ----------
    columns : tuple of str
        Their names.
    rows : tuple of tuple
        One a candidate, the best first.

    Examples
    --------
    >>> print(Leaderboard(("rank", "score", "C"), ((1, 0.9, 10.0), (2, 0.85, 1.0))))
    rank  score     C
       1    0.9  10.0
       2   0.85   1.0
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return text_table(self.columns, self.rows)

    def _repr_html_(self) -> str:
        return html_table(self.columns, self.rows)

    def to_dict(self) -> dict[str, list[Any]]:
        """Return the columns by name."""
        return {
            name: [row[position] for row in self.rows] for position, name in enumerate(self.columns)
        }

    def to_pandas(self) -> Any:
        """Return a DataFrame where pandas is installed, else the table itself."""
        try:
            import pandas
        except ImportError:
            return self
        return pandas.DataFrame(self.to_dict())


def leaderboard_of(
    history: History,
    n: int | None = 10,
    *,
    resource: str | None = None,
    refitted: Collection[int] = (),
) -> Leaderboard:
    """Return the best candidates of a history.

    Complete ones come first, by their score; then those that were given up or cut short, the
    further they came the earlier; then those that failed. Equal scores share a rank.

    Parameters
    ----------
    history : History
        Of a search.
    n : int, optional
        At most so many rows; all if None.
    resource : str, optional
        Of a halving search: a candidate stands where it came furthest, and who came further
        stands above.
    refitted : collection of int
        Numbers of the trials whose params were fitted on all rows; their status says so.

    Returns
    -------
    Leaderboard
        Columns: rank, the score and its spread over the folds, the params in which the rows
        differ, seconds of all fits, folds, status, and the number of the trial.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV
    >>> tree = DecisionTreeClassifier(random_state=0)
    >>> search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}).fit(*load_iris(return_X_y=True))
    >>> board = leaderboard_of(search.history_)
    >>> board.to_dict()["max_depth"]
    [3, 2, 1]
    """
    trials = [trial for trial in history if trial.folds]
    if resource is not None:
        trials = _furthest(trials, resource)
    trials.sort(key=lambda trial: (*_place(trial, resource), trial.number))
    ranks = _ranks([_place(trial, resource) for trial in trials])
    shown = trials if n is None else trials[:n]
    names = _differing(shown)
    columns = ("rank", history.metric, "std", *names, "seconds", "folds", "status", "trial")
    rows = tuple(
        (
            rank,
            trial.score,
            _spread(trial),
            *(trial.params.get(name) for name in names),
            round(trial.seconds, 4),
            f"{len(trial.folds)}/{trial.n_splits}",
            STATUSES.get(trial.status, trial.status) + ", refitted" * (trial.number in refitted),
            trial.number,
        )
        for rank, trial in zip(ranks, shown, strict=False)
    )
    return Leaderboard(columns, rows)


def _place(trial: Trial, resource: str | None) -> tuple[float, ...]:
    """Return what candidates are sorted by; the less, the better."""
    level = 0.0 if resource is None else -float(trial.params[resource])
    if trial.status == "complete":
        return (level, 0.0, -trial.score)
    mean = float("inf") if np.isnan(trial.mean) else -trial.mean
    return (level, 2.0 if trial.status == "failed" else 1.0, -float(len(trial.folds)), mean)


def _ranks(places: Sequence[tuple[float, ...]]) -> list[int]:
    ranks: list[int] = []
    for position, place in enumerate(places):
        equal = position > 0 and place == places[position - 1]
        ranks.append(ranks[-1] if equal else position + 1)
    return ranks


def _furthest(trials: Sequence[Trial], resource: str) -> list[Trial]:
    """Return of each candidate the trial with the most of the resource."""
    best: dict[str, Trial] = {}
    for trial in sorted(trials, key=lambda one: float(one.params[resource])):
        rest = {name: value for name, value in trial.params.items() if name != resource}
        best[repr(rest)] = trial
    return list(best.values())


def _differing(trials: Sequence[Trial]) -> list[str]:
    """Return the parameters in which trials differ; all of them where there is one trial."""
    names = list(dict.fromkeys(name for trial in trials for name in trial.params))
    if len(trials) < 2:
        return names
    return [
        name for name in names if len({repr(one.params.get(name, _NONE)) for one in trials}) > 1
    ]


def _spread(trial: Trial) -> float:
    scores = trial.fold_scores
    known = scores[np.isfinite(scores)]
    return float(known.std()) if len(known) == len(trial.folds) else float("nan")


class _Inactive:
    """Stands for a parameter that a trial does not have."""

    def __repr__(self) -> str:
        return "<inactive>"


_NONE = _Inactive()
