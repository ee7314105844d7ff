"""Finds the classes of a public folder, also those that its contents page does not name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType


def concrete(folder: ModuleType, base: type) -> list[type]:
    """Return every class in the files of a folder that can be made an object of."""
    names = [found.name for found in pkgutil.iter_modules(folder.__path__)]
    files = [importlib.import_module(f"{folder.__name__}.{name}") for name in names]
    classes = {
        kind
        for file in files
        for _, kind in inspect.getmembers(file, inspect.isclass)
        if issubclass(kind, base) and not inspect.isabstract(kind)
        if kind.__module__.startswith(folder.__name__)
    }
    return sorted(classes, key=lambda kind: kind.__name__)


def takes_nothing(kind: type) -> bool:
    """Say whether a class can be called without arguments."""
    parameters = inspect.signature(kind).parameters.values()
    return all(
        one.default is not one.empty or one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
        for one in parameters
    )
