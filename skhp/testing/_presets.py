"""The laws of a ready-made space, as one check that anyone can run on their own."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.pipeline import Pipeline

from ..exceptions import SpaceError
from ..presets import known_good, space_for
from ..space import Space
from ..space._identity import NOTHING, is_number, same

__all__ = ["check_preset"]

N_ROWS, N_FEATURES = 60, 6
N_DRAWN = 20

LONG = ("iterations", "max_iter", "n_estimators", "n_iter")
"""Parameters that say how long a fit takes: fits of a check are short."""

SHORT = 8


def check_preset(estimator: Any, X: Any = None, y: Any = None, *, n_fits: int = 3) -> None:
    """Check the laws of the ready-made space of an estimator.

    - It can be read in every size, with data and without.
    - The estimator's present params come first, as they are, and the params that are known to be
      good lie inside.
    - The estimator takes what is drawn from the space, and can be fitted with it.
    - It is the same inside a pipeline, with the name of the step before each name.
    - Asking for it changes neither the estimator nor the data.

    Parameters
    ----------
    estimator : estimator object
        With a space of its own by `skhp.presets.register` or ``__skhp_space__``, or one that the
        library knows.
    X : array-like of shape (n_samples, n_features), optional
        Rows to fit on; by default a small table of positive numbers around two centres.
    y : array-like of shape (n_samples,), optional
        Targets; by default the two centres for a classifier, else numbers.
    n_fits : int
        How many params that were drawn are fitted, in each size; the last of the known good ones
        are fitted as well. Parameters such as ``max_iter`` are held low.

    Raises
    ------
    AssertionError
        Names the law that is broken.
    SpaceError
        If there is no space, or it cannot be read.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> check_preset(Ridge())
    """
    if X is None:
        X, y = _toy_table(estimator)
    before = repr(estimator.get_params(deep=True)), copy.deepcopy((X, y))
    for size in _sizes(estimator):
        for data in ({}, {"X": X, "y": y}):
            space = Space.read(space_for(estimator, size, **data))
            _known_params_lie_inside(estimator, space, known_good(estimator, size, **data))
            _is_the_same_in_a_pipeline(estimator, size, data)
            _is_taken(estimator, space)
        good = known_good(estimator, size, X=X, y=y)[-1:]
        for params in [*_drawn(space, n_fits), *good] if n_fits else []:
            _is_fitted(estimator, params, X=X, y=y)
    assert repr(estimator.get_params(deep=True)) == before[0], "the estimator was changed"
    assert same(before[1], copy.deepcopy((X, y))), "the data were changed"


def _toy_table(estimator: Any) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    centre = np.arange(N_ROWS) % 2
    rows = np.abs(rng.normal(size=(N_ROWS, N_FEATURES)) + centre[:, np.newaxis])
    if is_classifier(estimator):
        return rows, centre
    return rows, rows[:, 0] + 2.0 * rows[:, 1] + 0.1


def _sizes(estimator: Any) -> list[str]:
    """Return the sizes in which there is something to search; the wide one holds the other."""
    space_for(estimator, "wide")
    try:
        space_for(estimator, "core")
    except SpaceError:
        return ["wide"]
    return ["core", "wide"]


def _drawn(space: Space, n: int) -> list[dict[str, Any]]:
    return space.decode(space.sample(n, np.random.default_rng(0)))


def _known_params_lie_inside(estimator: Any, space: Space, known: list[dict[str, Any]]) -> None:
    assert known, "nothing is known to try first, not even the estimator as it is"
    present = estimator.get_params(deep=True)
    for name, value in known[0].items():
        # None stands for what the library behind the estimator takes in its place
        as_it_is = present.get(name) is None or _alike(value, present[name])
        assert as_it_is, (
            f"the first params must be the estimator's own: {name} is {present[name]!r}, and "
            f"{value!r} is tried"
        )
    for params in known:
        assert space.contains(params), f"these params lie outside of {space!r}: {params!r}"


def _alike(left: Any, right: Any) -> bool:
    """Say whether values are the same, numbers but for what a log scale rounds off."""
    if is_number(left) and is_number(right):
        return bool(np.isclose(left, right, rtol=1e-6, atol=0.0))
    return same(left, right)


def _is_the_same_in_a_pipeline(estimator: Any, size: str, data: Mapping[str, Any]) -> None:
    alone = space_for(estimator, size, **data)
    names = list(space_for(Pipeline([("step", estimator)]), size, **data))
    assert names == [f"step__{name}" for name in alone], (
        f"in a pipeline the space has the parameters {names}, alone {list(alone)}"
    )


def _is_taken(estimator: Any, space: Space) -> None:
    for params in _drawn(space, N_DRAWN):
        tuned = clone(estimator).set_params(**clone(params, safe=False))
        taken = tuned.get_params(deep=True)
        for name, value in params.items():
            if "[" not in name and not hasattr(value, "get_params"):
                kept = taken.get(name, NOTHING)
                assert same(kept, value), f"set_params({name}={value!r}) was made {kept!r}"


def _is_fitted(estimator: Any, params: Mapping[str, Any], *, X: Any, y: Any) -> None:
    few = {
        name: min(value, SHORT) if name.rpartition("__")[2] in LONG else value
        for name, value in params.items()
    }
    tuned = clone(estimator).set_params(**clone(few, safe=False))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tuned.fit(X) if y is None else tuned.fit(X, y)
        except Exception as error:
            raise AssertionError(f"a fit with {few!r} failed: {error}") from error
