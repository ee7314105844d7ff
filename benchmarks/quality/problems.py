"""Reads a folder of hyper-parameter problems and says their spaces in the words of skhp."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from skhp.space import Choice, Integer, Ordered, Real, Space, When


class Problem(Protocol):
    """What the benchmark asks of a problem.

    `space` is a list of dicts with the keys name, type ("float", "int", "cat" or "ord"), low,
    high, log, choices and condition (None, or one or more of {"parent": name, "values": list}),
    parents first.  `evaluate` takes params and returns a loss; `regret` maps a loss to 0 for the
    best known and 1 for the median random params.
    """

    space: list[dict[str, Any]]

    def evaluate(self, params: dict[str, Any]) -> float: ...

    def regret(self, loss: float) -> float: ...


def load_registry(folder: Path) -> ModuleType:
    """Import registry.py of the folder; it has `list_problems()` and `get_problem(name)`."""
    path = folder / "registry.py"
    spec = importlib.util.spec_from_file_location("registry", path)
    if spec is None or spec.loader is None or not path.exists():
        raise FileNotFoundError(f"{path} does not exist; --problems takes a folder that has one")
    registry = importlib.util.module_from_spec(spec)
    sys.modules["registry"] = registry
    spec.loader.exec_module(registry)
    return registry


def conditions(parameter: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the conditions of a parameter, all of which must hold."""
    found = parameter.get("condition") or []
    return found if isinstance(found, list) else [found]


def read_space(parameters: list[dict[str, Any]]) -> Space:
    """Return the space of a problem."""
    space = {}
    for parameter in parameters:
        dimension = read_dimension(parameter)
        for condition in conditions(parameter):
            dimension = When(condition["parent"], condition["values"], dimension)
        space[parameter["name"]] = dimension
    return Space.read(space)


def read_dimension(parameter: dict[str, Any]) -> Any:
    kind, low, high = parameter["type"], parameter["low"], parameter["high"]
    if kind == "cat":
        return Choice(parameter["choices"])
    if kind == "ord":
        return Ordered(parameter["choices"])
    of_numbers = {"int": Integer, "float": Real}[kind]
    return of_numbers(low, high, log=bool(parameter["log"]))
