"""Shows the scores of the best few fold by fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SettingError
from ..history import Trial
from ._axes import legend_above, opened
from ._reading import MANY, history_of, resource_of, top_level, varying
from ._scale import short, short_names

__all__ = ["FoldScoresDisplay"]


class FoldScoresDisplay:
    """The scores of the best trials on each fold, the same fold joined by a line, and the means.

    Where the lines run side by side the order of two trials is sure, however much the folds
    differ; where they cross it is not.

    Parameters
    ----------
    scores : ndarray of shape (n_trials, n_splits)
        The best trial first.
    labels : sequence of str
        What is written beside each.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> import numpy as np
    >>> display = FoldScoresDisplay(np.array([[0.9, 0.8], [0.8, 0.7]]), ["C=1", "C=10"]).plot()
    >>> [label.get_text() for label in display.ax_.get_yticklabels()]
    ['C=1', 'C=10']
    """

    def __init__(self, scores: NDArray[np.float64], labels: Sequence[str]) -> None:
        self.scores = scores
        self.labels = labels

    @classmethod
    def from_search(cls, search: Any, ax: Any = None, *, n_best: int = 5) -> FoldScoresDisplay:
        """Draw the best trials of a fitted search.

        Parameters
        ----------
        search : a fitted search of skhp
            Of a halving search those of the highest rung with at least 5 trials.
        ax : matplotlib Axes, optional
            New ones by default.
        n_best : int, default=5
            How many.

        Returns
        -------
        FoldScoresDisplay

        Raises
        ------
        SettingError
            If no trial is complete.
        """
        history = history_of(search)
        high = top_level(search, history.trials, least=MANY)
        whole = [t for t, ok in zip(history, high, strict=True) if ok and np.isfinite(t.score)]
        if not whole:
            raise SettingError("No trial is complete, so there are no scores to draw.")
        best = sorted(whole, key=lambda trial: (-trial.score, trial.number))[:n_best]
        return cls(
            np.array([trial.fold_scores for trial in best]), _labels(best, resource_of(search))
        ).plot(ax)

    def plot(self, ax: Any = None) -> FoldScoresDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        FoldScoresDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax)
        n, k = self.scores.shape
        places = np.arange(n)
        for fold in range(k):
            ax.plot(self.scores[:, fold], places, "-o", color="C0", alpha=0.35, ms=4, lw=0.8)
        ax.plot([], [], "-o", color="C0", alpha=0.35, ms=4, lw=0.8, label="one fold")
        ax.plot(self.scores.mean(axis=1), places, "D", color="C1", ms=6, label="mean", zorder=3)
        ax.set_yticks(places, self.labels, fontsize="small" if n <= 8 else "x-small")
        ax.locator_params(axis="x", nbins=5)
        ax.set(xlabel="score", ylim=(n - 0.5, -0.5))
        legend_above(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _labels(trials: Sequence[Trial], resource: str | None) -> list[str]:
    """Return the number of each trial and as many of the params that differ as there is room for.

    Those that differ most among these trials come first.
    """
    names = varying(trials, without=resource)
    labels = short_names(names)
    spread = {name: len({repr(trial.params.get(name)) for trial in trials}) for name in names}
    names.sort(key=lambda name: -spread[name])
    texts = []
    for trial in trials:
        lines: list[str] = []
        line = f"trial {trial.number + 1}"
        for name in [name for name in names if name in trial.params]:
            part = f"{labels[name]}={short(trial.params[name], 12)}"
            if len(line) + len(part) > 26:
                lines, line = [*lines, line], part
            else:
                line = f"{line}, {part}" if lines or "=" in line else f"{line}: {part}"
            if len(lines) == 2:
                line = "..."
                break
        texts.append("\n".join([*lines, line]))
    return texts
