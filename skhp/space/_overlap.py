"""Finds the sub-spaces of a list that may hold the same params."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from ._dimension import Dimension
from ._parameters import Parameter, Relation

_MOST_COMPARED: Final = 1000


def overlapping(
    parameters: Sequence[Parameter], derived: Sequence[Relation], n_branches: int
) -> frozenset[int]:
    """Return the sub-spaces that may hold params of an earlier one.

    Params in two sub-spaces count for the first of them only; where none overlap this need not
    be looked at point by point.
    """
    sides = [_Side.of(parameters, derived, branch) for branch in range(n_branches)]
    return frozenset(
        later
        for later in range(n_branches)
        if any(sides[earlier].may_meet(sides[later]) for earlier in range(later))
    )


class _Side:
    """What is known of one sub-space: the names it always and may have, their dimensions."""

    def __init__(self, always: dict[str, Dimension], possible: set[str]) -> None:
        self.always = always
        self.possible = possible

    @classmethod
    def of(cls, parameters: Sequence[Parameter], derived: Sequence[Relation], branch: int) -> _Side:
        """Return what is known of one sub-space."""
        always: dict[str, Dimension] = {}
        possible = {relation.name for relation in derived}
        for parameter in parameters[1:]:
            first = parameter.gates[0]
            if branch not in first[0][1]:
                continue
            possible.add(parameter.name)
            if len(parameter.gates) == 1:
                always[parameter.name] = parameter.dimension
        return cls(always, possible)

    def may_meet(self, other: _Side) -> bool:
        """Say whether some params may be in both."""
        if not (self.always.keys() <= other.possible and other.always.keys() <= self.possible):
            return False
        common = self.always.keys() & other.always.keys()
        return all(_may_share(self.always[name], other.always[name]) for name in common)


def _may_share(left: Dimension, right: Dimension) -> bool:
    for one, other in ((left, right), (right, left)):
        if one.size <= _MOST_COMPARED:
            values = one.decode(one.levels(None))
            return not bool(np.isnan(other.encode(values)).any(axis=1).all())
    return True
