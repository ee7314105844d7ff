"""Shows whole params, each as a line from parameter to parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..history import History, Trial
from ._axes import opened, window
from ._reading import MANY, chosen, history_of, scales_of, top_level
from ._scale import Scale, short_names

__all__ = ["ParallelCoordinatesDisplay"]


class ParallelCoordinatesDisplay:
    """One line a trial through its values of all parameters, the better the darker.

    Scores far below the others are drawn at the lower end.

    Where a parameter is inactive, the line has a gap.

    Parameters
    ----------
    history : History
        What was tried.
    params : list of str
        The vertical axes, from left to right.
    comparable : ndarray of bool of shape (n_trials,), optional
        Which trials are drawn; all by default.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> from skhp import History
    >>> history = History(space=None)
    >>> for C, score in [(0.1, 0.8), (1.0, 0.9)]:
    ...     _ = history.tell({"C": C, "gamma": 10 * C}, score)
    >>> display = ParallelCoordinatesDisplay(history, ["C", "gamma"]).plot()
    >>> [label.get_text() for label in display.ax_.get_xticklabels()]
    ['C', 'gamma', 'score']
    """

    def __init__(self, history: History, params: Sequence[str], *, comparable: Any = None) -> None:
        self.history = history
        self.params = params
        self.comparable = comparable

    @classmethod
    def from_search(
        cls, search: Any, ax: Any = None, *, params: Sequence[str] | None = None
    ) -> ParallelCoordinatesDisplay:
        """Draw a fitted search.

        Parameters
        ----------
        search : a fitted search of skhp
            Of a halving search the highest rung with at least 5 trials is drawn.
        ax : matplotlib Axes, optional
            New ones by default.
        params : list of str, optional
            Which parameters; by default all that vary, at most 20.

        Returns
        -------
        ParallelCoordinatesDisplay

        Raises
        ------
        SettingError
            If a parameter was not searched.
        """
        history = history_of(search)
        comparable = top_level(search, history.trials, least=MANY)
        return cls(history, chosen(search, params), comparable=comparable).plot(ax)

    def plot(self, ax: Any = None) -> ParallelCoordinatesDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        ParallelCoordinatesDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax, size=(max(6.4, 1.5 + 0.75 * len(self.params)), 4.8))
        every = self.history.trials
        shown = np.ones(len(every), dtype=bool) if self.comparable is None else self.comparable
        trials = [
            one for one, ok in zip(every, shown, strict=True) if ok and np.isfinite(one.score)
        ]
        trials.sort(key=lambda one: one.score)
        scales = scales_of(self.history, self.params)
        scales["score"] = Scale.of(list(window([one.score for one in trials])))
        self._draw(ax, trials, scales=scales)
        labels = [*short_names(self.params).values(), "score"]
        ax.set_xticks(range(len(labels)), labels)
        ax.tick_params(axis="x", length=0, rotation=40 if len(labels) > 4 else 0, pad=8)
        if len(labels) > 4:
            for label in ax.get_xticklabels():
                label.set(ha="right", rotation_mode="anchor")
        ax.set(yticks=[], xlim=(-0.2, len(labels) - 0.4))
        for side in ("top", "bottom", "left", "right"):
            ax.spines[side].set_visible(False)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw(self, ax: Any, trials: Sequence[Trial], *, scales: dict[str, Scale]) -> None:
        from matplotlib import colormaps

        names = [*self.params, "score"]
        for trial, share in zip(trials, _shares(len(trials)), strict=True):
            values = {**trial.params, "score": max(trial.score, scales["score"].low)}
            heights = [
                scales[name].unit([values[name]])[0] if name in values else np.nan for name in names
            ]
            style = {"color": colormaps["Blues"](0.35 + 0.65 * share), "alpha": 0.4 + 0.5 * share}
            ax.plot(heights, "-o", ms=2.5, lw=0.6 + 1.2 * share, zorder=1 + share, **style)
        for k, name in enumerate(names):
            ax.axvline(k, color="0.6", lw=0.8, zorder=0)
            _write_marks(ax, k, scale=scales[name])


def _shares(n: int) -> NDArray[np.float64]:
    """Return how much each of `n` trials is to be seen, 0 to 1, the worst first."""
    return np.linspace(0.0, 1.0, n) ** 2 if n > 1 else np.ones(n)


def _write_marks(ax: Any, k: int, *, scale: Scale) -> None:
    for height, text in scale.unit_ticks():
        ax.annotate(
            text if len(text) <= 9 else f"{text[:6]}...",
            (k, height),
            xytext=(3, 0),
            textcoords="offset points",
            size="x-small",
            va="center",
            zorder=5,
            bbox={"fc": "white", "ec": "none", "alpha": 0.7, "pad": 0.5},
        )
