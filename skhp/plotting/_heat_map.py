"""Shows the scores of a grid as a table of colours."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from ..exceptions import SettingError
from ..history import Trial
from ._axes import opened, window
from ._reading import MANY, chosen, history_of, top_level
from ._scale import short, short_names

__all__ = ["HeatMapDisplay"]

MOST_VALUES = 25
MOST_WRITTEN = 80


class HeatMapDisplay:
    """The best score for each two values of two parameters, whatever the others were.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_columns)
        NaN where two values were not tried together.
    params : (str, str)
        What the columns and the rows stand for.
    values : (list, list)
        Those of the columns and of the rows.
    ranks : bool
        Whether ranks are drawn in place of scores; 1 is the best.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([[0.8, 0.9]])
    >>> display = HeatMapDisplay(scores, ("C", "kernel"), ([0.1, 1.0], ["rbf"])).plot()
    >>> [text.get_text() for text in display.ax_.texts]
    ['0.8', '0.9']
    >>> display = HeatMapDisplay(scores, ("C", "kernel"), display.values, ranks=True).plot()
    >>> [text.get_text() for text in display.ax_.texts]
    ['2', '1']
    """

    def __init__(
        self,
        scores: NDArray[np.float64],
        params: Sequence[str],
        values: Sequence[Sequence[Any]],
        *,
        ranks: bool = False,
    ) -> None:
        self.scores = scores
        self.params = params
        self.values = values
        self.ranks = ranks

    @classmethod
    def from_search(
        cls,
        search: Any,
        ax: Any = None,
        *,
        params: Sequence[str] | None = None,
        ranks: bool = False,
    ) -> HeatMapDisplay:
        """Draw a fitted search of a grid.

        Parameters
        ----------
        search : a fitted search of skhp
            At most 25 values of each parameter were tried.
        ax : matplotlib Axes, optional
            New ones by default.
        params : list of two str, optional
            The two with the most values by default.
        ranks : bool
            Whether ranks are drawn in place of scores.

        Returns
        -------
        HeatMapDisplay

        Raises
        ------
        SettingError
            If there are no two parameters, or too many values.
        """
        history = history_of(search)
        names = chosen(search, params, least=2)
        high = top_level(search, history.trials, least=MANY)
        trials = [one for one, ok in zip(history, high, strict=True) if ok]
        values = {name: _values(trials, name) for name in names}
        if params is None:
            listed = [name for name in names if len(values[name]) <= MOST_VALUES] or names
            names = sorted(listed, key=lambda name: -len(values[name]))[:2]
        if len(names) != 2 or any(len(values[name]) > MOST_VALUES for name in names):
            counts = ", ".join(f"{name} ({len(values[name])} values)" for name in names)
            raise SettingError(
                f"A heat map is of 2 parameters with at most {MOST_VALUES} values each, got "
                f"{counts}. Use ContourDisplay."
            )
        shown = [list(values[name].values()) for name in names]
        scores = _best(trials, names, [values[name] for name in names])
        return cls(scores, names, shown, ranks=ranks).plot(ax)

    def plot(self, ax: Any = None) -> HeatMapDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        HeatMapDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        columns, rows = self.values
        ax = opened(ax, size=(max(6.4, 1.5 + 0.4 * len(columns)), max(4.8, 1 + 0.3 * len(rows))))
        # the best is bright and has dark text, be it the highest score or rank 1
        cells = _ranks(self.scores) if self.ranks else self.scores
        low, high = (
            (1.0, max(2.0, float(np.isfinite(cells).sum()))) if self.ranks else window(cells)
        )
        colours = "viridis_r" if self.ranks else "viridis"
        drawn = ax.imshow(cells, cmap=colours, vmin=low, vmax=high, aspect="auto", origin="lower")
        _write_values(ax, "x", columns)
        _write_values(ax, "y", rows)
        if cells.size <= MOST_WRITTEN:
            for (row, column), cell in np.ndenumerate(cells):
                if np.isfinite(cell):
                    dark = (cell < (low + high) / 2) != self.ranks
                    style = {"color": "white" if dark else "black", "size": "small"}
                    ax.text(column, row, f"{cell:.3g}", ha="center", va="center", **style)
        labels = short_names(self.params)
        ax.set(xlabel=labels[self.params[0]], ylabel=labels[self.params[1]])
        label, extend = ("rank", "neither") if self.ranks else ("best score", "min")
        ax.figure.colorbar(drawn, ax=ax, label=label, extend=extend)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 for the highest score; equal ones share a rank, NaN has none."""
    ranks = np.full(scores.shape, np.nan)
    known = np.isfinite(scores)
    ranks[known] = rankdata(-scores[known], method="min")
    return ranks


def _write_values(ax: Any, which: str, values: Sequence[Any]) -> None:
    texts = [short(value, 14) for value in values]
    step = -(-len(texts) // 20)
    getattr(ax, f"set_{which}ticks")(range(0, len(texts), step), texts[::step])
    if which == "x" and sum(map(len, texts[::step])) > 45:
        ax.tick_params(axis="x", rotation=45)


def _values(trials: Sequence[Trial], name: str) -> dict[str, Any]:
    """Return the values of a parameter by their text: numbers by size, others as they came."""
    found = {
        repr(trial.params[name]): trial.params[name] for trial in trials if name in trial.params
    }
    sizes = {
        key: float(value) if isinstance(value, numbers.Real) else math.inf
        for key, value in found.items()
    }
    return dict(sorted(found.items(), key=lambda item: sizes[item[0]]))


def _best(
    trials: Sequence[Trial], names: Sequence[str], values: Sequence[dict[str, Any]]
) -> NDArray[np.float64]:
    columns, rows = (list(one) for one in values)
    scores = np.full((len(rows), len(columns)), np.nan)
    for trial in trials:
        if all(name in trial.params for name in names):
            column, row = (repr(trial.params[name]) for name in names)
            place = rows.index(row), columns.index(column)
            scores[place] = np.fmax(scores[place], trial.score)
    return scores
