"""What makes two searches the same search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ._fingerprint import fingerprint
from ._reach import CODE, VALUE, VERSION, reach_of

__all__ = ["Identity"]

N_SHOWN = 5
"""Changes that are named one by one."""


@dataclass(frozen=True)
class Identity:
    """What a search is, part by part; searches are the same if all their parts are.

    What the classes and functions in the parts follow from are parts as well: the user's code, the
    values that it reads, and the versions of packages.

    Parameters
    ----------
    title : str
        For people.
    parts : mapping of str to object
        Estimator, space, data and whatever else its results follow from.

    Examples
    --------
    >>> one = Identity("a search", {"data": [1, 2], "seed": 0})
    >>> one.fingerprint == Identity("again", {"data": [1, 2], "seed": 0}).fingerprint
    True
    """

    title: str
    parts: Mapping[str, Any]

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """The fingerprint of each part; packages by their version."""
        met: list[Any] = []
        own = {name: fingerprint(part, met=met) for name, part in self.parts.items()}
        return {**own, **reach_of(met)}

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint of the whole."""
        return fingerprint(self.fingerprints)

    def differs_from(self, fingerprints: Mapping[str, str]) -> list[str]:
        """Return the names of the parts in which it differs from another search."""
        names = {*self.fingerprints, *fingerprints}
        return sorted(one for one in names if self.fingerprints.get(one) != fingerprints.get(one))

    def told_from(self, fingerprints: Mapping[str, str]) -> str:
        """Say in words how it differs from another search.

        Code that only one of them has follows from the parts in which they differ, and all code is
        compiled anew by another version of Python; neither is named beside its reason.
        """
        names = self.differs_from(fingerprints)
        parts = [name for name in names if _kind(name) == ""]
        is_compiled_anew = f"{VERSION} Python" in names
        changes = []
        for name in names:
            before, after = fingerprints.get(name), self.fingerprints.get(name)
            is_followed = parts and None in (before, after)
            if _kind(name) == VERSION and not is_followed:
                changes.append(f"{_shown(name)} {before or 'none'} -> {after or 'none'}")
            elif _kind(name) == VALUE and not is_followed:
                changes.append(f"the value of {_shown(name)} changed")
            elif _kind(name) == CODE and not is_followed and not is_compiled_anew:
                changes.append(f"the code of {_shown(name)} changed")
        if len(changes) > N_SHOWN:
            changes[N_SHOWN:] = [f"{len(changes) - N_SHOWN} more changes"]
        other = [f"with other {', '.join(parts)}"] if parts else []
        return "; ".join([*other, *changes])


def _kind(name: str) -> str:
    """Return what a part tells of; empty for one that the search has named."""
    first = name.partition(" ")[0]
    return first if first in (CODE, VALUE, VERSION) else ""


def _shown(name: str) -> str:
    """Return the name of code without its module and the functions around it."""
    bare = name.partition(" ")[2].rpartition(":")[2].rpartition("<locals>.")[2]
    module = name.partition(" ")[2].partition(":")[0]
    return f"the module {module}" if bare == "<module>" else bare
