"""Shows how candidates of a halving search went from rung to rung."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..exceptions import SettingError
from ._axes import legend_above, opened
from ._reading import history_of, resource_of

__all__ = ["RungsDisplay"]

Climb = dict[int, float]
"""The score of one candidate by the resource it was given."""


class RungsDisplay:
    """The score of each candidate against what it was given, the survivors in colour.

    Parameters
    ----------
    climbs : sequence of dict of int to float
        The score of each candidate by the resource it was given; NaN where it failed.
    resource : str
        Named beneath.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> display = RungsDisplay([{10: 0.6}, {10: 0.8, 30: 0.9}], resource="n_samples").plot()
    >>> display.ax_.get_xlabel()
    'n_samples'
    """

    def __init__(self, climbs: Sequence[Climb], *, resource: str) -> None:
        self.climbs = climbs
        self.resource = resource

    @classmethod
    def from_search(cls, search: Any, ax: Any = None) -> RungsDisplay:
        """Draw a fitted halving search.

        Parameters
        ----------
        search : a fitted halving search of skhp
            Its candidates are drawn.
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        RungsDisplay

        Raises
        ------
        SettingError
            If the search is no halving search.
        """
        return cls(climbs_of(search), resource=str(search.resource)).plot(ax)

    def plot(self, ax: Any = None) -> RungsDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        RungsDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax)
        top = max(max(climb) for climb in self.climbs)
        ranked = sorted(self.climbs, key=lambda climb: (max(climb), climb[max(climb)]))
        seen: dict[str, None] = {}
        for climb in ranked:
            levels = sorted(climb)
            scores = [climb[level] for level in levels]
            reached = levels[-1] == top
            label = "reached the highest rung" if reached else "ended below"
            style = {"color": "C0", "zorder": 3} if reached else {"color": "0.7", "lw": 0.8}
            ax.plot(levels, scores, "-o", ms=3.5, label="_" if label in seen else label, **style)
            seen[label] = None
        levels = sorted({level for climb in self.climbs for level in climb})
        ax.set_xscale("log")
        ax.set_xticks(levels, _counted(levels, self.climbs), minor=False)
        ax.set_xticks([], minor=True)
        ax.set(xlabel=self.resource, ylabel="score")
        ax.margins(x=0.08)
        legend_above(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def climbs_of(search: Any) -> list[Climb]:
    """Return the scores of each candidate of a halving search by what it was given.

    Raises
    ------
    SettingError
        If the search is no halving search.
    """
    history, name = history_of(search), resource_of(search)
    if name is None:
        raise SettingError(
            f"Rungs are those of a halving search, got {type(search).__name__}. Use "
            "ConvergenceDisplay."
        )
    climbs: dict[str, Climb] = {}
    for trial in history:
        rest = {key: value for key, value in trial.params.items() if key != name}
        if trial.folds:
            climbs.setdefault(repr(rest), {})[trial.params[name]] = trial.mean
    return [climb for climb in climbs.values() if not np.isnan(list(climb.values())).all()]


def _counted(levels: Sequence[int], climbs: Sequence[Climb]) -> list[str]:
    """Return the text under each rung: the level, and how many candidates stood there."""
    return [f"{level}\n({sum(level in climb for climb in climbs)})" for level in levels]
