"""Shows how the score depends on each parameter, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..results import Dependence, dependence
from ._axes import panels
from ._model import most_important, surface_of
from ._reading import MOST_PARAMETERS, chosen, history_of
from ._scale import Scale, short_names

__all__ = ["ScoreDependenceDisplay"]


class ScoreDependenceDisplay:
    """The score that a model expects for each value of a parameter, averaged over the others.

    The band is the model's standard deviation: where it is wide, little was tried.

    Parameters
    ----------
    curves : sequence of Dependence
        Of the score on one parameter each.
    scales : sequence of Scale
        The axes of the parameters.

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
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhp import RandomizedSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": [0.1, 1.0, 10.0], "gamma": [0.01, 0.1, 1.0]}
    >>> search = RandomizedSearchCV(SVC(), space, n_iter=6, cv=3, random_state=0).fit(X, y)
    >>> len(ScoreDependenceDisplay.from_search(search).axes_)
    2
    """

    def __init__(self, curves: Sequence[Dependence], *, scales: Sequence[Scale]) -> None:
        self.curves = curves
        self.scales = scales

    @classmethod
    def from_search(
        cls, search: Any, ax: Any = None, *, params: Sequence[str] | None = None
    ) -> ScoreDependenceDisplay:
        """Draw what a model of a fitted search's scores says.

        Parameters
        ----------
        search : a fitted search of skhp
            Its trials are modelled.
        ax : matplotlib Axes, optional
            New ones by default.
        params : list of str, optional
            Which parameters; by default all that vary, the most important first, at most 20.

        Returns
        -------
        ScoreDependenceDisplay

        Raises
        ------
        SettingError
            If a parameter was not searched, or no trial is complete.
        """
        history, surface = history_of(search), surface_of(search)
        if params is None:
            names = most_important(search, MOST_PARAMETERS)
        else:
            names = chosen(search, params)
        curves = [dependence(surface, name) for name in names]
        dimensions = {one.name: one.dimension for one in history.space.parameters}
        scales = [
            Scale.of(curve.values[0], dimensions.get(name))
            for name, curve in zip(names, curves, strict=True)
        ]
        return cls(curves, scales=scales).plot(ax)

    def plot(self, ax: Any = None) -> ScoreDependenceDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        ScoreDependenceDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        self.ax_, self.axes_ = panels(ax, len(self.curves), share_y=True)
        self.figure_ = self.ax_.figure
        labels = short_names([curve.names[0] for curve in self.curves])
        for curve, scale, panel in zip(self.curves, self.scales, self.axes_, strict=True):
            _draw(panel, curve, scale)
            small = "small" if len(self.curves) > 1 else None
            panel.set_xlabel(labels[curve.names[0]], fontsize=small)
        self.axes_[0].set_ylabel("expected score")
        return self


def _draw(ax: Any, curve: Dependence, scale: Scale) -> None:
    x = scale.positions(curve.values[0])
    order = np.argsort(x, kind="stable")
    x, mean, std = x[order], curve.mean[order], curve.std[order]
    # what has no order is no line
    numbers = x <= 1.0 if scale.labels else np.ones(len(x), dtype=bool)
    if scale.labels and not scale.has_numbers:
        numbers[:] = False
    if numbers.any():
        ax.plot(x[numbers], mean[numbers], color="C0")
        low, high = (mean - std)[numbers], (mean + std)[numbers]
        ax.fill_between(x[numbers], low, high, color="C0", alpha=0.2, lw=0)
    ax.errorbar(x[~numbers], mean[~numbers], std[~numbers], fmt="o", color="C0", ms=4, capsize=2)
    scale.dress(ax, "x")
