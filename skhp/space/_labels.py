"""Labels: what stands for a value where only plain ones can be held, and the way back."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from ._dimension import Dimension

if TYPE_CHECKING:
    from ._space import Space

__all__ = ["Plain", "label_of", "without_labels"]

Plain: TypeAlias = bool | int | float | str | None

ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
MOST_LISTED: Final = 1000


def label_of(value: Any) -> Plain:
    """Return a value as it is if it is plain, else text by which people recognise it.

    Parameters
    ----------
    value : object
        Of a parameter.

    Returns
    -------
    bool, int, float, str or None
        What any file or tracker can hold.

    Examples
    --------
    >>> label_of(1.5), label_of((64, 32)), label_of(dict)
    (1.5, '(64, 32)', 'builtins.dict')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | float | str | None):
        return value
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    return ADDRESS.sub("", " ".join(repr(value).split()))


def without_labels(params: Mapping[str, Any], space: Space) -> dict[str, Any]:
    """Return params with values of a space in place of their labels, where it has such values.

    Parameters
    ----------
    params : mapping
        Some of whose values may be what `label_of` returned.
    space : Space
        That may have those values.

    Examples
    --------
    >>> from skhp.space import Space
    >>> without_labels({"layers": "(64, 32)"}, Space.read({"layers": [(64,), (64, 32)]}))
    {'layers': (64, 32)}
    """
    return {name: _value(name, value, space) for name, value in params.items()}


def _value(name: str, label: Any, space: Space) -> Any:
    if not isinstance(label, str):
        return label
    dimensions = [one.dimension for one in space.parameters if one.name == name]
    if any(dimension.contains(label) for dimension in dimensions):
        return label
    for dimension in dimensions:
        for value in _candidates(label, dimension):
            return value
    return label


def _candidates(label: str, dimension: Dimension) -> list[Any]:
    if dimension.size <= MOST_LISTED:
        values = dimension.decode(dimension.levels(None))
        return [value for value in values if label_of(value) == label]
    try:
        value = ast.literal_eval(label)
    except (ValueError, SyntaxError):
        return []
    return [value] if dimension.contains(value) else []
