"""Shows how candidates of a halving search went from rung to rung."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..exceptions import SettingError
from ._axes import legend_above, opened
from ._reading import history_of, resource_of

__all__ = ["RungsDisplay"]

ByLevel = dict[int, float]
"""The score of one candidate by the resource it was given."""


class RungsDisplay:
    """The score of each candidate against what it was given, the survivors in colour.

    Parameters
    ----------
    candidates : sequence of dict of int to float
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

    def __init__(self, candidates: Sequence[ByLevel], *, resource: str) -> None:
        self.candidates = candidates
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
        return cls(scores_by_level(search), resource=str(search.resource)).plot(ax)

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
        top = max(max(scores) for scores in self.candidates)
        ranked = sorted(self.candidates, key=lambda scores: (max(scores), scores[max(scores)]))
        seen: dict[str, None] = {}
        for scores in ranked:
            levels = sorted(scores)
            heights = [scores[level] for level in levels]
            reached = levels[-1] == top
            label = "reached the highest rung" if reached else "ended below"
            style = {"color": "C0", "zorder": 3} if reached else {"color": "0.7", "lw": 0.8}
            ax.plot(levels, heights, "-o", ms=3.5, label="_" if label in seen else label, **style)
            seen[label] = None
        levels = sorted({level for scores in self.candidates for level in scores})
        ax.set_xscale("log")
        ax.set_xticks(levels, _counted(levels, self.candidates), minor=False)
        ax.set_xticks([], minor=True)
        ax.set(xlabel=self.resource, ylabel="score")
        ax.margins(x=0.08)
        legend_above(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def scores_by_level(search: Any) -> list[ByLevel]:
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
    candidates: dict[str, ByLevel] = {}
    for trial in history:
        rest = {key: value for key, value in trial.params.items() if key != name}
        if trial.folds:
            candidates.setdefault(repr(rest), {})[trial.params[name]] = trial.mean
    return [scores for scores in candidates.values() if not np.isnan(list(scores.values())).all()]


def _counted(levels: Sequence[int], candidates: Sequence[ByLevel]) -> list[str]:
    """Return the text under each rung: the level, and how many candidates stood there."""
    return [f"{level}\n({sum(level in scores for scores in candidates)})" for level in levels]
