"""Where a search looks, and what it tries first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..exceptions import SpaceError
from ..presets import known_good, space_for
from ..space import Space
from ._inputs import Inputs

__all__ = ["first_params_of", "space_of"]


def space_of(
    search: Any, estimator: Any, *, X: Any = None, y: Any = None, without: str | None = None
) -> Space:
    """Return the user's space, or the ready-made one where there is none.

    Parameters
    ----------
    search : Search
        With `search_spaces`.
    estimator : estimator object
        What is tuned.
    X, y : array-like, optional
        Bounds that depend on the data are those of these.
    without : str, optional
        A parameter that is left out of the ready-made space.
    """
    if search.search_spaces is not None:
        return Space.read(search.search_spaces)
    return Space.read(_less(space_for(estimator, X=X, y=y), without))


def first_params_of(
    search: Any, inputs: Inputs, space: Space, *, without: str | None = None
) -> list[dict[str, Any]]:
    """Return what is tried first, the user's own wish before all.

    Parameters
    ----------
    search : Search
        With `search_spaces` and `initial_params`. Spaces that were made from ready-made ones
        know their good params, others only the estimator's present ones.
    inputs : Inputs
        What it works on.
    space : Space
        As `space_of` returned it.
    without : str, optional
        A parameter that is left out of the known good params.

    Raises
    ------
    SpaceError
        If the user's params lie outside the space.
    """
    if search.initial_params is None and search.search_spaces is None:
        known = known_good(inputs.estimator, X=inputs.X, y=inputs.y)
        return [_less(params, without) for params in known]
    if search.initial_params is None:
        return known_good(inputs.estimator, space=search.search_spaces)
    for params in search.initial_params:
        if not space.contains(params):
            raise SpaceError(
                f"initial_params must lie in the space, got {params!r}. The space is {space!r}."
            )
    return [dict(params) for params in search.initial_params]


def _less(named: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    return {key: value for key, value in named.items() if key != name}
