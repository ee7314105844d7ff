"""A finished search as one HTML file that can be mailed: nothing in it is loaded from elsewhere."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError

from .._written import error_line, html_table, written, written_params, written_seconds
from ..exceptions import SettingError
from ..history import Fold, History
from ..report import Leaderboard
from ._code import code_of
from ._pictures import pictures_of

__all__ = ["write_report"]

MOST_ERRORS = 5
"""Different errors that are shown."""

STYLE = """
:root { color-scheme: light dark; --line: #8885; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
.scrolls { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; }
caption { text-align: left; opacity: .75; }
th, td { text-align: left; padding: .25rem .7rem; border-bottom: 1px solid var(--line); }
pre { overflow-x: auto; background: var(--soft); padding: .8rem; border-radius: 4px; }
pre, code { font-size: .88rem; }
figure { margin: 1.2rem 0; } figcaption { font-size: .9rem; opacity: .85; }
img { max-width: 100%; height: auto; background: white; border-radius: 4px; }
.best { font-size: 1.1rem; }
""".strip()


def write_report(search: Any, path: Any) -> Path:
    """Write a report of a fitted search: one file with its tables and pictures.

    Parameters
    ----------
    search : a fitted search of skhp
        Of any kind.
    path : str or path-like
        Of the HTML file; one that is there is replaced.

    Returns
    -------
    pathlib.Path
        Where it is.

    Raises
    ------
    NotFittedError
        If the search was not fitted.
    SettingError
        If it is no search of skhp.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> search = GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2, 3]}, cv=3).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = write_report(search, f"{folder}/search.html").read_text(encoding="utf-8")
    >>> "max_depth" in page
    True
    """
    history = getattr(search, "history_", None)
    if not isinstance(history, History):
        if hasattr(search, "warm_start_from"):
            raise NotFittedError(f"This {type(search).__name__} has nothing to report. Fit it.")
        raise SettingError(f"A report needs a search of skhp, got {type(search).__name__}.")
    place = Path(path)
    place.write_text(_page(search, history), encoding="utf-8")
    return place


def _page(search: Any, history: History) -> str:
    title = f"{type(search).__name__} of {type(search.estimator).__name__}"
    sections = (
        ("", _best(search)),
        ("What was searched", _space(history)),
        ("Data and splits", _facts(_data(search, history))),
        ("How it ran", _facts(_run(search, history)) + _errors(history)),
        ("Leaderboard", _leaderboard(search)),
        ("Pictures", _figures(search)),
        ("The estimator", _code(search)),
        ("Versions", _facts(_versions())),
    )
    body = "\n".join(
        f"<section>{f'<h2>{name}</h2>' if name else ''}{content}</section>"
        for name, content in sections
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>\n{STYLE}\n</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n{body}\n</body></html>\n"
    )


def _best(search: Any) -> str:
    known = vars(search)
    if "best_params_" not in known:
        return "<p>No candidate was chosen.</p>"
    params = f"<pre>{escape(written_params(known['best_params_']))}</pre>"
    if "best_score_" not in known:
        return f'<p class="best">Chosen:</p>{params}'
    spread = search.cv_results_.get("std_test_score")
    of_folds = "" if spread is None else f" ± {spread[search.best_index_]:.2g} over the folds"
    text = f"Best score: <b>{known['best_score_']:.6g}</b>{of_folds}, by"
    return f'<p class="best">{text}</p>{params}{_honest(search)}'


def _honest(search: Any) -> str:
    """Say what the choice would score on new rows, where that can be told."""
    try:
        honest = search.honest_score()
    except (SettingError, NotFittedError):
        return ""
    if not np.isfinite(honest.score):
        return ""
    between = ""
    if np.isfinite(honest.low):
        between = f", {honest.confidence:.0%} between {honest.low:.4g} and {honest.high:.4g}"
    return (
        f"<p>On new rows, less the luck of having been chosen: <b>{honest.score:.4g}</b>{between} "
        f"({escape(honest.method)}).</p>"
    )


def _space(history: History) -> str:
    if history.space is None:
        return "<p>The candidates were a list.</p>"
    return f'<div class="scrolls">{history.space._repr_html_()}</div>'


def _data(search: Any, history: History) -> list[tuple[str, Any]]:
    sizes = [fold.n_test_samples for fold in _whole_folds(history)]
    tested = ""
    if sizes:
        tested = f"{min(sizes)} to {max(sizes)}" if min(sizes) < max(sizes) else f"{sizes[0]}"
    by = "" if search.cv is None else f", by cv={search.cv!r}"
    return [
        ("columns", getattr(search, "n_features_in_", None)),
        ("splits", f"{history.n_splits}{by}"),
        ("rows that each split tests", tested),
        ("score", "that of the estimator" if search.scoring is None else repr(search.scoring)),
    ]


def _whole_folds(history: History) -> Sequence[Fold]:
    """Return the folds of the complete trial that was tested on most rows."""
    return max(
        (trial.folds for trial in history.complete),
        key=lambda folds: sum(fold.n_test_samples for fold in folds),
        default=(),
    )


def _run(search: Any, history: History) -> list[tuple[str, Any]]:
    folds = [fold for trial in history for fold in trial.folds]
    times = [(fold.started, fold.ended) for fold in folds if fold.started and fold.ended]
    facts: list[tuple[str, Any]] = [
        ("candidates", repr(history).removeprefix("History of ")),
        ("fits", len(folds)),
        ("time of all fits", written_seconds(sum(trial.seconds for trial in history))),
    ]
    if times:
        lasted = max(ended for _, ended in times) - min(started for started, _ in times)
        workers = {fold.worker for fold in folds if fold.worker}
        busy = sum(ended - started for started, ended in times) / max(lasted, 1e-9)
        facts += [
            ("from the first fit to the last", written_seconds(lasted)),
            ("workers", f"{len(workers)}, of which {busy:.1f} were busy on average"),
        ]
    if "refit_time_" in vars(search):
        facts.append(("refit", written_seconds(search.refit_time_)))
    return [*facts, ("ended because", vars(search).get("stop_reason_", ""))]


def _errors(history: History) -> str:
    """List what went wrong, the most frequent first."""
    counts: dict[str, int] = {}
    for trial in history:
        for fold in trial.folds:
            if fold.error is not None:
                error = error_line(fold.error)
                counts[error] = counts.get(error, 0) + 1
    if not counts:
        return ""
    ranked = sorted(counts.items(), key=lambda one: -one[1])
    rows = [(n, error) for error, n in ranked[:MOST_ERRORS]]
    caption = (
        "Fits that failed" if len(ranked) <= MOST_ERRORS else "Fits that failed, most frequent"
    )
    return f'<div class="scrolls">{html_table(("fits", "error"), rows, caption)}</div>'


def _leaderboard(search: Any) -> str:
    board = search.leaderboard(10)
    if isinstance(board, Leaderboard):
        columns, rows = board.columns, board.rows
    else:  # a data frame
        columns, rows = tuple(board.columns), board.to_numpy(dtype=object).tolist()
    return f'<div class="scrolls">{html_table(columns, rows)}</div>'


def _figures(search: Any) -> str:
    return "\n".join(
        f'<figure><img alt="{escape(name)}" src="data:image/png;base64,{data}">'
        f"<figcaption><b>{escape(name)}.</b> {escape(text)}</figcaption></figure>"
        for name, text, data in pictures_of(search)
    )


def _code(search: Any) -> str:
    """Return the lines that make the estimator anew, unfitted."""
    return f"<pre>{escape(code_of(search.estimator, vars(search).get('best_params_')))}</pre>"


def _versions() -> list[tuple[str, Any]]:
    names = ("skhp", "scikit-learn", "scikit-optimize", "joblib", "numpy", "scipy")
    found = [(name, _version(name)) for name in names]
    return [("Python", f"{platform.python_version()}, {platform.platform()}"), *found]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _facts(facts: Sequence[tuple[str, Any]]) -> str:
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>"
        f"{escape(value if isinstance(value, str) else written(value))}</td></tr>"
        for name, value in facts
        if value not in (None, "")
    )
    return f'<div class="scrolls"><table>{rows}</table></div>'
