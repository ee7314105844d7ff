"""Shows which parameters the score depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._axes import legend_above, opened
from ._model import surface_of
from ._scale import short_names

__all__ = ["ImportanceDisplay"]


class ImportanceDisplay:
    """The share of the score's variance that each parameter explains.

    Parameters
    ----------
    alone : mapping of str to float
        Share of each parameter by itself.
    together : mapping of str to float
        Share with its interactions.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> display = ImportanceDisplay({"C": 0.7, "gamma": 0.1}, {"C": 0.9, "gamma": 0.3}).plot()
    >>> [label.get_text() for label in display.ax_.get_yticklabels()]
    ['gamma', 'C']
    """

    def __init__(self, alone: Mapping[str, float], together: Mapping[str, float]) -> None:
        self.alone = alone
        self.together = together

    @classmethod
    def from_search(cls, search: Any, ax: Any = None) -> ImportanceDisplay:
        """Draw what a model of a fitted search's scores says.

        Parameters
        ----------
        search : a fitted search
            Its trials are modelled.
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        ImportanceDisplay

        Raises
        ------
        SettingError
            If no trial is complete.
        """
        surface = surface_of(search)
        return cls(surface.importance(), surface.importance(interactions=True)).plot(ax)

    def plot(self, ax: Any = None) -> ImportanceDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        ImportanceDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        names = sorted(self.together, key=lambda name: self.together[name])
        ax = opened(ax, size=(6.4, max(4.8, 0.8 + 0.26 * len(names))))
        places, labels = range(len(names)), short_names(names)
        ax.barh(places, [self.together[name] for name in names], alpha=0.35, label="with others")
        ax.barh(places, [self.alone[name] for name in names], label="alone", color="C0")
        small = "small" if len(names) > 8 else None
        ax.set_yticks(places, [labels[name] for name in names], fontsize=small)
        ax.set(xlabel="share of the score's variance", xlim=(0, 1))
        legend_above(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self
