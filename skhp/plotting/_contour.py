"""Shows how the score depends on two parameters together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..exceptions import SettingError
from ..history import Trial
from ..results import Dependence, dependence
from ._axes import opened
from ._model import most_important, surface_of
from ._reading import chosen, history_of
from ._scale import Scale, short_names

__all__ = ["ContourDisplay"]


class ContourDisplay:
    """The score that a model expects for two parameters, averaged over the others; trials on it.

    Where the two never go together, as below a condition, the plane is left white.

    Parameters
    ----------
    dependence : Dependence
        Of the score on two parameters.
    trials : sequence of Trial
        Drawn as points.
    scales : sequence of Scale
        The axes of the two.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
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
    >>> ContourDisplay.from_search(search, params=["C", "gamma"]).ax_.get_xlabel()
    'C'
    """

    def __init__(
        self, dependence: Dependence, trials: Sequence[Trial], *, scales: Sequence[Scale]
    ) -> None:
        self.dependence = dependence
        self.trials = trials
        self.scales = scales

    @classmethod
    def from_search(
        cls, search: Any, ax: Any = None, *, params: Sequence[str] | None = None
    ) -> ContourDisplay:
        """Draw what a model of a fitted search's scores says.

        Parameters
        ----------
        search : a fitted search of skhp
            Its trials are modelled.
        ax : matplotlib Axes, optional
            New ones by default.
        params : list of two str, optional
            The two most important that vary by default.

        Returns
        -------
        ContourDisplay

        Raises
        ------
        SettingError
            If there are no two parameters, or no trial is complete.
        """
        history = history_of(search)
        if params is None:
            names = _that_go_together(history.trials, most_important(search, 20, least=2))
        else:
            names = chosen(search, params, least=2)
        if len(names) != 2:
            raise SettingError(f"A contour is drawn of 2 parameters, got {list(names)}.")
        told = dependence(surface_of(search), *names)
        trials = history.trials
        parameters = {one.name: one.dimension for one in history.space.parameters}
        scales = [
            Scale.of([*values, *_tried(trials, name)], parameters.get(name))
            for name, values in zip(names, told.values, strict=True)
        ]
        return cls(told, trials, scales=scales).plot(ax)

    def plot(self, ax: Any = None) -> ContourDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        ContourDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax)
        names, told = self.dependence.names, self.dependence
        places = [s.positions(v) for s, v in zip(self.scales, told.values, strict=True)]
        orders = [np.argsort(one, kind="stable") for one in places]
        x, y = (one[order] for one, order in zip(places, orders, strict=True))
        mean = np.ma.masked_invalid(told.mean[np.ix_(*orders)].T)
        drawn = ax.pcolormesh(
            _edges(x, self.scales[0]), _edges(y, self.scales[1]), mean, cmap="viridis"
        )
        if not any(scale.labels for scale in self.scales) and min(mean.shape) > 2:
            ax.contour(x, y, mean, levels=8, colors="white", linewidths=0.5, alpha=0.7)
        _draw_trials(ax, self.trials, names=names, scales=self.scales)
        self.scales[0].dress(ax, "x")
        self.scales[1].dress(ax, "y")
        labels = short_names(names)
        ax.set(xlabel=labels[names[0]], ylabel=labels[names[1]])
        ax.figure.colorbar(drawn, ax=ax, label="expected score")
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _draw_trials(
    ax: Any, trials: Sequence[Trial], *, names: Sequence[str], scales: Sequence[Scale]
) -> None:
    here = [one for one in trials if all(name in one.params for name in names)]
    x, y = (
        scale.positions([one.params[name] for one in here])
        for name, scale in zip(names, scales, strict=True)
    )
    failed = np.array([one.status == "failed" for one in here], dtype=bool)
    style = {"c": "white", "s": 16, "edgecolors": "black", "linewidths": 0.6, "clip_on": False}
    ax.scatter(x[~failed], y[~failed], zorder=3, **style)
    ax.scatter(x[failed], y[failed], marker="x", c="C3", s=22, zorder=3)
    whole = [k for k, one in enumerate(here) if np.isfinite(one.score)]
    if whole:
        best = max(whole, key=lambda k: here[k].score)
        ax.scatter(x[best], y[best], marker="*", c="C1", s=140, edgecolors="black", zorder=4)


def _edges(places: Any, scale: Scale) -> Any:
    """Return the borders (n + 1,) of cells around places (n,)."""
    if len(places) == 1:
        return np.array([places[0] - 0.5, places[0] + 0.5])
    by_log = scale.is_log and not scale.labels
    at = np.log(places) if by_log else np.asarray(places, dtype=float)
    middle = (at[1:] + at[:-1]) / 2
    edges = np.array([2 * at[0] - middle[0], *middle, 2 * at[-1] - middle[-1]])
    return np.exp(edges) if by_log else edges


def _tried(trials: Sequence[Trial], name: str) -> list[Any]:
    return [one.params[name] for one in trials if name in one.params]


def _that_go_together(trials: Sequence[Trial], names: Sequence[str]) -> list[str]:
    """Return the first and the next of the parameters that some trial has together."""
    first = names[0]
    for second in names[1:]:
        if any(first in one.params and second in one.params for one in trials):
            return [first, second]
    return list(names[:1])
