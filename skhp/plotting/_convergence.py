"""Shows how the best score grew trial by trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._axes import legend_above, opened, say_cut_off, window
from ._reading import groups_of, history_of, top_level

__all__ = ["ConvergenceDisplay"]


@dataclass(frozen=True)
class _Line:
    """The scores of one kind of search: one row a run, NaN where a trial is not complete."""

    scores: NDArray[np.float64]  # (n_runs, n_trials)
    name: str = ""

    @property
    def best(self) -> NDArray[np.float64]:
        """The best so far of each run."""
        return np.fmax.accumulate(self.scores, axis=1)


class ConvergenceDisplay:
    """The score of each trial and the best so far.

    Parameters
    ----------
    scores : ndarray of shape (n_trials,)
        Larger is better; NaN where a trial is not complete.
    given_up : mapping of int to float, optional
        The mean over the folds that are in, by the position of trials that racing gave up.
    low : mapping of int to float, optional
        By position, the scores of trials on lower rungs of a halving search, which cannot be
        compared with the others.
    others : mapping of str to ndarray of shape (n_runs, n_trials), optional
        Best so far of whole groups of searches, drawn as median and range instead of `scores`.

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

    def __init__(
        self,
        scores: NDArray[np.float64],
        *,
        given_up: Mapping[int, float] | None = None,
        low: Mapping[int, float] | None = None,
        others: Mapping[str, NDArray[np.float64]] | None = None,
    ) -> None:
        self.scores = scores
        self.given_up = given_up
        self.low = low
        self.others = others

    @classmethod
    def from_search(cls, search: Any, ax: Any = None) -> ConvergenceDisplay:
        """Draw a fitted search, or several.

        Parameters
        ----------
        search : a fitted search of skhp, list of searches, or dict
            One search is drawn trial by trial.  Of a list, the same search with other seeds, the
            median and the range; of a dict, such a line for each name.
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        ConvergenceDisplay
        """
        if isinstance(search, Mapping | list | tuple):
            others = {name: _runs(runs) for name, runs in groups_of(search).items()}
            return cls(np.empty(0), others=others).plot(ax)
        trials = history_of(search).trials
        high = top_level(search, trials)
        scores = np.array([trial.score for trial in trials])
        # a rung too low to be compared gives no best so far, but is no gap either
        low = {k: scores[k] for k in np.flatnonzero(~high & np.isfinite(scores)).tolist()}
        given_up = {k: one.mean for k, one in enumerate(trials) if one.status == "stopped"}
        return cls(np.where(high, scores, np.nan), given_up=given_up, low=low).plot(ax)

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
        if self.others is None:
            self._draw_trials(ax)
        else:
            for name, scores in self.others.items():
                _draw_runs(ax, _Line(scores, name))
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set(xlabel="trial", ylabel="score" if self.others is None else "best score so far")
        legend_above(ax, columns=4)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw_trials(self, ax: Any) -> None:
        numbers = np.arange(1, len(self.scores) + 1)
        low, given_up = dict(self.low or {}), dict(self.given_up or {})
        best = np.fmax.accumulate(self.scores)
        ax.plot(numbers, self.scores, "o", alpha=0.5, label="trial")
        ax.step(numbers, best, where="post", label="best so far")
        if low:
            _mark(ax, low, "o", color="0.75", ms=4, label="lower rung")
        if given_up:
            _mark(ax, given_up, "o", color="C3", mfc="none", alpha=0.7, label="given up")
        seen = set(low) | set(given_up)
        failed = [k + 1 for k in np.flatnonzero(np.isnan(self.scores)) if k not in seen]
        for order, number in enumerate(failed):
            ax.axvline(number, color="C3", alpha=0.25, zorder=0, label="" if order else "no score")
        shown = np.array([*self.scores, *low.values(), *given_up.values()], dtype=float)
        bottom, top = window(shown)
        margin = 0.08 * (top - bottom) or 0.1
        ax.set_ylim(bottom - margin, top + margin)
        say_cut_off(ax, shown)


def _mark(ax: Any, places: Mapping[int, float], marker: str, **style: Any) -> None:
    ax.plot([k + 1 for k in places], list(places.values()), marker, ls="none", **style)


def _draw_runs(ax: Any, line: _Line) -> None:
    numbers = np.arange(1, line.scores.shape[1] + 1)
    best, known = line.best, np.isfinite(line.best).any(axis=0)
    if not known.any():
        return
    numbers, best = numbers[known], best[:, known]
    n_runs = len(best)
    label = line.name + (f" ({n_runs} runs)" if n_runs > 1 else "")
    [drawn] = ax.step(numbers, np.nanmedian(best, axis=0), where="post", label=label or None)
    if n_runs > 1:
        low, high = np.nanmin(best, axis=0), np.nanmax(best, axis=0)
        ax.fill_between(numbers, low, high, step="post", alpha=0.2, color=drawn.get_color(), lw=0)


def _runs(searches: Sequence[Any]) -> NDArray[np.float64]:
    """Return the scores of searches, one a row; where a shorter one has ended, none are added."""
    rows = []
    for search in searches:
        trials = history_of(search).trials
        scores = np.array([trial.score for trial in trials])
        rows.append(np.where(top_level(search, trials), scores, np.nan))
    filled = np.full((len(rows), max(map(len, rows))), np.nan)
    for row, scores in zip(filled, rows, strict=True):
        row[: len(scores)] = scores
    return filled
