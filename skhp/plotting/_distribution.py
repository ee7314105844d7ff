"""Shows how the scores of a search are spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SettingError
from ._axes import legend_above, opened, window
from ._reading import MANY, groups_of, history_of, top_level

__all__ = ["DistributionDisplay"]


class DistributionDisplay:
    """The share of trials that reach at least a score; the further to the right, the better.

    A trial without a score reaches none.

    Parameters
    ----------
    scores : mapping of str to ndarray of shape (n_trials,)
        Of each search; NaN where a trial has no score.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> import numpy as np
    >>> display = DistributionDisplay({"": np.array([0.8, np.nan, 0.9])}).plot()
    >>> display.ax_.get_xlabel()
    'score'
    """

    def __init__(self, scores: Mapping[str, NDArray[np.float64]]) -> None:
        self.scores = scores

    @classmethod
    def from_search(cls, search: Any, ax: Any = None) -> DistributionDisplay:
        """Draw a fitted search, or several.

        Parameters
        ----------
        search : a fitted search of skhp, list of searches, or dict
            Searches of a list are drawn as one; of a dict there is a line for each name.
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        DistributionDisplay

        Raises
        ------
        SettingError
            If no trial is complete.
        """
        scores = {}
        for name, runs in groups_of(search).items():
            found = []
            for run in runs:
                trials = history_of(run).trials
                high = top_level(run, trials, least=MANY)
                found += [one.score for one, ok in zip(trials, high, strict=True) if ok]
            scores[name] = np.array(found, dtype=float)
        if not any(np.isfinite(one).any() for one in scores.values()):
            raise SettingError("No trial is complete, so there are no scores to draw.")
        return cls(scores).plot(ax)

    def plot(self, ax: Any = None) -> DistributionDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        DistributionDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax)
        several = len(self.scores) > 1
        for name, scores in self.scores.items():
            known = np.sort(scores[np.isfinite(scores)])
            reached = np.arange(len(known), 0, -1) / max(len(scores), 1)
            label = f"{name or 'trials'} ({len(scores)})"
            [line] = ax.step(
                [*known, *known[-1:]],
                [*reached, *([0.0] if len(known) else [])],
                where="pre",
                label=label,
            )
            if not several:
                ax.plot(known, np.full(len(known), -0.03), "|", color=line.get_color(), alpha=0.6)
        known = np.concatenate([one[np.isfinite(one)] for one in self.scores.values()])
        low, high = window(known)
        margin = 0.05 * (high - low) or 0.05
        ax.set_xlim(low - margin, high + margin)
        ax.set(xlabel="score", ylabel="share of trials that reach it", ylim=(-0.06, 1.04))
        legend_above(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self
