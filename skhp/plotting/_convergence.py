"""Shows how the best score grew trial by trial."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._axes import opened

__all__ = ["ConvergenceDisplay"]


class ConvergenceDisplay:
    """The score of each trial and the best so far.

    Parameters
    ----------
    scores : ndarray of shape (n_trials,)
        Larger is better; NaN where a trial is not complete.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> import numpy as np
    >>> display = ConvergenceDisplay(np.array([0.8, np.nan, 0.7, 0.9])).plot()
    >>> display.ax_.get_xlabel()
    'trial'
    """

    def __init__(self, scores: NDArray[np.float64]) -> None:
        self.scores = scores

    @classmethod
    def from_search(cls, search: Any, ax: Any = None) -> ConvergenceDisplay:
        """Draw a fitted search.

        Parameters
        ----------
        search : a fitted search of skhp
            Its ``history_`` is drawn.
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        ConvergenceDisplay
        """
        return cls(np.array([trial.score for trial in search.history_])).plot(ax)

    def plot(self, ax: Any = None) -> ConvergenceDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        ConvergenceDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax)
        numbers = np.arange(1, len(self.scores) + 1)
        best = np.fmax.accumulate(self.scores)
        ax.plot(numbers, self.scores, "o", alpha=0.5, label="trial")
        ax.step(numbers, best, where="post", label="best so far")
        for number in numbers[np.isnan(self.scores)]:
            ax.axvline(number, color="0.85", zorder=0)
        if np.isfinite(best).any():
            low, high = np.nanpercentile(self.scores, 25), np.nanmax(best)
            margin = 0.1 * (high - low) or 0.1
            ax.set_ylim(bottom=low - margin, top=high + margin)
        ax.set(xlabel="trial", ylabel="score")
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
        self.ax_, self.figure_ = ax, ax.figure
        return self
