"""Shows what an ensemble gained while it was selected, and who is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..exceptions import SettingError
from ._axes import legend_above, panels
from ._reading import history_of
from ._scale import short, short_names

__all__ = ["EnsembleDisplay"]

WIDEST = 36
"""Characters of a label."""


class EnsembleDisplay:
    """The out-of-fold score of an ensemble by the step of its selection, and its members' weights.

    Parameters
    ----------
    path : sequence of float
        Score after each step.
    single_score : float
        The same of the best candidate alone.
    weights : sequence of float
        Of the members, the heaviest first.
    labels : sequence of str
        What is written beside each.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> display = EnsembleDisplay(
    ...     [0.8, 0.84], single_score=0.8, weights=[0.5, 0.5], labels=["C=1.0", "C=10.0"]
    ... ).plot()
    >>> [ax.get_xlabel() for ax in display.figure_.axes if ax.get_xlabel()]
    ['step of the selection', 'weight']
    """

    def __init__(
        self,
        path: Sequence[float],
        *,
        single_score: float,
        weights: Sequence[float],
        labels: Sequence[str],
    ) -> None:
        self.path = path
        self.single_score = single_score
        self.weights = weights
        self.labels = labels

    @classmethod
    def from_search(cls, search: Any, ax: Any = None) -> EnsembleDisplay:
        """Draw what a search has made.

        Parameters
        ----------
        search : a fitted search of skhp
            With ``refit="ensemble"`` or an `Ensemble`.
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        EnsembleDisplay

        Raises
        ------
        NotFittedError
            If it was not fitted.
        SettingError
            If there is no ensemble.
        """
        members = getattr(search, "ensemble_", None)
        if members is None:
            history_of(search)  # says so if it was not fitted
            raise SettingError(
                f'This {type(search).__name__} has made no ensemble. Fit it with refit="ensemble".'
            )
        return cls(
            members.path,
            single_score=members.single_score,
            weights=members.weights,
            labels=_labels(members.rows, members.params),
        ).plot(ax)

    def plot(self, ax: Any = None) -> EnsembleDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        EnsembleDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax, (left, right) = panels(ax, 2)
        left.plot(np.arange(1, len(self.path) + 1), self.path, "-o", ms=3.5, label="ensemble")
        left.axhline(self.single_score, color="0.5", ls="--", lw=1, label="best candidate")
        left.locator_params(axis="x", integer=True, nbins=6)
        left.set(xlabel="step of the selection", ylabel="score out of fold")
        legend_above(left, columns=2)
        places = np.arange(len(self.weights))
        right.barh(places, self.weights, color="C0", alpha=0.4)
        for place, label in zip(places, self.labels, strict=True):
            right.annotate(
                *(label, (0.02, place)),
                xycoords=("axes fraction", "data"),
                va="center",
                size="small" if len(places) <= 6 else "x-small",
            )
        right.set(xlabel="weight", yticks=[], xlim=(0, None))
        right.set_ylim(len(places) - 0.5, -0.5)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _labels(rows: Sequence[int], params: Sequence[dict[str, Any]]) -> list[str]:
    """Return the row of each member, and those of its params that differ between members."""
    names = [name for name in dict.fromkeys(name for one in params for name in one)]
    values = {name: {repr(one.get(name)) for one in params} for name in names}
    names = sorted((name for name in names if len(values[name]) > 1), key=lambda n: -len(values[n]))
    shown = short_names(names)
    texts = []
    for row, one in zip(rows, params, strict=True):
        parts = [f"{shown[name]}={short(one[name], 12)}" for name in names if name in one]
        text = f"row {row}"
        for at, part in enumerate(parts):
            if len(text) + len(part) > WIDEST:
                text += ", ..."
                break
            text += f"{', ' if at else ': '}{part}"
        texts.append(text)
    return texts
