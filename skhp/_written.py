"""Writes params, seconds and tables as people read them; what is written can be copied."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

__all__ = [
    "error_line",
    "html_table",
    "text_table",
    "written",
    "written_params",
    "written_score",
    "written_seconds",
]


def written(value: Any) -> str:
    """Return a value as Python reads it, floats with 4 significant digits.

    Examples
    --------
    >>> written(1.0), written(0.123456), written((16, 0.5)), written(np.float64(2e-5))
    ('1.0', '0.1235', '(16, 0.5)', '2e-05')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return repr(float(f"{value:.4g}")) if math.isfinite(value) else f"float('{value}')"
    if type(value) is tuple:
        inside = ", ".join(map(written, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if type(value) is list:
        return f"[{', '.join(map(written, value))}]"
    if type(value) is dict:
        return written_params(value)
    return " ".join(repr(value).split())


def written_params(params: Mapping[Any, Any], width: int | None = None) -> str:
    """Return params as a dict that can be copied; ``...`` for what there is no room for.

    Parameters
    ----------
    params : mapping
        Of a trial.
    width : int, optional
        Characters, at least 5.

    Examples
    --------
    >>> written_params({"C": 1.0, "kernel": "rbf"})
    "{'C': 1.0, 'kernel': 'rbf'}"
    >>> written_params({"C": 1.0, "kernel": "rbf"}, width=16)
    "{'C': 1.0, ...}"
    """
    parts = [f"{name!r}: {written(value)}" for name, value in params.items()]
    text = "{" + ", ".join(parts) + "}"
    while width is not None and len(text) > width and parts:
        parts.pop()
        text = "{" + ", ".join([*parts, "..."]) + "}"
    return text


def written_score(score: float) -> str:
    """Return a score with 6 significant digits, which tell two good candidates apart.

    Examples
    --------
    >>> written_score(1.0), written_score(0.123456789)
    ('1.0', '0.123457')
    """
    return repr(float(f"{score:.6g}"))


def written_seconds(seconds: float) -> str:
    """Return how long something takes, in the unit in which people would say it.

    Examples
    --------
    >>> written_seconds(0.25), written_seconds(42.0), written_seconds(150.0), written_seconds(9000)
    ('0.2 s', '42 s', '2.5 min', '2.5 h')
    """
    if seconds < 99.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5940 else f"{seconds / 3600:.1f} h"


def text_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows under their columns, as wide as each needs."""
    cells = [list(columns), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(columns))]
    lines = ["  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def html_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], caption: str = "") -> str:
    """Return a table for notebooks."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(value))}</td>" for value in row) + "</tr>"
        for row in rows
    )
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{said}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    """Return one cell: nothing for what is missing, texts as they are."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    text = " ".join(value.split()) if isinstance(value, str) else written(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def error_line(traceback: str) -> str:
    r"""Return the line of a traceback that names the error, without what its message adds below.

    Examples
    --------
    >>> error_line('Traceback:\n  File "a.py"\nValueError: NaN.\nUse an imputer.')
    'ValueError: NaN.'
    """
    lines = traceback.strip().splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith('  File "')]
    below = lines[frames[-1] + 1 :] if frames else lines
    return next((line for line in below if line and not line[0].isspace()), "")
