"""The compiled entries of a space: parameters, derived parameters, constraints, their gates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, final

from ..exceptions import SpaceError
from ._conditions import view_from
from ._dimension import Dimension

# Fulfilled where one of the parents, given by position, is active and has one of the codes.
Gate: TypeAlias = tuple[tuple[int, frozenset[int]], ...]


@final
@dataclass(frozen=True)
class Parameter:
    """A named dimension and the gates that must all be fulfilled for it to be active.

    Parameters
    ----------
    name : str
        As in params; empty for the hidden choice between the sub-spaces of a list.
    dimension : Dimension
        Its values.
    gates : tuple of Gate
        Empty where it is always active.
    """

    name: str
    dimension: Dimension
    gates: tuple[Gate, ...] = ()


@final
@dataclass(frozen=True)
class Relation:
    """A function of params that belongs to a part of the space.

    Parameters
    ----------
    name : str
        The parameter it derives, empty for a constraint.
    function : callable
        Takes the dict of active params.
    prefix : str
        Names below it may be written short.
    gates : tuple of Gate
        Where it applies.
    """

    name: str
    function: Callable[[dict[str, Any]], Any]
    prefix: str
    gates: tuple[Gate, ...] = ()

    def derives(self, params: Mapping[str, Any]) -> Any:
        """Return the value of the derived parameter."""
        try:
            return self.function(view_from(params, self.prefix))
        except KeyError as error:
            raise SpaceError(
                f"Parameter {self.name!r} is derived from {_asked(error)!r}, which is not among "
                f"the active params {dict(params)!r}. Put Derived(...) under the same condition."
            ) from error

    def allows(self, params: Mapping[str, Any], names: frozenset[str]) -> bool:
        """Say whether params fulfil a constraint; asking for one that is inactive fulfils it."""
        try:
            return bool(self.function(view_from(params, self.prefix)))
        except KeyError as error:
            asked = _asked(error)
            if asked in names or f"{self.prefix}{asked}" in names:
                return True
            raise SpaceError(
                f"A constraint asks for the parameter {asked!r}, which the space does not have. "
                f"Its parameters are: {', '.join(sorted(names))}."
            ) from error


def _asked(error: KeyError) -> object:
    return error.args[0] if error.args else None
