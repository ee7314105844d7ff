"""Every public name is documented, and its documented parameters are those it takes."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import pytest
from numpydoc.docscrape import NumpyDocString

import skhp

VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class Documented:
    """A public class, function or method, under the name people call it by."""

    name: str
    value: Any

    @cached_property
    def docstring(self) -> str:
        """Its own docstring, or the one it inherits by overriding."""
        return inspect.getdoc(self.value) or ""

    @cached_property
    def parsed(self) -> NumpyDocString:
        return NumpyDocString(self.docstring)

    @property
    def documented_parameters(self) -> list[str]:
        names = [name for field in self.parsed["Parameters"] for name in field.name.split(",")]
        return [name.strip().lstrip("*") for name in names]

    @property
    def taken_parameters(self) -> list[str]:
        """Names in the signature; private ones and, unless documented, ``**kwargs`` left out."""
        try:
            parameters = inspect.signature(self.value).parameters
        except ValueError:  # classes of the C layer have no signature
            return []
        return [
            name
            for name, parameter in parameters.items()
            if name not in ("self", "cls") and not name.startswith("_")
            if parameter.kind not in VARIADIC or name in self.documented_parameters
        ]


def public_modules() -> Iterator[ModuleType]:
    yield skhp
    for found in pkgutil.walk_packages(skhp.__path__, prefix="skhp."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            yield importlib.import_module(found.name)


def public_objects() -> list[Documented]:
    """Every class and function in an ``__all__``, once, under its shortest name."""
    found: dict[int, Documented] = {}
    for module in public_modules():
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                found.setdefault(id(value), Documented(f"{module.__name__}.{name}", value))
    return list(found.values())


def public_methods(owner: Documented) -> Iterator[Documented]:
    """Methods and properties that the class itself defines."""
    if not inspect.isclass(owner.value):
        return
    for name, member in vars(owner.value).items():
        value = getattr(member, "__func__", member)
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
            yield Documented(f"{owner.name}.{name}", getattr(owner.value, name))


OBJECTS = public_objects()
METHODS = [method for owner in OBJECTS for method in public_methods(owner)]


def by_name(documented: Documented) -> str:
    return documented.name.removeprefix("skhp.")


@pytest.mark.parametrize("documented", OBJECTS, ids=by_name)
def test_a_public_name_is_documented(documented: Documented):
    assert documented.docstring
    own = vars(documented.value).get("__doc__") if inspect.isclass(documented.value) else True
    assert own, "the docstring is the base class's"


@pytest.mark.parametrize("documented", OBJECTS + METHODS, ids=by_name)
def test_a_docstring_opens_with_one_sentence(documented: Documented):
    if not documented.docstring:
        pytest.skip("said by the test of missing docstrings")
    first, *rest = documented.docstring.splitlines()
    assert first.rstrip().endswith((".", "?", ":")), first
    assert not rest or rest[0] == ""


@pytest.mark.parametrize("documented", OBJECTS, ids=by_name)
def test_documented_parameters_are_those_of_the_signature(documented: Documented):
    assert documented.documented_parameters == documented.taken_parameters


@pytest.mark.parametrize("documented", METHODS, ids=by_name)
def test_a_method_documents_all_of_its_parameters_or_none(documented: Documented):
    if documented.documented_parameters:
        assert documented.documented_parameters == documented.taken_parameters


def test_every_public_method_is_documented():
    assert [method.name for method in METHODS if not method.docstring] == []
