"""Finds the point of the unit cube that params stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, final

import numpy as np

from ..exceptions import SpaceError
from ._dimension import Block
from ._identity import NOTHING, same
from ._layout import Layout
from ._parameters import Parameter, Relation

Params = Mapping[str, Any]


@final
@dataclass
class Attempt:
    """The reading of params as points of one sub-space.

    Parameters
    ----------
    layout : Layout
        Of the whole space.
    derived : sequence of Relation
        Derived parameters, which params may leave out.
    params : sequence of mapping
        What to encode.
    branch : int
        The sub-space that is tried.
    """

    layout: Layout
    derived: Sequence[Relation]
    params: Sequence[Params]
    branch: int
    points: Block = field(init=False)
    complaints: dict[int, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.params)
        self.points = np.full((n, len(self.layout.columns)), 0.5)
        self._inside = np.ones(n, dtype=bool)
        self._n_read = np.zeros(n, dtype=np.int64)
        self._active = np.zeros((n, len(self.layout.parameters)), dtype=bool)
        self._completed: dict[int, dict[str, Any]] = {}
        for k in self.layout.order:
            self._read(k, self.layout.parameters[k])
        for relation in self.derived:
            self._check_derived(relation)
        lengths = np.array([len(some) for some in self.params], dtype=np.int64)
        for row in np.flatnonzero(self._inside & (lengths != self._n_read)).tolist():
            self._complain_of_names(row)

    def _read(self, k: int, parameter: Parameter) -> None:
        """Encode one parameter in all params that need it."""
        if not parameter.name:
            levels = parameter.dimension.levels(None)
            self.points[:, self.layout.blocks[k]] = levels[self.branch]
            self._active[:, k] = True
            return
        needed = self._inside & self.layout.fulfilled_by(parameter.gates, self._active, self.points)
        self._active[:, k] = needed
        rows = np.flatnonzero(needed)
        if not len(rows):
            return
        values = [self.params[row].get(parameter.name, NOTHING) for row in rows.tolist()]
        block = parameter.dimension.encode(values)
        inside = ~np.isnan(block).any(axis=1)
        for at in np.flatnonzero(~inside).tolist():
            self._complain(int(rows[at]), _what_is_wrong(parameter, values[at]))
        self.points[rows[inside], self.layout.blocks[k]] = block[inside]
        self._n_read[rows] += 1

    def _check_derived(self, relation: Relation) -> None:
        """Accept a derived parameter that is left out or has the value it ought to have."""
        needed = self._inside & self.layout.fulfilled_by(relation.gates, self._active, self.points)
        names = {other.name for other in self.derived}
        for row in np.flatnonzero(needed).tolist():
            plain = {name: v for name, v in self.params[row].items() if name not in names}
            completed = self._completed.setdefault(row, plain)
            completed[relation.name] = relation.derives(completed)
            given = self.params[row].get(relation.name, NOTHING)
            if given is NOTHING:
                continue
            self._n_read[row] += 1
            if not same(given, completed[relation.name]):
                self._complain(
                    row,
                    f"Parameter {relation.name!r} is derived from the others as "
                    f"{completed[relation.name]!r}, got {given!r}.",
                )

    def _complain(self, row: int, complaint: str) -> None:
        self._inside[row] = False
        self.complaints.setdefault(row, complaint)

    def _complain_of_names(self, row: int) -> None:
        active = self._active[row]
        known = {p.name for p, is_on in zip(self.layout.parameters, active, strict=True) if is_on}
        known.update(relation.name for relation in self.derived)
        extra = [name for name in self.params[row] if name not in known]
        self._complain(row, f"These parameters are unknown or not active here: {extra!r}.")


def encode(layout: Layout, derived: Sequence[Relation], params: Sequence[Params]) -> Block:
    """Return the snapped points (n, D) of params, rows of NaN for those outside.

    Where several sub-spaces contain params, the first one counts.
    """
    points, _ = _first_that_fits(layout, derived, params)
    return points


def encode_all(layout: Layout, derived: Sequence[Relation], params: Sequence[Params]) -> Block:
    """Return the snapped points (n, D) of params; raise SpaceError if some are outside."""
    for some in params:
        if not isinstance(some, Mapping):
            raise SpaceError(f"Params must be a dict, got {some!r} of type {type(some).__name__}.")
    points, complaints = _first_that_fits(layout, derived, params)
    if complaints:
        row = min(complaints)
        raise SpaceError(f"Outside the space: {dict(params[row])!r}. {complaints[row]}")
    return points


def _first_that_fits(
    layout: Layout, derived: Sequence[Relation], params: Sequence[Params]
) -> tuple[Block, dict[int, str]]:
    n_branches = layout.n_branches
    points = np.full((len(params), len(layout.columns)), np.nan)
    waiting = list(range(len(params)))
    complaints: dict[int, str] = {}
    for branch in range(n_branches):
        attempt = Attempt(layout, derived, [params[row] for row in waiting], branch)
        fits = [k for k in range(len(waiting)) if k not in attempt.complaints]
        points[[waiting[k] for k in fits]] = attempt.points[fits]
        for k, complaint in attempt.complaints.items():
            about = f"Sub-space {branch}: {complaint}" if n_branches > 1 else complaint
            complaints[waiting[k]] = f"{complaints.get(waiting[k], '')} {about}".strip()
        for k in fits:
            complaints.pop(waiting[k], None)
        waiting = [waiting[k] for k in sorted(attempt.complaints)]
        if not waiting:
            break
    return points, complaints


def _what_is_wrong(parameter: Parameter, value: object) -> str:
    if value is NOTHING:
        return f"Parameter {parameter.name!r} is missing."
    return f"Parameter {parameter.name!r} is {value!r}, which is not in {parameter.dimension!r}."
