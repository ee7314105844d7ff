"""Shows what more of the resource gains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..history import History
from ._axes import legend_above, opened
from ._reading import history_of
from ._rungs import scores_by_level

__all__ = ["ResourceCurveDisplay"]


class ResourceCurveDisplay:
    """A learning curve over the resource of a halving search: the score of its survivors, by folds.

    Where the curve is still rising, more of the resource would gain more.

    Parameters
    ----------
    levels : sequence of int
        The resource given.
    scores : ndarray of shape (n_levels, n_splits)
        Means over the candidates that reached the highest rung.
    resource : str
        Named beneath.
    train_scores : ndarray of shape (n_levels, n_splits), optional
        The same on the training rows.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([[0.6, 0.7], [0.8, 0.8]])
    >>> display = ResourceCurveDisplay([10, 30], scores, resource="n_samples").plot()
    >>> display.ax_.get_ylabel()
    'score'
    """

    def __init__(
        self,
        levels: Sequence[int],
        scores: NDArray[np.float64],
        *,
        resource: str,
        train_scores: NDArray[np.float64] | None = None,
    ) -> None:
        self.levels = levels
        self.scores = scores
        self.resource = resource
        self.train_scores = train_scores

    @classmethod
    def from_search(cls, search: Any, ax: Any = None) -> ResourceCurveDisplay:
        """Draw a fitted halving search.

        Parameters
        ----------
        search : a fitted halving search of skhp
            With ``return_train_score=True`` the training scores are drawn as well.
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        ResourceCurveDisplay

        Raises
        ------
        SettingError
            If the search is no halving search.
        """
        scores_by_level(search)
        history, name = history_of(search), str(search.resource)
        test, train = _by_level(history, name)
        levels = sorted(test)
        return cls(
            levels,
            np.array([test[level] for level in levels]),
            resource=name,
            train_scores=np.array([train[level] for level in levels]) if train else None,
        ).plot(ax)

    def plot(self, ax: Any = None) -> ResourceCurveDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        ResourceCurveDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax)
        self._draw(ax, self.scores, label="test rows", color="C0")
        if self.train_scores is not None:
            self._draw(ax, self.train_scores, label="training rows", color="C1")
        ax.set_xscale("log")
        ax.set_xticks(self.levels, [str(level) for level in self.levels])
        ax.set_xticks([], minor=True)
        ax.set(xlabel=self.resource, ylabel="score")
        legend_above(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw(self, ax: Any, scores: NDArray[np.float64], *, label: str, color: str) -> None:
        mean, std = scores.mean(axis=1), scores.std(axis=1)
        ax.plot(self.levels, mean, "-o", color=color, label=label)
        ax.fill_between(self.levels, mean - std, mean + std, color=color, alpha=0.2, lw=0)


def _by_level(
    history: History, name: str
) -> tuple[dict[int, NDArray[np.float64]], dict[int, NDArray[np.float64]]]:
    """Return mean fold scores, and those on training rows, of the candidates that came furthest."""
    whole = history.complete
    top = max(trial.params[name] for trial in whole)
    rest = [{key: one for key, one in trial.params.items() if key != name} for trial in whole]
    keys = [repr(one) for one in rest]
    arrived = {key for key, trial in zip(keys, whole, strict=True) if trial.params[name] == top}
    test: dict[int, list[Any]] = {}
    train: dict[int, list[Any]] = {}
    for key, trial in zip(keys, whole, strict=True):
        if key in arrived:
            test.setdefault(trial.params[name], []).append(trial.fold_scores)
            found = [(fold.train_scores or {}).get(trial.metric) for fold in trial.folds]
            if None not in found:
                train.setdefault(trial.params[name], []).append(found)
    return (
        {level: np.mean(rows, axis=0) for level, rows in test.items()},
        {level: np.mean(rows, axis=0) for level, rows in train.items()},
    )
