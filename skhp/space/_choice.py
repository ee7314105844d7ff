"""One of several values that have no order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

from ..exceptions import SpaceError
from ._identity import same
from ._levels import Levels, values_of, weights_of, without_repeats


@final
@dataclass(frozen=True, repr=False, eq=False)
class Choice(Levels):
    """One of several values of any kind, which have no order.

    Parameters
    ----------
    values : list, tuple, range, 1-D array, or mapping
        The values: numbers, strings, tuples of any lengths, lists, dicts, arrays, classes,
        functions, estimators, None. A mapping gives each value a sub-space of its own, which is
        searched where that value is chosen: under the key ``"clf"`` the sub-space
        ``{"C": ...}`` stands for the parameter ``clf__C``.
    weights : sequence of float, optional
        How often each value is drawn relative to the others; equally often by default.

    Raises
    ------
    SpaceError
        If there is no value, if there is not one positive weight per value, or if two keys of a
        mapping are the same value.

    Notes
    -----
    A value that is given twice counts as one, with twice the weight. Values are compared by
    identity, then by an equality that knows types: ``True`` is not 1 and 1 is not 1.0.

    Examples
    --------
    >>> Choice([(10,), (10, 5), (5, 5, 5)])
    Choice([(10,), (10, 5), (5, 5, 5)])
    >>> Choice({"passthrough": {}, "pca": {"n_components": (2, 10)}}, weights=[1, 3])
    Choice({'passthrough': {}, 'pca': {'n_components': (2, 10)}}, weights=[0.25, 0.75])
    """

    values: tuple[Any, ...]
    weights: tuple[float, ...] | None = None
    subspaces: tuple[Any, ...] | None = field(default=None, init=False)

    def __init__(self, values: Any, weights: Any = None) -> None:
        subspaces = None
        if isinstance(values, Mapping):
            subspaces = tuple(values.values())
            values = list(values.keys())
        found = values_of(values, what="The choices")
        shares = weights_of(weights, n_values=len(found))
        distinct, merged = without_repeats(found, shares)
        if subspaces is not None and len(distinct) < len(found):
            raise SpaceError(
                f"Two of the choices are the same value among {list(found)!r}, so their "
                "sub-spaces cannot be told apart. Join them, with When(...) inside if need be."
            )
        object.__setattr__(self, "values", distinct)
        object.__setattr__(self, "weights", merged)
        object.__setattr__(self, "subspaces", subspaces)

    def __repr__(self) -> str:
        if self.subspaces is None:
            shown = repr(list(self.values))
        else:
            shown = repr(dict(zip(self.values, self.subspaces, strict=True)))
        return f"Choice({shown}{_weights_shown(self)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Choice):
            return NotImplemented
        return bool(super().__eq__(other)) and same(self.subspaces, other.subspaces)

    def __hash__(self) -> int:
        return super().__hash__()

    @property
    def is_ordered(self) -> bool:
        return False


@final
@dataclass(frozen=True, repr=False, eq=False)
class Ordered(Levels):
    """One of several values of which neighbours are alike.

    Parameters
    ----------
    values : list, tuple, range or 1-D array
        The values in their order, for instance ``["small", "medium", "large"]``.
    weights : sequence of float, optional
        How often each value is drawn relative to the others; equally often by default.

    Raises
    ------
    SpaceError
        If there is no value, a value is given twice, or there is not one positive weight per
        value.

    Examples
    --------
    >>> Ordered(["small", "medium", "large"])
    Ordered(['small', 'medium', 'large'])
    """

    values: tuple[Any, ...]
    weights: tuple[float, ...] | None = None

    def __init__(self, values: Any, weights: Any = None) -> None:
        found = values_of(values, what="The ordered choices")
        shares = weights_of(weights, n_values=len(found))
        if len(without_repeats(found, shares)[0]) < len(found):
            raise SpaceError(
                f"An order needs distinct values, got {list(found)!r}. Leave out the repeated one."
            )
        object.__setattr__(self, "values", found)
        object.__setattr__(self, "weights", shares)

    def __repr__(self) -> str:
        return f"Ordered({list(self.values)!r}{_weights_shown(self)})"

    @property
    def is_ordered(self) -> bool:
        return True


def _weights_shown(levels: Levels) -> str:
    return "" if levels.weights is None else f", weights={list(levels.weights)!r}"
