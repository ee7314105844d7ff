"""Params that are worth trying first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from ..space import Space, closest
from ._combine import asks
from ._data import Data
from ._ready_made import ReadyMade, ready_made_in
from ._space_for import space_for
from ._swapped import Start, starts_in


def known_good(
    estimator: Any,
    size: str = "core",
    *,
    X: Any = None,
    y: Any = None,
    n_train: int | None = None,
    space: Any = None,
) -> list[dict[str, Any]]:
    """Return params of a search space that are worth trying first.

    Parameters
    ----------
    estimator : estimator object
        As for `space_for`.
    size : {"core", "wide"}, default="core"
        As for `space_for`.
    X, y : array-like, optional
        As for `space_for`.
    n_train : int, optional
        As for `space_for`.
    space : dict, list of dicts or Constrained, optional
        What `space_for` returned, after it was edited: all but the estimator is then not used. Or
        any other search space; the ready-made one by default.

    Returns
    -------
    list of dict
        First the estimator as it is, or as near to that as `n_train` rows allow, then what is
        known to be good on many data sets; in each the parts of a pipeline or an ensemble are
        given their first, second, ... good params. Of an edited space those that are left in it:
        parameters that were taken out, and those that were added, have the estimator's present
        values. Of any other space those that lie inside, for estimators of which benchmarks have
        shown that this gains: support vector machines with kernels. A step that the space swaps is
        tried as it is and then with what is known to be good of it, the alternatives by turns.
        What asks for a choice that the space does not have, another kernel say, is left out.

    Raises
    ------
    SpaceError
        As `space_for`.

    References
    ----------
    P. Gijsbers et al.: Meta-learning for symbolic hyperparameter defaults, GECCO 2021: one good
    configuration is worth about eight random ones.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> known_good(LogisticRegression())
    [{'C': 1.0}, {'C': 0.1}, {'C': 100.0}, {'C': 0.01}]
    >>> mine = space_for(LogisticRegression())
    >>> mine["C"] = (0.05, 10.0, "log-uniform")
    >>> known_good(LogisticRegression(), space=mine)
    [{'C': 1.0}, {'C': 0.1}]
    >>> from sklearn.svm import SVC
    >>> known_good(SVC(), space={"C": (0.01, 100.0, "log-uniform")})
    [{'C': 1.0}, {'C': 16.0}, {'C': 0.1}]
    """
    if space is None:
        space = space_for(estimator, size, X=X, y=y, n_train=n_train)
    read = Space.read(space, estimator=estimator)
    ready = list(ready_made_in(space))
    if ready:
        starts = [_remembered(ready, estimator)]
    else:
        starts = list(starts_in(read, estimator, Data.of(X, y, n_train=n_train)))
    found: list[dict[str, Any]] = []
    for start, good in _by_turns(starts):
        params = closest(read, {**start.present, **good})
        if params is not None and params not in found and _holds(read, params, start, good):
            found.append(params)
    return found


def _remembered(ready: Sequence[ReadyMade], estimator: Any) -> Start:
    """Return an estimator with what its ready-made spaces remember."""
    present = estimator.get_params(deep=True)
    for one in ready:
        present = one.standing(present)
    return Start(present, [{}, *(params for one in ready for params in one.good)])


def _by_turns(starts: Sequence[Start]) -> Iterator[tuple[Start, Mapping[str, Any]]]:
    """Yield the first params of each start, then the second ones, and so on."""
    for turn in zip_longest(*(start.good for start in starts)):
        for start, good in zip(starts, turn, strict=True):
            if good is not None:
                yield start, good


def _holds(space: Space, params: Mapping[str, Any], start: Start, good: Mapping[str, Any]) -> bool:
    """Say whether good params lie in a space as far as it has them, and need no more than that."""
    wanted = {name: value for name, value in good.items() if name in params}
    return space.contains({**params, **wanted}) and asks(good, params, start.present)
