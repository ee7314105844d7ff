"""Puts the ready-made space of an estimator together."""

from __future__ import annotations

from typing import Any, Final

from ..exceptions import SettingError, SpaceError
from ._combine import combine
from ._data import Data
from ._parts import Part, is_estimator, parts_of, tunes_itself
from ._ready_made import ReadyMade

SIZES: Final = ("core", "wide")


def space_for(
    estimator: Any,
    size: str = "core",
    *,
    X: Any = None,
    y: Any = None,
    n_train: int | None = None,
) -> ReadyMade:
    """Return the ready-made space of an estimator, to be searched as it is or edited first.

    Parameters
    ----------
    estimator : estimator object
        Recognised by the names of its classes, those of your own by `register`. What it holds is
        followed: the steps of a pipeline, the members of ensembles, column transformers and
        unions, the estimator inside a meta-estimator.
    size : {"core", "wide"}, default="core"
        At most five parameters an estimator, those that matter most; or more of them.
    X : array-like of shape (n_samples, n_features) or sequence of str, optional
        The rows to be fitted: bounds such as the number of neighbours depend on them.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
        The targets: the scale of penalties depends on them.
    n_train : int, optional
        Rows of the smallest training fold. A search gives those of its splits; otherwise it is
        supposed that a fit sees at least half of the rows.

    Returns
    -------
    dict
        From names to dimensions of `skhp.space`. Each holds the estimator's present value, so
        that a search of it cannot end below the estimator as it is, unless there are too few rows
        in a training fold to fit it at all. The dict, its copies and
        what ``|`` makes of it remember which params are known to be good; a search tries those
        first that are still inside after edits. A new dict such as ``{**space}`` forgets them.

    Raises
    ------
    SpaceError
        If nothing of the estimator has a ready-made space, or something in it that predicts is
        unknown.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn.svm import SVC
    >>> space_for(make_pipeline(StandardScaler(), SVC()))  # doctest: +NORMALIZE_WHITESPACE
    {'svc__C': Real(0.03125, 4096.0, log=True),
     'svc__gamma': Either('scale', Real(0.0001220703125, 8.0, log=True))}
    """
    parts = _checked_parts(estimator, size, data=Data.of(X, y, n_train=n_train))
    entries: dict[str, Any] = {}
    for part in parts:
        for name, dimension in part.dimensions(size).items():
            entries.setdefault(name, dimension)  # what holds a part may speak for it
    unset = {
        f"{part.prefix}{name}": value
        for part in parts
        if part.preset is not None
        for name, value in part.preset.unset.items()
    }
    limits = {
        f"{part.prefix}{name}": most for part in parts for name, most in part.limits(size).items()
    }
    return ReadyMade(entries, good=combine(parts, entries), unset=unset, limits=limits)


def _checked_parts(estimator: Any, size: str, *, data: Data) -> list[Part]:
    """Return an estimator and what it holds, after checks that there is something to search."""
    if size not in SIZES:
        raise SettingError(f"size must be one of {', '.join(SIZES)}, got {size!r}.")
    if not is_estimator(estimator):
        raise SpaceError(f"A ready-made space is for an estimator, got {estimator!r}.")
    parts = list(parts_of(estimator, data))
    for part in parts:
        predicts = hasattr(part.estimator, "predict") and not part.holds_parts
        if part.preset is None and (predicts or len(parts) == 1):
            raise SpaceError(
                f"There is no ready-made space for {type(part.estimator).__name__}. "
                + _how_to_give_one(part)
            )
    if not any(part.dimensions(size) for part in parts):
        raise SpaceError(
            f"There is no ready-made space, as {_why_not(estimator)}. {_how_to_give_one(parts[0])}"
        )
    return parts


def _why_not(estimator: Any) -> str:
    name = type(estimator).__name__
    if tunes_itself(estimator):
        return f"{name} finds the best values of its parameters by itself"
    return f"{name} has nothing to tune"


def _how_to_give_one(part: Part) -> str:
    names = sorted(part.present)
    if not names:
        return "It has no parameters."
    numbers = [name for name in names if type(part.present[name]) in (int, float)]
    example = part.prefix + (numbers or names)[0]
    return (
        f"Give one yourself, for instance {{{example!r}: [...]}} or "
        f"{{{example!r}: (low, high, 'log-uniform')}}, or give the class one for every search: "
        f"skhp.presets.register({type(part.estimator).__name__}, {{...}}). "
        f"Its parameters are: {', '.join(part.prefix + name for name in names)}."
    )
