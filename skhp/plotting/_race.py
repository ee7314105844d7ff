"""Shows which trials a race gave up, and after which fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._axes import legend_above, opened, say_cut_off, window
from ._reading import MANY, history_of, top_level

__all__ = ["RaceDisplay"]


class RaceDisplay:
    """The mean of each trial fold after fold; where it was given up it ends in a cross.

    Parameters
    ----------
    fold_scores : ndarray of shape (n_trials, n_splits)
        NaN where a fold was not run.
    given_up : sequence of bool of length n_trials
        Which trials ended early.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([[0.9, 0.8], [0.4, np.nan]])
    >>> RaceDisplay(scores, [False, True]).plot().ax_.get_title(loc="right")
    '1 of 2 given up, 1 of 4 fits spared'
    """

    def __init__(self, fold_scores: NDArray[np.float64], given_up: Sequence[bool]) -> None:
        self.fold_scores = fold_scores
        self.given_up = given_up

    @classmethod
    def from_search(cls, search: Any, ax: Any = None) -> RaceDisplay:
        """Draw a fitted search.

        Parameters
        ----------
        search : a fitted search of skhp
            Without ``racing`` every trial runs to its end.
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        RaceDisplay
        """
        history = history_of(search)
        high = top_level(search, history.trials, least=MANY)
        trials = [one for one, ok in zip(history, high, strict=True) if ok and one.folds]
        scores = np.array([one.fold_scores for one in trials]).reshape(len(trials), -1)
        return cls(scores, [one.status == "stopped" for one in trials]).plot(ax)

    def plot(self, ax: Any = None) -> RaceDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        RaceDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax)
        n_trials, k = self.fold_scores.shape
        given_up = np.array(self.given_up, dtype=bool)
        means = _running_means(self.fold_scores)
        final = np.where(given_up, -np.inf, np.nan_to_num(means[:, -1], nan=-np.inf))
        winner = int(final.argmax()) if n_trials and np.isfinite(final).any() else -1
        seen: dict[str, None] = {}
        for row in range(n_trials):
            label = "given up" if given_up[row] else "best" if row == winner else "complete"
            colour = {"given up": "C3", "best": "C0", "complete": "0.6"}[label]
            style = {"color": colour, "alpha": 1.0 if row == winner else 0.6}
            style |= {"lw": 2.0 if row == winner else 0.9, "zorder": 4 if row == winner else 2}
            folds = np.flatnonzero(np.isfinite(means[row]))
            if not len(folds):
                continue
            known = "_" if label in seen else label
            mark = "-x" if given_up[row] else "-"
            ax.plot(folds + 1, means[row][folds], mark, markevery=[-1], label=known, **style)
            seen[label] = None
        low, high = window(means)
        margin = 0.06 * (high - low) or 0.05
        ax.set(xlabel="folds run", ylabel="mean score so far", xlim=(0.8, k + 0.2))
        ax.set_ylim(low - margin, high + margin)
        say_cut_off(ax, means[:, 0])
        ax.set_xticks(range(1, k + 1)) if k <= 15 else None
        n_spared = int(np.isnan(self.fold_scores[given_up]).sum())
        told = f"{given_up.sum()} of {n_trials} given up, {n_spared} of {n_trials * k} fits spared"
        ax.set_title(told, loc="right", size="small", y=-0.2)
        legend_above(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _running_means(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over the folds up to each: (n_trials, n_splits), NaN where none is new."""
    known = np.isfinite(scores)
    sums = np.where(known, scores, 0.0).cumsum(axis=1)
    return np.where(known, sums / np.maximum(known.cumsum(axis=1), 1), np.nan)
