"""Says what is searched, saves what was found, and says that too."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import joblib
from sklearn.base import is_classifier

from .._written import written_params, written_score
from ..exceptions import MissingExtraError
from ._settings import Settings
from ._table import Columns

__all__ = ["conclude", "introduce", "skops_io"]


def introduce(settings: Settings, columns: Columns, X: Any, y: Any, *, model: Any) -> None:
    """Say what is about to be searched.

    Parameters
    ----------
    settings : Settings
        What the user asked for.
    columns : Columns
        What the table holds.
    X : DataFrame
        Rows.
    y : Series
        The target.
    model : estimator object
        Will be tuned.
    """
    task = f"{y.nunique()} classes" if is_classifier(model) else "numbers"
    print(f"{settings.data}: {len(X)} rows, target {settings.target!r} ({task})")
    for kind in ("numbers", "categories", "texts", "dates"):
        names = getattr(columns, kind)
        if names:
            print(f"{len(names)} {kind}: {', '.join(names)}")
    if columns.left_out:
        reasons = (f"{name} ({reason})" for name, reason in columns.left_out.items())
        print(f"left out: {', '.join(reasons)}")
    print(f"model: {type(model).__name__}")
    if settings.journal.exists():
        print(f"goes on from {settings.journal}, if that was the same search")
    print(flush=True)


def conclude(settings: Settings, search: Any) -> None:
    """Save the model, the search and its leaderboard, and say what was found.

    Parameters
    ----------
    settings : Settings
        Say where to.
    search : BayesSearchCV
        Fitted.
    """
    saved = _save(settings, search)
    folds = [fold for trial in search.history_ for fold in trial.folds]
    n_before = sum(fold.started is None for fold in folds)  # a journal does not keep the time
    if n_before:
        print(f"{n_before} of the {len(folds)} fits were there from an earlier run.")
    untuned = _untuned(search)
    print(f"\nScore ({_metric(settings, search)}, {settings.cv} folds of cross-validation):")
    if untuned is not None:
        print(f"  {written_score(untuned)} untuned")
    print(f"  {written_score(search.best_score_)} tuned")
    print(
        f"  {written_score(search.best_score_corrected_)} tuned, without the luck of the best of "
        f"{len(search.history_.complete)}"
    )
    print(f"\nBest params: {written_params(search.best_params_)}")
    print(f"Saved: {', '.join(map(str, saved))}")
    print(f"\nTo predict, in Python:\n\n{_lines(settings)}")


def skops_io() -> Any:
    """Return ``skops.io``.

    Raises
    ------
    MissingExtraError
        If skops is not installed.
    """
    try:
        import skops.io
    except ImportError:
        raise MissingExtraError("skops", "command") from None
    return skops.io


def _untuned(search: Any) -> float | None:
    """Return the score of the model as it was before; the search tries that first as a rule."""
    present = search.estimator.get_params()
    for trial in search.history_.complete:
        if all(name in present and present[name] == one for name, one in trial.params.items()):
            return float(trial.score)
    return None


def _metric(settings: Settings, search: Any) -> str:
    if settings.scoring is not None:
        return settings.scoring
    return "accuracy" if is_classifier(search.best_estimator_) else "R²"


def _save(settings: Settings, search: Any) -> list[Path]:
    """Write what was found into the folder, and return the files; the page needs matplotlib."""
    leaderboard, whole = settings.out / "leaderboard.csv", settings.out / "search.joblib"
    if settings.format == "skops":
        skops_io().dump(search.best_estimator_, settings.model)
    else:
        joblib.dump(search.best_estimator_, settings.model)
    joblib.dump(search, whole)
    search.leaderboard(n=None).to_csv(leaderboard, index=False)
    saved = [settings.model, leaderboard, whole]
    if find_spec("matplotlib") is not None:
        saved.append(search.report(settings.out / "report.html"))
    return saved


def _lines(settings: Settings) -> str:
    """Return what is to be written to load the model."""
    path = repr(str(settings.model))
    if settings.format == "skops":
        load = (
            f"import skops.io\nmodel = skops.io.load({path}, "
            f"trusted=skops.io.get_untrusted_types(file={path}))"
        )
    else:
        load = f"import joblib\nmodel = joblib.load({path})"
    return f"{load}\nmodel.predict(table)  # a DataFrame with the same columns"
