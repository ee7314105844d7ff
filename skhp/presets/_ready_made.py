"""A ready-made space, which remembers what is known to be good in it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, final

from ..space import Constrained, Space
from ..space._identity import is_integer


@final
class ReadyMade(dict[str, Any]):
    """A search space that remembers good params whatever is taken out, changed or added.

    Its copies remember them too; a plain dict made of it does not.

    Parameters
    ----------
    entries : mapping
        The search space.
    good : sequence of mappings
        Params that are known to be good, best first; they may leave some of the space open.
    unset : mapping
        The value that a parameter has for its library while the estimator says None.
    limits : mapping
        The highest value of a parameter with which the estimator can be fitted, where its present
        value is above.
    """

    def __init__(
        self,
        entries: Mapping[str, Any],
        *,
        good: Sequence[Mapping[str, Any]],
        unset: Mapping[str, Any],
        limits: Mapping[str, int],
    ) -> None:
        super().__init__(entries)
        self.good = tuple(good)
        self.unset = dict(unset)
        self.limits = dict(limits)

    def standing(self, present: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an estimator's present params stand for in this space."""
        stand = dict(present)
        for name, value in self.unset.items():
            if stand.get(name) is None:
                stand[name] = value
        for name, most in self.limits.items():
            if is_integer(stand.get(name)):
                stand[name] = min(stand[name], most)
        return stand

    def copy(self) -> ReadyMade:
        """Return a space of the same entries that can be edited by itself."""
        return copy.copy(self)

    def _repr_html_(self) -> str:
        return Space.read(self)._repr_html_()

    def __or__(self, other: Mapping[str, Any]) -> ReadyMade:  # type: ignore[override]
        changed = self.copy()
        changed.update(other)
        return changed


def is_ready_made(search_spaces: object) -> bool:
    """Say whether search spaces, or one of them, were made from a ready-made one."""
    return next(ready_made_in(search_spaces), None) is not None


def ready_made_in(search_spaces: object) -> Iterator[ReadyMade]:
    """Yield the ready-made spaces, edited or not, among search spaces."""
    if isinstance(search_spaces, ReadyMade):
        yield search_spaces
    elif isinstance(search_spaces, Constrained):
        yield from ready_made_in(search_spaces.spaces)
    elif isinstance(search_spaces, list | tuple):
        for one in search_spaces:
            yield from ready_made_in(one)
