"""Params that are worth trying first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..space import Space, closest
from ._ready_made import ready_made_in
from ._space_for import space_for


def known_good(
    estimator: Any,
    size: str = "core",
    *,
    X: Any = None,
    y: Any = None,
    n_train: int | None = None,
    space: Any = None,
) -> list[dict[str, Any]]:
    """Return params of an estimator's ready-made space that are worth trying first.

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
        What `space_for` returned, after it was edited; all but the estimator is then not used.

    Returns
    -------
    list of dict
        First the estimator as it is, or as near to that as `n_train` rows allow, then what is
        known to be good on many data sets; in each the parts of a pipeline or an ensemble are
        given their first, second, ... good params. Of an edited space those that are left in it:
        parameters that were taken out, and those that were added, have the estimator's present
        values.

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
    """
    if space is None:
        space = space_for(estimator, size, X=X, y=y, n_train=n_train)
    ready = list(ready_made_in(space))
    present = estimator.get_params(deep=True)
    for one in ready:
        present = one.standing(present)
    read = Space.read(space, estimator=estimator)
    found: list[dict[str, Any]] = []
    for good in [{}, *(params for one in ready for params in one.good)]:
        params = closest(read, {**present, **good})
        if params is not None and params not in found and _holds(read, params, good):
            found.append(params)
    return found


def _holds(space: Space, params: Mapping[str, Any], good: Mapping[str, Any]) -> bool:
    """Say whether good params lie in a space as far as it has them."""
    wanted = {name: value for name, value in good.items() if name in params}
    return space.contains({**params, **wanted})
