"""Splits what a user writes as search spaces into sub-spaces and their quotas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..exceptions import SpaceError
from ._conditions import Constrained, checked_constraints
from ._draft import Drafts, Place
from ._identity import is_integer
from ._reader import Reader
from ._resolve import Resolver


def doubts_about(search_spaces: object, estimator: Any = None) -> list[str]:
    """Return a sentence for each entry of search spaces that may mean something else.

    Parameters
    ----------
    search_spaces : object
        Anything that a search takes; what cannot be read is an error elsewhere.
    estimator : estimator object, optional
        Whose parameters are searched.
    """
    if isinstance(search_spaces, Mapping | Constrained | list | tuple):
        reader = Reader(estimator)
        resolved_subspaces(search_spaces, None, reader=reader)
        return reader.doubts
    return []


def resolved_subspaces(
    search_spaces: object, constraints: object, *, reader: Reader, n_iter: int | None = None
) -> tuple[Resolver, tuple[int | None, ...]]:
    """Return the resolved entries and the quotas of search spaces in any form.

    Where only some sub-spaces have a quota, each of the others gets `n_iter`, as in
    scikit-optimize.

    Raises
    ------
    SpaceError
        If they cannot be read.
    """
    spaces = search_spaces
    functions = list(checked_constraints(constraints))
    while isinstance(spaces, Constrained) and not isinstance(spaces.spaces, Mapping):
        functions.extend(spaces.constraints)
        spaces = spaces.spaces
    parts = _split(spaces)
    subspaces: list[Drafts] = []
    for part, _ in parts:
        drafts = Drafts(reader=reader)
        drafts.collect(Constrained(part, *functions), Place())
        subspaces.append(drafts)
    if not any(drafts.parameters for drafts in subspaces):
        raise SpaceError(
            f"The search space is empty: {search_spaces!r}. Give at least one parameter."
        )
    quotas = tuple(quota for _, quota in parts)
    if any(quotas):
        quotas = tuple(n_iter if quota is None else quota for quota in quotas)
    return Resolver.of(subspaces, quotas), quotas


def _split(spaces: object) -> list[tuple[Any, int | None]]:
    """Return the sub-spaces with their quotas."""
    if _is_space(spaces):
        return [(spaces, None)]
    if not isinstance(spaces, list | tuple):
        raise SpaceError(
            "A search space must be a dict, a list of dicts or a list of (dict, int), "
            f"got {spaces!r} of type {type(spaces).__name__}."
        )
    if _has_quota(spaces):
        return [(spaces[0], _checked_quota(spaces[1]))]
    parts: list[tuple[Any, int | None]] = []
    for number, item in enumerate(spaces):
        if _is_space(item):
            parts.append((item, None))
        elif isinstance(item, tuple) and len(item) == 2 and _is_space(item[0]):
            parts.append((item[0], _checked_quota(item[1])))
        else:
            raise SpaceError(
                f"Entry {number} of the list of search spaces must be a dict or (dict, int), "
                f"got {item!r} of type {type(item).__name__}."
            )
    return parts


def _is_space(value: object) -> bool:
    return isinstance(value, Mapping | Constrained)


def _has_quota(spaces: list[Any] | tuple[Any, ...]) -> bool:
    return (
        isinstance(spaces, tuple)
        and len(spaces) == 2
        and _is_space(spaces[0])
        and not _is_space(spaces[1])
        and not isinstance(spaces[1], tuple)
    )


def _checked_quota(quota: Any) -> int:
    if not is_integer(quota) or quota < 1:
        raise SpaceError(
            "The number that goes with a sub-space must be a whole number of at least 1, "
            f"got {quota!r} of type {type(quota).__name__}."
        )
    return int(quota)
