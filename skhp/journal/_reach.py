"""Everything that the work of a class or function follows from: its code, and what that reads."""

from __future__ import annotations

import builtins
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cached_property, partial, partialmethod
from importlib.util import resolve_name
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    MethodType,
    ModuleType,
    SimpleNamespace,
)
from typing import Any

import numpy as np

from ._code import text_of, uses_of
from ._fingerprint import content_of, fingerprint
from ._origin import Origin, origin_of, package_of, source_of, version_of

__all__ = ["CODE", "VALUE", "VERSION", "reach_of"]

CODE, VALUE, VERSION = "code", "value", "version"
"""How the names begin: of code, of what it reads from outside, of packages."""

PLAIN = (bool, int, float, complex, str, bytes, type(None), type(...), np.generic)

LARGE_ARRAY = 2**20
"""Bytes above which an array that code reads is taken for data."""

METHODS = (FunctionType, staticmethod, classmethod, property)

MISSING = object()


def reach_of(things: Iterable[Any]) -> dict[str, str]:
    """Return fingerprints of the user's code, its values, and the versions of packages.

    Classes are followed along their bases and members, functions along the names that they use,
    closures and defaults, until a package is reached.

    Parameters
    ----------
    things : iterable of object
        Classes and functions.

    Returns
    -------
    dict of str to str
        By names like ``"code module:Class.method"`` and ``"version scikit-learn"``; versions are
        given as they are.
    """
    walk = _Walk()
    walk.to_do.extend(things)
    while walk.to_do:
        walk.visit(walk.to_do.pop())
    return walk.found()


@dataclass
class _Walk:
    """What was found, and what is left to look at."""

    code: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    values: dict[str, Any] = field(default_factory=dict)
    packages: set[str] = field(default_factory=lambda: {"sklearn"})
    written: set[str] = field(default_factory=set)
    seen: dict[int, Any] = field(default_factory=dict)
    to_do: list[Any] = field(default_factory=list)

    def found(self) -> dict[str, str]:
        found = {f"{CODE} {name}": fingerprint(sorted(texts)) for name, texts in self.code.items()}
        for name, value in self.values.items():
            if name.rpartition(":")[2].rpartition(".")[2] not in self.written:
                found[f"{VALUE} {name}"] = fingerprint(value)
        for package in self.packages:
            name, version = version_of(package)
            found[f"{VERSION} {name}"] = version
        if self.code:  # it is compiled to something else by another one
            found[f"{VERSION} Python"] = f"{sys.version_info.major}.{sys.version_info.minor}"
        return dict(sorted(found.items()))

    def visit(self, thing: Any) -> None:
        if id(thing) in self.seen or isinstance(thing, PLAIN):
            return
        self.seen[id(thing)] = thing  # kept, so that its id is not given to another one
        if isinstance(thing, type):
            self._visit_class(thing)
        elif isinstance(thing, FunctionType):
            self._visit_function(thing)
        elif isinstance(thing, ModuleType):
            self._visit_module(thing.__name__)
        elif isinstance(thing, CellType):
            self.to_do.extend(content_of(thing))
        else:
            self.to_do.extend(_parts_of(thing))
            self.is_users(thing)

    def is_users(self, thing: Any, file: str | None = None) -> bool:
        """Tell whether code is the user's, and note the package if it is not."""
        module = getattr(thing, "__module__", None)
        if not isinstance(module, str):
            return False
        return self._is_users_module(module, file)

    def _is_users_module(self, module: str, file: str | None = None) -> bool:
        origin = origin_of(module, file)
        if origin is Origin.PACKAGE:
            self.packages.add(package_of(module))
        return origin is Origin.USER

    def _visit_class(self, cls: type) -> None:
        self.to_do.append(type(cls))
        if not self.is_users(cls):
            self.to_do.extend(cls.__bases__)
            return
        name = f"{cls.__module__}:{cls.__qualname__}"
        self.code[name].add(repr([f"{one.__module__}.{one.__qualname__}" for one in cls.__mro__]))
        self.to_do.extend(cls.__bases__)
        for member, value in list(vars(cls).items()):
            if not member.startswith("__") or isinstance(value, METHODS):
                self._visit_value(f"{name}.{member}", value)

    def _visit_function(self, function: FunctionType) -> None:
        code, scope = function.__code__, function.__globals__
        module = str(scope.get("__name__", ""))
        if hasattr(function, "__wrapped__"):
            self.to_do.append(function.__wrapped__)
        if not self._is_users_module(module, scope.get("__file__")):
            if hasattr(function, "__wrapped__"):  # a decorator of a package, around the user's
                self.to_do.extend(function.__closure__ or ())
            return
        uses = uses_of(code)
        self.written |= uses.written
        cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
        held = {name: one for name, cell in cells.items() for one in content_of(cell)}
        defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
        read = {name: one for name, one in held.items() if name not in uses.written}
        fixed = [value for value in (*read.items(), *defaults) if _is_constant(value)]
        self.code[f"{module}:{code.co_qualname}"].add(text_of(code) + fingerprint(fixed))
        self.to_do.extend([*held.values(), *defaults])
        self._follow(code, scope)

    def _follow(self, code: CodeType, scope: Mapping[str, Any]) -> None:
        """Look at what a piece of code names."""
        uses = uses_of(code)
        for chain in uses.chains:
            self._visit_chain(chain, scope)
        for level, module, names in uses.imports:
            package = str(scope.get("__package__") or scope.get("__name__", ""))
            try:
                base = resolve_name("." * level + module, package) if level else module
            except ImportError:  # it will fail when it runs
                continue
            self._visit_module(base)
            for name in names:  # each may be a module, too
                self._visit_module(f"{base}.{name}")

    def _visit_chain(self, chain: tuple[str, ...], scope: Mapping[str, Any]) -> None:
        first, *rest = chain
        value = scope.get(first, MISSING)
        if value is MISSING:
            value = vars(builtins).get(first, MISSING)
            if value is MISSING or isinstance(value, (type, BuiltinFunctionType)):
                return
        name = f"{scope.get('__name__', '')}:{first}"
        for attribute in rest:
            if not isinstance(value, ModuleType) or not self._is_users_module(value.__name__):
                break
            name = f"{value.__name__}:{attribute}"
            value = getattr(value, attribute, MISSING)
        if value is not MISSING:
            self._visit_value(name, value)

    def _visit_value(self, name: str, value: Any) -> None:
        if _is_constant(value):
            self.values[name] = value
        self.to_do.append(value)

    def _visit_module(self, name: str) -> None:
        """Read the file of a module that code imports when it runs, if it is the user's."""
        key = f"{name}:<module>"
        if key in self.code:
            return
        if package_of(name) in sys.stdlib_module_names:
            return
        file, source = source_of(name)
        if file is None or not self._is_users_module(name, file) or source is None:
            return
        try:
            code = compile(source, file, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):  # importing it fails as well
            return
        self.code[key].add(text_of(code))
        package = name if file.endswith("__init__.py") else name.rpartition(".")[0]
        self._follow(code, {"__package__": package, "__name__": name})


def _parts_of(thing: Any) -> Iterable[Any]:
    """Return the classes and functions that make up an object which is neither."""
    if isinstance(thing, (staticmethod, classmethod)):
        return (thing.__func__,)
    if isinstance(thing, MethodType):
        return (thing.__func__, type(thing.__self__))
    if isinstance(thing, property):
        return (thing.fget, thing.fset, thing.fdel)
    if isinstance(thing, (partial, partialmethod)):
        return (thing.func, *thing.args, *thing.keywords.values())
    if isinstance(thing, cached_property):
        return (thing.func,)
    if isinstance(thing, Mapping):
        return _coded(thing.values())
    if isinstance(thing, (list, tuple, set, frozenset)):
        return _coded(thing)
    inside = getattr(thing, "__dict__", {})
    return (type(thing), *_coded(inside.values() if isinstance(inside, Mapping) else ()))


def _coded(things: Iterable[Any]) -> list[Any]:
    kinds = (type, FunctionType, MethodType, partial)
    return [thing for thing in list(things) if isinstance(thing, kinds)]


def _is_constant(value: Any, within: tuple[int, ...] = ()) -> bool:
    """Tell whether a value is plain, or a container of plain values."""
    if isinstance(value, PLAIN):
        return True
    if isinstance(value, np.ndarray):
        return value.dtype != object and value.nbytes <= LARGE_ARRAY
    if isinstance(value, Enum):
        return _is_constant(value.value)
    if id(value) in within:
        return False
    inner: Iterable[Any]
    if type(value) in (list, set, frozenset) or isinstance(value, tuple):
        inner = value
    elif type(value) is dict:
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, SimpleNamespace):
        inner = vars(value).values()
    elif is_dataclass(value) and not isinstance(value, type):
        inner = [getattr(value, one.name, None) for one in fields(value)]
    else:
        return False
    return all(_is_constant(one, (*within, id(value))) for one in inner)
