"""Puts entries of dict-valued parameters back into their dicts."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, Final

from ..exceptions import SpaceError

_KEY: Final = re.compile(r"\[([^\[\]]+)\]")


def assemble(params: Mapping[str, Any], base_params: Mapping[str, Any]) -> dict[str, Any]:
    """Return params in which ``parameter[key]`` has become an entry of the dict ``parameter``.

    Parameters
    ----------
    params : mapping
        As a space decodes them.
    base_params : mapping
        What the estimator has now, as from ``get_params()``: the entries that are not searched
        are taken from here. A parameter that is missing or None counts as an empty dict.

    Returns
    -------
    dict
        Ready for ``set_params``. Neither argument, nor any dict inside, is changed.

    Raises
    ------
    SpaceError
        If the parameter is no dict.

    Examples
    --------
    >>> assemble({"alpha": 1, "model_kwargs[units]": 64}, {"model_kwargs": {"act": "relu"}})
    {'alpha': 1, 'model_kwargs': {'act': 'relu', 'units': 64}}
    """
    assembled = {name: value for name, value in params.items() if "[" not in name}
    opened: set[tuple[str, ...]] = set()
    for name, value in params.items():
        if "[" not in name:
            continue
        parameter, keys = name[: name.index("[")], _KEY.findall(name)
        present = _present(parameter, assembled, base_params)
        _place(assembled, [parameter, *keys], value, present=present, opened=opened)
    return assembled


def _present(parameter: str, assembled: Mapping[str, Any], base_params: Mapping[str, Any]) -> Any:
    """Return what a parameter is now, in an estimator that params swap in first of all."""
    if parameter in assembled:
        return assembled[parameter]
    owner, separator, rest = parameter.rpartition("__")
    while separator:
        if hasattr(assembled.get(owner), "get_params"):
            return assembled[owner].get_params().get(rest)
        owner, separator, inner = owner.rpartition("__")
        rest = f"{inner}__{rest}"
    return base_params.get(parameter)


def _place(
    assembled: dict[str, Any],
    path: list[str],
    value: Any,
    *,
    present: Any,
    opened: set[tuple[str, ...]],
) -> None:
    """Set the entry at the end of a path, with each dict on the way copied once."""
    holder, found = assembled, present
    for depth, key in enumerate(path[:-1], start=1):
        if found is not None and not isinstance(found, Mapping):
            raise SpaceError(
                f"{path[0]!r} must be a dict to have the entry {path[1:]!r}, got {found!r}."
            )
        if tuple(path[:depth]) not in opened:
            opened.add(tuple(path[:depth]))
            holder[key] = {} if found is None else copy.copy(found)
        holder = holder[key]
        found = holder.get(path[depth])
    holder[path[-1]] = value
