"""Collects what a search space says, before names are resolved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Number
from typing import Any, Final, TypeAlias, final

from ..exceptions import SpaceError
from ._choice import Choice
from ._conditions import Constrained, Derived, When, are_conditions
from ._dimension import Dimension
from ._read import FORMS
from ._reader import Reader

_NAME: Final = re.compile(r"[^\[\]]+(\[[^\[\]]+\])*")


@final
@dataclass(frozen=True)
class Wish:
    """A condition as written: a parent's name, its values, where the name may be looked for."""

    parent: str
    values: tuple[Any, ...]
    prefixes: tuple[str, ...]


@final
@dataclass(eq=False)
class Draft:
    """A parameter, derived parameter or constraint, with its conditions as written.

    Parameters
    ----------
    name : str
        Full name, empty for a constraint.
    meaning : Dimension or callable
        The dimension, or the function that derives or constrains.
    place : Place
        Where in the nest of sub-spaces it stands.
    wishes : tuple of Wish
        Its conditions.
    """

    name: str
    meaning: Dimension | Callable[[dict[str, Any]], Any]
    place: Place
    wishes: tuple[Wish, ...]


Branch: TypeAlias = tuple[Draft, int]


@final
@dataclass(frozen=True)
class Place:
    """A spot in the nest of sub-spaces.

    Parameters
    ----------
    prefixes : tuple of str
        Prefixes of the names of the sub-spaces around, outermost first.
    branches : tuple of (Draft, int)
        The choices around and which of their values the sub-space belongs to.
    """

    prefixes: tuple[str, ...] = ("",)
    branches: tuple[Branch, ...] = ()

    @property
    def prefix(self) -> str:
        """The prefix of names that stand here."""
        return self.prefixes[-1]

    def under(self, prefix: str, branch: Branch | None = None) -> Place:
        """Return the place of a sub-space."""
        branches = self.branches if branch is None else (*self.branches, branch)
        return Place((*self.prefixes, prefix), branches)


@final
@dataclass
class Drafts:
    """Everything one search space says, in reading order."""

    parameters: list[Draft] = field(default_factory=list)
    derived: list[Draft] = field(default_factory=list)
    constraints: list[Draft] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    reader: Reader = field(default_factory=Reader)

    def collect(self, spaces: object, place: Place, wishes: tuple[Wish, ...] = ()) -> None:
        """Add the entries of a dict, perhaps constrained."""
        if isinstance(spaces, Constrained):
            self.collect(spaces.spaces, place, wishes)
            for function in spaces.constraints:
                self.constraints.append(Draft("", function, place, wishes))
            return
        if not isinstance(spaces, Mapping):
            raise SpaceError(
                f"{_sub_space_at(place)} must be a dict of parameters, got {spaces!r}. "
                "Alternatives inside a sub-space are written with When(...)."
            )
        for key, value in spaces.items():
            self._collect_entry(place.prefix + _checked_name(key), value, place, wishes)

    def _collect_entry(
        self, name: str, value: object, place: Place, wishes: tuple[Wish, ...]
    ) -> None:
        if isinstance(value, When):
            wish = Wish(value.parent, value.listed, place.prefixes)
            self._collect_entry(name, value.dimension, place, (*wishes, wish))
        elif isinstance(value, list | tuple) and are_conditions(value):
            for condition in value:
                self._collect_entry(name, condition, place, wishes)
        elif isinstance(value, Mapping | Constrained):
            _check_sub_space(name, value)
            self.collect(value, place.under(f"{name}__"), wishes)
        elif isinstance(value, Derived):
            self.names.append(name)
            self.derived.append(Draft(name, value.function, place, wishes))
        else:
            self._collect_dimension(name, self._dimension(name, value), place, wishes)

    def _dimension(self, name: str, value: object) -> Dimension:
        """Return the dimension of a value; an error names the parameter."""
        try:
            return self.reader.read(name, value)
        except SpaceError as error:
            raise SpaceError(f"Parameter {name!r}: {error}") from error
        except (TypeError, ValueError, AttributeError, NotImplementedError) as error:
            raise SpaceError(
                f"Parameter {name!r}: reading {value!r} failed with {type(error).__name__}: "
                f"{error}. {FORMS}"
            ) from error

    def _collect_dimension(
        self, name: str, dimension: Dimension, place: Place, wishes: tuple[Wish, ...]
    ) -> None:
        draft = Draft(name, dimension, place, wishes)
        self.names.append(name)
        self.parameters.append(draft)
        if isinstance(dimension, Choice) and dimension.subspaces is not None:
            for code, subspace in enumerate(dimension.subspaces):
                self.collect(subspace, place.under(f"{name}__", (draft, code)))


def _check_sub_space(name: str, value: object) -> None:
    """Refuse a dict that is meant as a value."""
    if not isinstance(value, Mapping) or any(map(_may_be_an_entry, value.items())):
        return
    raise SpaceError(
        f"Parameter {name!r}: a dict is a sub-space, from names of parameters to what may be "
        f"tried, which {value!r} is not. Write what may be tried in a list; if the dict itself is "
        f"a value, {{{name!r}: [{value!r}]}}."
    )


def _may_be_an_entry(entry: tuple[object, object]) -> bool:
    name, value = entry
    return isinstance(name, str) and not (value is None or isinstance(value, str | Number))


def _sub_space_at(place: Place) -> str:
    if not place.prefix:
        return "A search space"
    return f"The sub-space of parameter {place.prefix.removesuffix('__')!r}"


def _checked_name(key: object) -> str:
    if not isinstance(key, str):
        raise SpaceError(
            f"The name of a parameter must be a string, got {key!r} of type {type(key).__name__}."
        )
    if not _NAME.fullmatch(key):
        raise SpaceError(
            f"This is no name of a parameter: {key!r}. Write 'step__parameter', and "
            "'parameter[key]' for an entry of a parameter that is a dict."
        )
    return key
