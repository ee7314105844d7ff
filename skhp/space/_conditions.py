"""What a user writes to tie parameters to each other: conditions, constraints, derived values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, final

from ..exceptions import SpaceError
from ._identity import same


@final
@dataclass(frozen=True, repr=False, eq=False)
class When:
    """A dimension that is searched only where another parameter has one of some values.

    Parameters
    ----------
    parent : str
        The other parameter: a choice, an ordered choice or an integer, perhaps conditional
        itself, named as in the same dict or in one around it.
    values : object, or list, set or range of objects
        One value, or several in a list, set or range. A tuple is one value.
    dimension : object
        Anything a search space takes, another ``When`` or a sub-space among it.

    Examples
    --------
    >>> space = {
    ...     "kernel": ["linear", "rbf", "poly"],
    ...     "gamma": When("kernel", ["rbf", "poly"], (1e-4, 10.0, "log-uniform")),
    ...     "degree": When("kernel", "poly", (2, 5)),
    ... }

    A list of conditions gives one parameter several dimensions, of which at most one may apply:

    >>> space["C"] = [When("kernel", "rbf", (0.1, 10.0)), When("kernel", "poly", (1.0, 100.0))]
    """

    parent: str
    values: Any
    dimension: Any

    def __post_init__(self) -> None:
        if not isinstance(self.parent, str):
            raise SpaceError(
                f"The parent of When must be the name of a parameter, got {self.parent!r}."
            )
        if not self.listed:
            raise SpaceError(
                f"When({self.parent!r}, {self.values!r}, ...) names no value of {self.parent!r}, "
                "so it could never apply."
            )

    @property
    def listed(self) -> tuple[Any, ...]:
        """The values of the parent, as a tuple."""
        if isinstance(self.values, list | set | frozenset | range):
            return tuple(self.values)
        return (self.values,)

    def __repr__(self) -> str:
        return f"When({self.parent!r}, {self.values!r}, {self.dimension!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, When):
            return NotImplemented
        return (
            self.parent == other.parent
            and same(self.values, other.values)
            and same(self.dimension, other.dimension)
        )

    def __hash__(self) -> int:
        return hash((When, self.parent))


def are_conditions(value: object) -> bool:
    """Say whether a value gives a parameter several dimensions, each under a condition."""
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and all(isinstance(one, When) for one in value)
    )


@final
@dataclass(frozen=True, repr=False)
class Derived:
    """A parameter computed from the others; it is set, but not searched.

    Parameters
    ----------
    function : callable
        Takes the dict of active params, returns the value. Inside a sub-space the names may be
        written as in the sub-space.

    Examples
    --------
    >>> space = {
    ...     "batch_size": [32, 64, 128],
    ...     "learning_rate_init": Derived(lambda params: 1e-3 * params["batch_size"] / 32),
    ... }
    """

    function: Callable[[dict[str, Any]], Any]

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise SpaceError(f"Derived takes a callable of the params, got {self.function!r}.")

    def __repr__(self) -> str:
        return f"Derived({_name_of(self.function)})"


@final
@dataclass(frozen=True, repr=False, init=False, eq=False)
class Constrained:
    """A search space of which only those params count that fulfil some constraints.

    Parameters
    ----------
    spaces : dict or list of dicts
        Anything a search takes as its space, or a sub-space inside one.
    *constraints : callable
        Each takes the dict of active params and says whether they are allowed. A constraint that
        asks for an inactive parameter is fulfilled.

    Examples
    --------
    >>> space = Constrained(
    ...     {"min_samples_leaf": (1, 50), "min_samples_split": (2, 100)},
    ...     lambda params: 2 * params["min_samples_leaf"] <= params["min_samples_split"],
    ... )
    """

    spaces: Any
    constraints: tuple[Callable[[dict[str, Any]], Any], ...]

    def __init__(self, spaces: Any, *constraints: Callable[[dict[str, Any]], Any]) -> None:
        object.__setattr__(self, "spaces", spaces)
        object.__setattr__(self, "constraints", checked_constraints(constraints))

    def __repr__(self) -> str:
        shown = "".join(f", {_name_of(constraint)}" for constraint in self.constraints)
        return f"Constrained({self.spaces!r}{shown})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Constrained):
            return NotImplemented
        return self.constraints == other.constraints and same(self.spaces, other.spaces)

    def __hash__(self) -> int:
        return hash((Constrained, self.constraints))


def checked_constraints(constraints: object) -> tuple[Callable[[dict[str, Any]], Any], ...]:
    """Return constraints as a tuple; None means there is none, a callable means itself."""
    if constraints is None:
        return ()
    if callable(constraints):
        return (constraints,)
    if not isinstance(constraints, list | tuple):
        raise SpaceError(f"constraints must be a callable or a list of them, got {constraints!r}.")
    for constraint in constraints:
        if not callable(constraint):
            raise SpaceError(
                f"A constraint must be a callable of the params, got {constraint!r}, "
                "for instance lambda params: params['a'] < params['b']."
            )
    return tuple(constraints)


def view_from(params: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return params to which those of the sub-space at ``prefix`` are added by their short names.

    Examples
    --------
    >>> view_from({"clf__C": 1.0, "scale": True}, "clf__")
    {'clf__C': 1.0, 'scale': True, 'C': 1.0}
    """
    if not prefix:
        return dict(params)
    short = {name[len(prefix) :]: params[name] for name in params if name.startswith(prefix)}
    return {**params, **short}


def _name_of(function: Callable[..., Any]) -> str:
    return getattr(function, "__qualname__", None) or repr(function)
