"""Counts the distinct params of a space."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ._parameters import Gate, Parameter

# The gates that are still open, by position of the parameter.
_Open: TypeAlias = Mapping[int, tuple[Gate, ...]]


def count(parameters: Sequence[Parameter]) -> int | float:
    """Return how many distinct params there are, ``math.inf`` if without end.

    A parent is given each of its values in turn, those that open the same gates at once; what
    is then left falls apart into independent groups, whose counts multiply.
    """
    everything = {k: parameter.gates for k, parameter in enumerate(parameters)}
    return _count(parameters, everything)


def _count(parameters: Sequence[Parameter], open_gates: _Open) -> int | float:
    total: int | float = 1
    for group in _independent(open_gates):
        if len(group) == 1:
            total *= parameters[next(iter(group))].dimension.size
        else:
            total *= _count_group(parameters, group)
    return total


def _count_group(parameters: Sequence[Parameter], group: _Open) -> int | float:
    parents = {k for gates in group.values() for gate in gates for k, _ in gate}
    parent = min(k for k, gates in group.items() if not gates and k in parents)
    mentions = [
        codes for gates in group.values() for gate in gates for k, codes in gate if k == parent
    ]
    alike: Counter[tuple[bool, ...]] = Counter()
    example: dict[tuple[bool, ...], int] = {}
    for code in range(int(parameters[parent].dimension.size)):
        opened = tuple(code in codes for codes in mentions)
        alike[opened] += 1
        example[opened] = code
    return sum(
        times * _count(parameters, _given(group, parent, example[opened]))
        for opened, times in alike.items()
    )


def _given(group: _Open, parent: int, code: int) -> _Open:
    """Return the gates still open once a parent has a value; closed parameters are left out."""
    rest = {k: gates for k, gates in group.items() if k != parent}
    left: dict[int, tuple[Gate, ...]] = {}
    closed: set[int] = set()
    for k, gates in rest.items():
        narrowed = [_narrowed(gate, parent, code) for gate in gates]
        if any(gate == () for gate in narrowed):
            closed.add(k)
        else:
            left[k] = tuple(gate for gate in narrowed if gate is not None)
    while closed:
        gone, closed = closed, set()
        for k, gates in list(left.items()):
            kept = tuple(tuple((p, codes) for p, codes in gate if p not in gone) for gate in gates)
            if () in kept:
                closed.add(k)
                del left[k]
            else:
                left[k] = kept
    return left


def _narrowed(gate: Gate, parent: int, code: int) -> Gate | None:
    """Return what a gate still needs: None if it is fulfilled, () if it never will be."""
    if any(k == parent and code in codes for k, codes in gate):
        return None
    return tuple((k, codes) for k, codes in gate if k != parent)


def _independent(open_gates: _Open) -> list[_Open]:
    """Return the groups of parameters that are tied by gates."""
    group_of = {k: {k} for k in open_gates}
    for k, gates in open_gates.items():
        for gate in gates:
            for parent, _ in gate:
                joined = group_of[k] | group_of[parent]
                for member in joined:
                    group_of[member] = joined
    distinct = {id(group): group for group in group_of.values()}
    return [{k: open_gates[k] for k in sorted(group)} for group in distinct.values()]
