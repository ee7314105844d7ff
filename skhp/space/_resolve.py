"""Resolves names between drafts and joins what several sub-spaces share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final, TypeAlias, final

import numpy as np

from ..exceptions import SpaceError
from ._choice import Choice
from ._dimension import Dimension
from ._draft import Draft, Drafts, Wish
from ._parameters import Gate, Parameter, Relation

_MOST_PARENT_LEVELS: Final = 65_536

# As Gate, with the parents themselves in place of their positions.
Link: TypeAlias = "tuple[tuple[Entry, frozenset[int]], ...]"


@final
@dataclass(eq=False)
class Entry:
    """A parameter or relation with resolved conditions; sub-spaces may share it."""

    name: str
    meaning: Any
    links: tuple[Link, ...]
    prefix: str = ""
    rank: tuple[int, int] = (-1, -1)


@final
@dataclass
class Resolver:
    """Turns the drafts of all sub-spaces into the entries of one space."""

    root: Entry | None = None
    parameters: list[Entry] = field(default_factory=list)
    derived: list[Entry] = field(default_factory=list)
    constraints: list[Entry] = field(default_factory=list)
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, subspaces: Sequence[Drafts], quotas: Sequence[int | None]) -> Resolver:
        """Return the resolved entries of sub-spaces, of which each may have a quota."""
        resolver = cls()
        if len(subspaces) > 1:
            shares = [quota for quota in quotas if quota is not None]
            weights = shares if len(shares) == len(quotas) else None
            resolver.root = Entry("", Choice(range(len(subspaces)), weights), ())
            resolver.parameters.append(resolver.root)
        for number, drafts in enumerate(subspaces):
            resolver._add(number, drafts)
        resolver.parameters.sort(key=lambda entry: entry.rank)
        resolver._check_names()
        resolver.names = tuple(dict.fromkeys(name for some in subspaces for name in some.names))
        return resolver

    def compiled_parameters(self) -> tuple[Parameter, ...]:
        """Return the parameters with gates by position."""
        return tuple(
            Parameter(entry.name, entry.meaning, self._gates(entry)) for entry in self.parameters
        )

    def compiled_relations(self, entries: list[Entry]) -> tuple[Relation, ...]:
        """Return derived parameters or constraints with gates by position."""
        return tuple(
            Relation(entry.name, entry.meaning, entry.prefix, self._gates(entry))
            for entry in entries
        )

    def _gates(self, entry: Entry) -> tuple[Gate, ...]:
        position = {id(parameter): index for index, parameter in enumerate(self.parameters)}
        return tuple(
            tuple((position[id(parent)], codes) for parent, codes in link) for link in entry.links
        )

    def _add(self, number: int, drafts: Drafts) -> None:
        """Add the entries of one sub-space, parents first."""
        parents = {
            draft: _parents(draft, drafts)
            for draft in (*drafts.parameters, *drafts.derived, *drafts.constraints)
        }
        owner: dict[Draft, Entry] = {}
        for draft in _parents_first(drafts.parameters, parents):
            links = self._links(number, parents[draft], owner)
            rank = (number, drafts.parameters.index(draft))
            owner[draft] = self._shared(Entry(draft.name, draft.meaning, links, rank=rank))
        for relations, entries in (
            (drafts.derived, self.derived),
            (drafts.constraints, self.constraints),
        ):
            for draft in relations:
                links = self._links(number, parents[draft], owner)
                entries.append(Entry(draft.name, draft.meaning, links, draft.place.prefix))

    def _links(
        self, number: int, parents: list[_Parents], owner: dict[Draft, Entry]
    ) -> tuple[Link, ...]:
        outer: list[Link] = []
        if self.root is not None:
            outer.append(((self.root, frozenset({number})),))
        outer.extend(tuple((owner[draft], codes) for draft, codes in link) for link in parents)
        return tuple(outer)

    def _shared(self, new: Entry) -> Entry:
        """Return the entry of an earlier sub-space that is the same parameter, or the new one."""
        for entry in self.parameters:
            if entry.name == new.name and entry.meaning == new.meaning:
                links = _joined(entry.links, new.links)
                if links is not None:
                    entry.links = links
                    return entry
        self.parameters.append(new)
        return new

    def _check_names(self) -> None:
        by_name: dict[str, list[Entry]] = {}
        for entry in (*self.parameters, *self.derived):
            by_name.setdefault(entry.name, []).append(entry)
        for name, entries in by_name.items():
            for left, right in combinations(entries, 2):
                if not _exclude_each_other(left, right):
                    raise SpaceError(
                        f"Parameter {name!r} is given twice for the same params. Give it once, "
                        "or under conditions that cannot be fulfilled together."
                    )


# The parents one condition names, each with the codes that fulfil it.
_Parents: TypeAlias = "list[tuple[Draft, frozenset[int]]]"


def _parents(draft: Draft, drafts: Drafts) -> list[_Parents]:
    """Return the conditions of a draft: the branches it stands in, then its wishes."""
    around: list[_Parents] = [[(parent, frozenset({c}))] for parent, c in draft.place.branches]
    return [*around, *(_fulfilling(wish, draft, drafts) for wish in draft.wishes)]


def _fulfilling(wish: Wish, draft: Draft, drafts: Drafts) -> _Parents:
    what = f"Parameter {draft.name!r}" if draft.name else "A constraint"
    candidates: list[Draft] = []
    for prefix in reversed(wish.prefixes):
        named = [other for other in drafts.parameters if other.name == prefix + wish.parent]
        candidates = [other for other in named if not _in_other_branch(other, draft)]
        if candidates:
            break
    if not candidates:
        known = ", ".join(sorted({other.name for other in drafts.parameters}))
        raise SpaceError(
            f"{what} depends on {wish.parent!r}, which is no parameter of its space. "
            f"Add it, or take out what depends on it. The parameters are: {known}."
        )
    codes: list[set[int]] = [set() for _ in candidates]
    for value in wish.values:
        found = [_code(other, value, what) for other in candidates]
        if all(code is None for code in found):
            raise SpaceError(
                f"{what} depends on {wish.parent!r} being {value!r}, which is no value of "
                f"{candidates[0].meaning!r}. Give it that value, or take out what depends on it."
            )
        for chosen, code in zip(codes, found, strict=True):
            chosen.update([] if code is None else [code])
    pairs = zip(candidates, codes, strict=True)
    return [(other, frozenset(chosen)) for other, chosen in pairs if chosen]


def _in_other_branch(left: Draft, right: Draft) -> bool:
    codes = {id(parent): code for parent, code in left.place.branches}
    return any(codes.get(id(parent), code) != code for parent, code in right.place.branches)


def _code(parent: Draft, value: object, what: str) -> int | None:
    dimension = parent.meaning
    if not isinstance(dimension, Dimension):
        return None
    if len(dimension.columns) != 1 or not 0 < dimension.columns[0].n_levels <= _MOST_PARENT_LEVELS:
        raise SpaceError(
            f"{what} depends on {parent.name!r}, which is {dimension!r}. Only a choice, an "
            f"ordered choice or an integer of at most {_MOST_PARENT_LEVELS:,} values can be "
            "depended on."
        )
    block = dimension.encode([value])
    return None if np.isnan(block).any() else int(dimension.codes(block)[0])


def _parents_first(drafts: list[Draft], parents: dict[Draft, list[_Parents]]) -> Iterator[Draft]:
    """Yield parameters so that each comes after those it depends on."""
    done: set[Draft] = set()
    waiting = list(drafts)
    while waiting:
        ready = [
            draft
            for draft in waiting
            if all(parent in done for link in parents[draft] for parent, _ in link)
        ]
        if not ready:
            names = ", ".join(repr(draft.name) for draft in waiting)
            raise SpaceError(f"These parameters depend on each other in a circle: {names}.")
        done.update(ready)
        yield from ready
        waiting = [draft for draft in waiting if draft not in done]


def _joined(left: tuple[Link, ...], right: tuple[Link, ...]) -> tuple[Link, ...] | None:
    """Return links that hold where either holds, if they differ in the codes of one parent."""
    if len(left) != len(right):
        return None
    differing = [k for k, (one, other) in enumerate(zip(left, right, strict=True)) if one != other]
    if len(differing) != 1:
        return None
    place = differing[0]
    if len(left[place]) != 1 or len(right[place]) != 1:
        return None
    (parent, codes), (other, more) = left[place][0], right[place][0]
    if parent is not other or codes & more:
        return None
    return (*left[:place], ((parent, codes | more),), *left[place + 1 :])


def _exclude_each_other(left: Entry, right: Entry) -> bool:
    mine = _needed(left)
    return any(
        parent is other and not codes & more
        for parent, codes in mine
        for other, more in _needed(right)
    )


def _needed(entry: Entry) -> list[tuple[Entry, frozenset[int]]]:
    """Return what must hold of its parents and of theirs for an entry to be active."""
    needed: list[tuple[Entry, frozenset[int]]] = []
    for link in entry.links:
        if len(link) == 1:
            needed.append(link[0])
            needed.extend(_needed(link[0][0]))
    return needed
