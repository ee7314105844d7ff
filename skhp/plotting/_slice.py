"""Shows the score against each parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..history import History
from ._axes import panels, window
from ._reading import MANY, chosen, history_of, scales_of, top_level
from ._scale import short_names

__all__ = ["SliceDisplay"]


class SliceDisplay:
    """The score of each trial against the value of each parameter, coloured by when it was tried.

    Scores far below the others are triangles at the lower edge, failures crosses.

    Parameters
    ----------
    history : History
        What was tried.
    params : list of str
        One panel each.
    comparable : ndarray of bool of shape (n_trials,), optional
        Which scores are drawn; all by default.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on, or what the panels stand in.
    axes_ : list of matplotlib Axes
        The panels.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> from skhp import History
    >>> history = History(space=None)
    >>> for C, score in [(0.1, 0.8), (1.0, 0.9)]:
    ...     _ = history.tell({"C": C}, score)
    >>> SliceDisplay(history, ["C"]).plot().ax_.get_xlabel()
    'C'
    """

    def __init__(self, history: History, params: Sequence[str], *, comparable: Any = None) -> None:
        self.history = history
        self.params = params
        self.comparable = comparable

    @classmethod
    def from_search(
        cls, search: Any, ax: Any = None, *, params: Sequence[str] | None = None
    ) -> SliceDisplay:
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
        SliceDisplay

        Raises
        ------
        SettingError
            If a parameter was not searched.
        """
        history = history_of(search)
        names = chosen(search, params)
        return cls(history, names, comparable=top_level(search, history.trials, least=MANY)).plot(
            ax
        )

    def plot(self, ax: Any = None) -> SliceDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        SliceDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        self.ax_, self.axes_ = panels(ax, len(self.params), share_y=True)
        self.figure_ = self.ax_.figure
        scales, labels = scales_of(self.history, self.params), short_names(self.params)
        every = self.history.trials
        shown = np.ones(len(every), dtype=bool) if self.comparable is None else self.comparable
        trials = [one for one, ok in zip(every, shown, strict=True) if ok]
        low, high = window([one.score for one in trials])
        n, drawn = max(len(every), 2), None
        for name, panel in zip(self.params, self.axes_, strict=True):
            scale = scales[name]
            here = [one for one in trials if name in one.params and np.isfinite(one.score)]
            x = scale.positions([one.params[name] for one in here])
            y, when = (
                np.array(one, dtype=float)
                for one in ([t.score for t in here], [t.number + 1 for t in here])
            )
            for part, marker in ((y >= low, "o"), (y < low, "v")):
                style = {"cmap": "Blues", "vmin": 1 - 0.5 * n, "vmax": n, "s": 18, "clip_on": False}
                found = panel.scatter(
                    x[part], np.maximum(y, low)[part], c=when[part], marker=marker, **style
                )
                drawn = drawn or found
            for one in trials:
                if name in one.params and one.status == "failed":
                    x = scale.positions([one.params[name]])[0]
                    panel.plot(x, 0.03, "x", color="C3", transform=panel.get_xaxis_transform())
            panel.set_ylim(low - 0.06 * (high - low or 1), high + 0.06 * (high - low or 1))
            scale.dress(panel, "x")
            panel.set_xlabel(labels[name], fontsize="small" if len(self.params) > 1 else None)
        self.axes_[0].set_ylabel("score")
        bar = self.figure_.colorbar(drawn, ax=self.axes_, label="trial", pad=0.01, fraction=0.05)
        bar.ax.set_ylim(1, n)
        return self
