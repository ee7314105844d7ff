"""Pickling of whatever users write, also in a notebook or a script."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from typing import Any

from ._joblib import dumps_by_value

__all__ = ["dumps", "dumps_by_value", "loads_copied"]


def dumps(value: Any) -> bytes:
    """Pickle what is read where the caller's modules are at hand: by reference if that works.

    That is faster.
    """
    try:
        return pickle.dumps(value, protocol=5)
    except (pickle.PicklingError, AttributeError, TypeError):
        return dumps_by_value(value)


def loads_copied(body: Any, buffers: Iterable[Any]) -> Any:
    """Unpickle what `dumps_by_value` made, with buffers of our own, which can be written."""
    return pickle.loads(body, buffers=[bytearray(buffer) for buffer in buffers])
