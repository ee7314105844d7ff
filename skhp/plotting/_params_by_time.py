"""Shows what was tried when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..history import History
from ._axes import panels, window
from ._reading import chosen, history_of, scales_of
from ._scale import short_names

__all__ = ["ParamsByTimeDisplay"]


class ParamsByTimeDisplay:
    """The value of each parameter trial by trial, coloured by the score.

    It shows where a search looked first, and where it came to stay.

    Parameters
    ----------
    history : History
        What was tried.
    params : list of str
        One panel each.

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
    >>> ParamsByTimeDisplay(history, ["C"]).plot().ax_.get_xlabel()
    'trial'
    """

    def __init__(self, history: History, params: Sequence[str]) -> None:
        self.history = history
        self.params = params

    @classmethod
    def from_search(
        cls, search: Any, ax: Any = None, *, params: Sequence[str] | None = None
    ) -> ParamsByTimeDisplay:
        """Draw a fitted search.

        Parameters
        ----------
        search : a fitted search of skhp
            All of its trials are drawn.
        ax : matplotlib Axes, optional
            New ones by default.
        params : list of str, optional
            Which parameters; by default all that vary, at most 20.

        Returns
        -------
        ParamsByTimeDisplay

        Raises
        ------
        SettingError
            If a parameter was not searched.
        """
        return cls(history_of(search), chosen(search, params)).plot(ax)

    def plot(self, ax: Any = None) -> ParamsByTimeDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        ParamsByTimeDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        self.ax_, self.axes_ = panels(ax, len(self.params))
        self.figure_ = self.ax_.figure
        scales, labels = scales_of(self.history, self.params), short_names(self.params)
        scores = np.array([trial.mean for trial in self.history])
        low, high = window(scores)
        drawn = None
        for name, panel in zip(self.params, self.axes_, strict=True):
            here = [one for one in self.history if name in one.params]
            values = scales[name].positions([one.params[name] for one in here])
            numbers = np.array([one.number + 1 for one in here])
            known = np.isfinite([one.mean for one in here])
            drawn = panel.scatter(
                numbers[known],
                values[known],
                c=scores[numbers[known] - 1],
                vmin=low,
                vmax=high,
                cmap="viridis",
                s=16,
                lw=0,
            )
            panel.plot(numbers[~known], values[~known], "x", color="C3", ms=4)
            panel.set_xlim(0, len(scores) + 1)
            scales[name].dress(panel, "y")
            panel.xaxis.get_major_locator().set_params(integer=True)
            panel.set_title(labels[name], fontsize="small" if len(self.params) > 1 else None)
        self.axes_[-1].set_xlabel("trial")
        self.figure_.colorbar(
            drawn, ax=self.axes_, label="score", pad=0.01, fraction=0.05, extend="min"
        )
        return self
