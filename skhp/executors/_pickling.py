"""Pickling of whatever users write, also in a notebook or a script."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["dumps", "dumps_by_value", "loads_copied"]


def dumps(value: Any) -> bytes:
    """Pickle what a worker sends home: by reference if that works, which is faster."""
    try:
        return pickle.dumps(value, protocol=5)
    except (pickle.PicklingError, AttributeError, TypeError):
        return dumps_by_value(value)


def dumps_by_value(
    value: Any, buffer_callback: Callable[[pickle.PickleBuffer], Any] | None = None
) -> bytes:
    """Pickle what goes to a worker, where the caller's ``__main__`` cannot be imported."""
    try:
        import cloudpickle
    except ImportError:  # joblib before 1.6 brings its own
        from joblib.externals import cloudpickle
    return cloudpickle.dumps(value, protocol=5, buffer_callback=buffer_callback)


def loads_copied(body: Any, buffers: Iterable[Any]) -> Any:
    """Unpickle what `dumps_by_value` made, with buffers of our own, which can be written."""
    return pickle.loads(body, buffers=[bytearray(buffer) for buffer in buffers])
