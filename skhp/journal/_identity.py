"""What makes two searches the same search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ._fingerprint import fingerprint

__all__ = ["Identity"]


@dataclass(frozen=True)
class Identity:
    """What a search is, part by part; searches are the same if all their parts are.

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
        """The fingerprint of each part."""
        return {name: fingerprint(part) for name, part in self.parts.items()}

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint of the whole."""
        return fingerprint(self.fingerprints)

    def differs_from(self, fingerprints: Mapping[str, str]) -> set[str]:
        """Return the names of the parts in which it differs from another search."""
        names = {*self.fingerprints, *fingerprints}
        return {name for name in names if self.fingerprints.get(name) != fingerprints.get(name)}
