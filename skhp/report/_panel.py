"""The results of a search as a compact panel for notebooks; it fits nothing."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._written import written_params, written_seconds
from ..history import History
from ._leaderboard import leaderboard_of

__all__ = ["panel_of"]

WIDTH, HEIGHT = 360, 110
MOST_POINTS = 400
"""More trials than this are drawn by every so many."""

STYLE = (
    "font-family:system-ui,sans-serif;font-size:13px;margin:0.6em 0;padding:0.6em 0.8em;"
    "border:1px solid currentColor;border-radius:4px;max-width:60em;overflow-x:auto"
)


def panel_of(
    history: History, *, reason: str, best: Any = None, resource: str | None = None
) -> str:
    """Return what came of a search as HTML: the best, the curve, a leaderboard, why it ended.

    Parameters
    ----------
    history : History
        Of the search.
    reason : str
        Why it ended.
    best : (dict, float), optional
        The params and the score that were chosen.
    resource : str, optional
        Of a halving search.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV
    >>> tree = DecisionTreeClassifier(random_state=0)
    >>> search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}).fit(*load_iris(return_X_y=True))
    >>> panel = panel_of(search.history_, reason=search.stop_reason_)
    >>> "3 trials" in panel
    True
    """
    parts = [f"<b>Results</b>: {escape(repr(history))}, in {_seconds(history)} of fits"]
    if reason:
        parts.append(f"Ended: {escape(reason)}")
    if best is not None:
        params, score = best
        parts.append(f"Best: {score:.6g} by <code>{escape(written_params(params))}</code>")
    head = "<br>".join(parts)
    curve = _curve(np.array([trial.score for trial in history]))
    table = leaderboard_of(history, 5, resource=resource)._repr_html_()
    return f'<div class="skhp-results" style="{STYLE}">{head}{curve}{table}</div>'


def _seconds(history: History) -> str:
    return written_seconds(sum(trial.seconds for trial in history))


def _curve(scores: NDArray[np.float64]) -> str:
    """Return each trial as a dot and the best so far as a line, in the colours of the page."""
    known = scores[np.isfinite(scores)]
    if not len(known):
        return ""
    quarter, high = np.percentile(known, 25), known.max()
    low = known[known >= quarter - 1.5 * (high - quarter)].min()
    step = -(-len(scores) // MOST_POINTS)
    numbers = np.arange(0, len(scores), step)
    best = np.fmax.accumulate(scores)

    def place(number: int, score: float) -> tuple[float, float]:
        x = 8 + (WIDTH - 16) * number / max(len(scores) - 1, 1)
        y = HEIGHT - 8 - (HEIGHT - 16) * (max(score, low) - low) / ((high - low) or 1.0)
        return round(x, 1), round(y, 1)

    dots = "".join(
        '<circle cx="{}" cy="{}" r="2.5" fill="currentColor" opacity="0.35"/>'.format(
            *place(number, scores[number])
        )
        for number in numbers.tolist()
        if np.isfinite(scores[number])
    )
    line = " ".join(
        "{},{}".format(*place(number, best[number]))
        for number in numbers.tolist()
        if np.isfinite(best[number])
    )
    title = f"score by trial, {low:.4g} to {high:.4g}"
    return (
        f'<div><svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{title}">'
        f"<title>{title}</title>{dots}"
        f'<polyline points="{line}" fill="none" stroke="#e8710a" stroke-width="2"/></svg></div>'
    )
