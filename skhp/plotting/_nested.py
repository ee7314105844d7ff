"""Shows what tuning gained in each outer fold, and what the search had promised."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..nested import NestedResult
from ._axes import opened

__all__ = ["NestedDisplay"]


class NestedDisplay:
    """The scores of each outer fold: untuned, tuned, of the ensemble, and promised by the search.

    Parameters
    ----------
    result : NestedResult
        Of `skhp.nested_cross_validate`.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> from skhp.nested import NestedResult, OuterFold
    >>> folds = (OuterFold(0, 80, 20, 0.90, 0.92, 0.95), OuterFold(1, 80, 20, 0.88, 0.91, 0.94))
    >>> display = NestedDisplay(NestedResult(folds, "accuracy", n_splits=2)).plot()
    >>> display.ax_.get_xlabel()
    'accuracy'
    """

    def __init__(self, result: NestedResult) -> None:
        self.result = result

    @classmethod
    def from_result(cls, result: NestedResult, ax: Any = None) -> NestedDisplay:
        """Draw what `skhp.nested_cross_validate` returned.

        Parameters
        ----------
        result : NestedResult
            Its outer folds are drawn, the first on top, and their means below.
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        NestedDisplay
        """
        return cls(result).plot(ax)

    def plot(self, ax: Any = None) -> NestedDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        NestedDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax)
        table = self.result.table
        names = ("untuned_score", "tuned_score", "ensemble_score", "best_score")
        known = np.isfinite(table["gain"])
        means = {name: table[name][known].mean() if known.any() else np.nan for name in names}
        scores = {name: np.append(table[name], means[name]) for name in names}
        rows = np.append(np.arange(len(known)), len(known) + 0.5)
        ax.hlines(rows, scores["untuned_score"], scores["tuned_score"], colors="0.7", lw=2)
        ax.plot(scores["untuned_score"], rows, "o", mfc="white", color="C0", label="untuned")
        ax.plot(scores["tuned_score"], rows, "o", color="C0", label="tuned")
        has_ensemble = bool(np.isfinite(scores["ensemble_score"]).any())
        if has_ensemble:
            ax.plot(scores["ensemble_score"], rows, "d", color="C2", label="ensemble")
        ax.plot(scores["best_score"], rows, "x", color="C1", label="promised by the search")
        ax.axhline(len(known) - 0.25, color="0.85", lw=1, zorder=0)
        ax.set_yticks(rows, [*(str(fold.index) for fold in self.result.folds), "mean"])
        ax.invert_yaxis()
        ax.set(xlabel=self.result.metric, ylabel="outer fold")
        place: dict[str, Any] = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0)}
        ax.legend(**place, ncols=3 + has_ensemble, frameon=False)
        self.ax_, self.figure_ = ax, ax.figure
        return self
