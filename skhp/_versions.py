"""What a report of a fault should say about the machine that it was seen on."""

from __future__ import annotations

import re
from importlib import metadata

import sklearn

__all__ = ["show_versions"]

REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)[^;]*(;.*extra == ['\"](?P<extra>[\w-]+)['\"])?")
OF_CONTRIBUTORS = {"dev", "docs", "test"}


def show_versions() -> None:
    """Print the versions of Python, the machine, and all that searches can make use of.

    The last part is what `sklearn.show_versions` prints.  Put it into a report of a fault.

    Examples
    --------
    >>> import skhp
    >>> skhp.show_versions()
    skhp: ...
    required:
    ...
    optional:
    ...
    System:
    ...
    """
    print(f"skhp: {_version('skhp')}")
    required, optional = _requirements()
    for kind, names in (("required", required), ("optional", optional)):
        print(f"\n{kind}:")
        for name in names:
            print(f"{name:>16}: {_version(name)}")
    sklearn.show_versions()


def _requirements() -> tuple[list[str], list[str]]:
    """Return the names of the packages that are always needed, and those of extras."""
    required, optional = set(), set()
    try:
        requirements = metadata.requires("skhp") or []
    except metadata.PackageNotFoundError:  # a folder on the path, never installed
        return [], []
    for requirement in requirements:
        found = REQUIREMENT.match(requirement)
        assert found is not None, requirement
        if found["extra"] is None:
            required.add(found["name"])
        elif found["extra"] not in OF_CONTRIBUTORS:
            optional.add(found["name"])
    return sorted(required), sorted(optional)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
