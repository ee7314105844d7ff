"""Tells whether two things are the same, in whichever process and whenever they are met."""

from __future__ import annotations

import hashlib
import inspect
import struct
from collections.abc import Iterable, Mapping, Set
from dataclasses import fields, is_dataclass
from functools import partial, singledispatch
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    MethodType,
    ModuleType,
)
from typing import Any

import joblib
import numpy as np
from scipy import sparse, stats

from ._code import text_of, uses_of

__all__ = ["content_of", "fingerprint"]

HEXADECIMALS = 32
"""Length of a fingerprint: 128 bits."""


CODED = (type, FunctionType, BuiltinFunctionType, np.ufunc)
"""What is told by name, though its work follows from code."""


def fingerprint(*values: Any, met: list[Any] | None = None) -> str:
    """Return a text that is the same for the same values, in any process.

    Numbers, texts and containers count by value and type; arrays, data frames and sparse matrices
    by what they hold; estimators by class and params; classes by name; functions by name and
    code; any other object by its class and its attributes.

    Parameters
    ----------
    *values : object
        What is to be told from other values.
    met : list, optional
        The classes and functions on the way are added to it, those of data containers excepted.

    Returns
    -------
    str
        Hexadecimal.

    Examples
    --------
    >>> fingerprint({"C": 1.0, "kernel": "rbf"}) == fingerprint({"kernel": "rbf", "C": 1.0})
    True
    >>> fingerprint(1) == fingerprint(1.0)
    False
    """
    digest = hashlib.sha256()
    for value in values:
        _feed(digest, value, (), met)
    return digest.hexdigest()[:HEXADECIMALS]


def _feed(digest: Any, value: Any, within: tuple[int, ...], met: list[Any] | None) -> None:
    """Feed a value, part by part; a part that contains itself is told by its depth."""
    if met is not None and isinstance(value, CODED):
        met.append(value)
    if id(value) in within:
        parts: Any = f"the {within.index(id(value))}th from outside"
    else:
        parts = _parts(value)
    if isinstance(parts, str):
        leaf = parts.encode("utf-8", "surrogatepass")
        digest.update(b"." + struct.pack("<q", len(leaf)) + leaf)
        return
    digest.update(b"(")
    for part in parts:
        _feed(digest, part, (*within, id(value)), met)
    digest.update(b")")


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


@singledispatch
def _parts(value: Any) -> str | Iterable[Any]:
    """Return a text for what has no parts, else its parts, the first of them its kind."""
    kind = type(value)
    if hasattr(value, "get_params"):
        return (kind, value.get_params(deep=False))
    if is_dataclass(value):
        shown = [field.name for field in fields(value) if field.compare]
        return (kind, {name: getattr(value, name) for name in shown})
    if hasattr(value, "icdf") and hasattr(value, "sample"):
        return (kind, repr(value))  # scipy's newer distributions gather memos as they are used
    if any(hasattr(value, name) for name in ("__array__", "__dataframe__", "__arrow_c_stream__")):
        return (_name(kind), joblib.hash(value, coerce_mmap=True))
    if hasattr(value, "__dict__"):
        return (kind, vars(value))
    try:
        return (kind, value.__reduce_ex__(2))
    except TypeError:  # a lock, an open file: nothing of it outlives its process
        return (kind,)


@_parts.register(type(None))
@_parts.register(type(...))
@_parts.register(type(NotImplemented))
@_parts.register(bool)
@_parts.register(int)
@_parts.register(float)
@_parts.register(complex)
@_parts.register(bytes)
@_parts.register(bytearray)
def _of_plain(value: Any) -> str:
    return f"{type(value).__name__} {value!r}"


@_parts.register
def _of_text(value: str) -> str:
    return f"str {value}"


@_parts.register
def _of_number(value: np.generic) -> Any:
    plain = value.item()
    return _parts(plain) if not isinstance(plain, np.generic) else repr(value)


@_parts.register(list)
@_parts.register(tuple)
def _of_sequence(value: Any) -> Iterable[Any]:
    return (type(value).__name__, *value)


@_parts.register
def _of_mapping(value: Mapping) -> Iterable[Any]:
    return ("mapping", *sorted(value.items(), key=lambda item: fingerprint(item[0])))


@_parts.register
def _of_set(value: Set) -> Iterable[Any]:
    return ("set", *sorted(fingerprint(one) for one in value))


@_parts.register
def _of_array(value: np.ndarray) -> Iterable[Any]:
    return ("array", joblib.hash(np.asarray(value)))


@_parts.register(sparse.sparray)
@_parts.register(sparse.spmatrix)
def _of_sparse(value: Any) -> Iterable[Any]:
    rows = value.tocsr()
    return ("sparse", rows.shape, rows.data, rows.indices, rows.indptr)


@_parts.register
def _of_legacy_generator(value: np.random.RandomState) -> Iterable[Any]:
    return ("RandomState", value.get_state(legacy=False))


@_parts.register
def _of_generator(value: np.random.Generator) -> Iterable[Any]:
    return ("Generator", value.bit_generator.state)


@_parts.register
def _of_frozen_distribution(value: stats.distributions.rv_frozen) -> Iterable[Any]:
    return (type(value).__name__, value.dist, value.args, value.kwds)


@_parts.register(stats.rv_continuous)
@_parts.register(stats.rv_discrete)
def _of_distribution(value: Any) -> Iterable[Any]:
    plain = (str, int, float, tuple, np.ndarray)
    settings = {name: item for name, item in vars(value).items() if isinstance(item, plain)}
    return (type(value), settings)


@_parts.register(type)
@_parts.register(BuiltinFunctionType)
def _of_class(value: Any) -> str:
    return f"name {getattr(value, '__module__', '')}.{value.__qualname__}"


@_parts.register
def _of_module(value: ModuleType) -> str:
    return f"module {value.__name__}"


@_parts.register
def _of_method(value: MethodType) -> Iterable[Any]:
    return ("method", value.__func__, value.__self__)


@_parts.register
def _of_partial(value: partial) -> Iterable[Any]:
    return ("partial", value.func, value.args, value.keywords)


@_parts.register
def _of_function(value: FunctionType) -> Iterable[Any]:
    inner = inspect.unwrap(value)
    cells = inner.__closure__ or () if "<locals>" in inner.__qualname__ else ()
    held = dict(zip(inner.__code__.co_freevars, cells, strict=False))
    written = uses_of(inner.__code__).written  # a counter says nothing of what it does
    return (
        "function",
        _name(value),
        inner.__code__,
        inner.__defaults__,
        inner.__kwdefaults__,
        [one for name, cell in held.items() if name not in written for one in content_of(cell)],
    )


def content_of(cell: CellType) -> tuple[Any, ...]:
    """Return what a variable of an enclosing function holds, if it holds something."""
    try:
        return (cell.cell_contents,)
    except ValueError:  # nothing is in it yet
        return ()


@_parts.register
def _of_code(value: CodeType) -> str:
    return f"code {text_of(value)}"
