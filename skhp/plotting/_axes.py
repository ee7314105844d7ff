"""Opens axes to draw on, and says what to install where that is not possible."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..exceptions import MissingExtraError

__all__ = ["legend_above", "opened", "panels", "say_cut_off", "window"]


def opened(ax: Any, *, size: tuple[float, float] | None = None) -> Any:
    """Return the axes; new ones if `ax` is None.

    Parameters
    ----------
    ax : matplotlib Axes or None
        Those of the user.
    size : (float, float), optional
        Width and height of a new figure in inches.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("matplotlib", "plots") from error
    if threading.current_thread() is not threading.main_thread():
        # no window may be opened from here, and pyplot would
        return Figure(figsize=size, layout="constrained").subplots()
    return plt.subplots(figsize=size, layout="constrained")[1]


def panels(ax: Any, n: int, *, share_y: bool = False) -> tuple[Any, list[Any]]:
    """Return axes, and `n` small ones in their place.

    Parameters
    ----------
    ax : matplotlib Axes or None
        Left empty; new ones, large enough for all panels, if None.
    n : int
        How many panels; a single one is `ax` itself.
    share_y : bool
        Whether all panels have one vertical axis, which is written at the left alone.
    """
    n_columns = min(n, 5 if n > 12 else 4 if n > 6 else 3)
    n_rows = math.ceil(n / n_columns)
    size = (max(6.4, 2.4 * n_columns), max(4.8, 2.2 * n_rows))
    ax = opened(ax, size=size if n > 1 else None)
    if n == 1:
        return ax, [ax]
    ax.axis("off")
    grid = ax.get_subplotspec()
    if grid is None:  # placed by hand
        spots = _spots(ax, n_rows, n_columns)
        small = [ax.figure.add_axes(spot) for spot in spots[:n]]
    else:
        inner = grid.subgridspec(n_rows, n_columns)
        small = [ax.figure.add_subplot(inner[k // n_columns, k % n_columns]) for k in range(n)]
    for k, one in enumerate(small):
        one.tick_params(labelsize="small")
        if share_y and k:
            one.sharey(small[0])
        if share_y and k % n_columns:
            one.tick_params(labelleft=False)
    return ax, small


def _spots(ax: Any, n_rows: int, n_columns: int) -> list[tuple[float, float, float, float]]:
    """Return left, bottom, width and height of each panel, row by row from the top."""
    box = ax.get_position()
    width, height = box.width / n_columns, box.height / n_rows
    return [
        (box.x0 + column * width, box.y1 - (row + 1) * height, 0.8 * width, 0.65 * height)
        for row in range(n_rows)
        for column in range(n_columns)
    ]


def window(scores: ArrayLike) -> tuple[float, float]:
    """Return from which score to which is drawn, so that one bad trial does not hide the others.

    Below the better three quarters there is room for one and a half times what they span.

    Examples
    --------
    >>> window([-50.0, 0.7, 0.8, 0.8, 0.9])
    (0.7, 0.9)
    """
    known = np.asarray(scores, dtype=float).ravel()
    known = known[np.isfinite(known)]
    if not len(known):
        return 0.0, 1.0
    quarter, high = np.percentile(known, 25), known.max()
    return float(known[known >= quarter - 1.5 * (high - quarter)].min()), float(high)


def say_cut_off(ax: Any, scores: ArrayLike) -> None:
    """Write how many scores lie below what is drawn."""
    known = np.asarray(scores, dtype=float).ravel()
    low, _ = window(known)
    n_below = int((known < low).sum())
    if n_below:
        text = f"{n_below} score{'s' * (n_below > 1)} below, down to {np.nanmin(known):.3g}"
        ax.annotate(text, (0.99, 0.02), xycoords="axes fraction", ha="right", size="small")


def legend_above(ax: Any, *, columns: int = 3) -> None:
    """Put the legend over the axes, where it hides nothing."""
    handles, _ = ax.get_legend_handles_labels()
    if handles:
        ax.legend(
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=min(columns, len(handles)),
            frameon=False,
            fontsize="small",
        )
