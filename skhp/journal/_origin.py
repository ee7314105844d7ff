"""Where code comes from: from Python, from an installed package, or from the user's own files."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import sysconfig
from enum import Enum
from functools import lru_cache
from importlib.machinery import ModuleSpec
from pathlib import Path, PurePath
from typing import Any

__all__ = ["Origin", "origin_of", "package_of", "source_of", "version_of"]

OWN = __name__.partition(".")[0]
"""What is found does not depend on the version that looks for it."""

INSTALLED_FOLDERS = {"site-packages", "dist-packages"}

DISTRIBUTIONS = {"sklearn": "scikit-learn", "skopt": "scikit-optimize"}
"""Names to install by, where they are not those to import by."""


class Origin(Enum):
    """Whose code it is."""

    PYTHON = "python"
    PACKAGE = "package"
    USER = "user"


def package_of(module: str) -> str:
    """Return the name of the outermost package."""
    return module.partition(".")[0]


@lru_cache(maxsize=4096)
def origin_of(module: str, file: str | None = None) -> Origin:
    """Tell where a module comes from; a package that is installed as editable is the user's.

    Parameters
    ----------
    module : str
        Its full name.
    file : str, optional
        Where it lies; looked up if it has been imported.
    """
    if module == "__main__":
        return Origin.USER
    if package_of(module) == OWN:
        return Origin.PYTHON
    known = file or getattr(sys.modules.get(module), "__file__", None)
    if known is None:
        is_python = package_of(module) in sys.stdlib_module_names
        return Origin.PYTHON if is_python else Origin.USER
    path = PurePath(known)
    if INSTALLED_FOLDERS.intersection(path.parts):
        return Origin.PACKAGE
    homes = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    if known.startswith("<frozen ") or any(path.is_relative_to(home) for home in homes if home):
        return Origin.PYTHON
    return Origin.USER


def version_of(package: str) -> tuple[str, str]:
    """Return the name of an installed package, as one installs it, and its version."""
    name = DISTRIBUTIONS.get(package, package)
    module = sys.modules.get(package)
    if package == "sklearn" and module is not None:  # what runs, should another one lie there now
        return name, str(module.__version__)
    try:
        return name, importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass  # the names differ
    for other in _distributions().get(package, ()):
        return other, importlib.metadata.version(other)
    return name, str(getattr(module, "__version__", "unknown"))


@lru_cache(maxsize=1)
def _distributions() -> Any:
    return importlib.metadata.packages_distributions()  # reads hundreds of files


def source_of(module: str) -> tuple[str | None, bytes | None]:
    """Return file and source of a module, which is not imported for that; None where unknown."""
    folders: list[str] | None = None
    spec: ModuleSpec | None = None
    full = ""
    for part in module.split("."):
        full = f"{full}.{part}" if full else part
        spec = _spec_of(full, folders)
        if spec is None:
            return None, None
        folders = list(spec.submodule_search_locations or ())
    file = None if spec is None else spec.origin
    if file is None or not file.endswith(".py"):
        return file, None
    try:
        return file, Path(file).read_bytes()
    except OSError:  # in an archive
        return file, None


def _spec_of(name: str, folders: list[str] | None) -> ModuleSpec | None:
    for finder in sys.meta_path:
        try:
            spec = finder.find_spec(name, folders)
        except KeyError:  # a folder without __init__.py in another one that is not imported
            spec = ModuleSpec(name, None, is_package=True)
            inside = [os.path.join(folder, name.rpartition(".")[2]) for folder in folders or ()]
            spec.submodule_search_locations = [one for one in inside if os.path.isdir(one)]
        if spec is not None:
            return spec
    return None
