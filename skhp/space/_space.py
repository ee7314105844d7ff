"""The space of a search, laid over the unit cube."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SpaceError
from ._conditions import checked_constraints
from ._count import count
from ._counted import Counted
from ._describe import as_html, as_text
from ._dimension import Block
from ._encode import encode, encode_all
from ._expand import expand
from ._layout import Layout
from ._overlap import overlapping
from ._parameters import Parameter, Relation
from ._reader import Reader
from ._subspaces import resolved_subspaces

_MOST_COUNTED: Final = 20_000
_MOST_TRIES: Final = 20_000
_CHUNK: Final = 512


@final
@dataclass(frozen=True, repr=False)
class Space:
    """The parameters of a search, laid over the unit cube.

    Made by :meth:`read`. Points are arrays (n, D) in the unit cube, on which the uniform measure
    is the user's prior; params are dicts that hold the active parameters only.

    Parameters
    ----------
    parameters : tuple of Parameter
        In reading order. A list of sub-spaces begins with a hidden, nameless choice among them.
    derived : tuple of Relation
        Parameters computed from the others.
    constraints : tuple of Relation
        What params must fulfil.
    quotas : tuple of (int or None)
        One per sub-space: how many trials it is to have, None where that is not said.
    names : tuple of str
        The parameters' names in reading order, those of all sub-spaces together.
    counted : tuple of Counted
        What certain values come to on the data, where that is known.

    Examples
    --------
    >>> space = Space.read({"C": (1e-2, 1e2, "log-uniform"), "kernel": ["linear", "rbf"]})
    >>> space
    Space of 2 parameters
      C: Real(0.01, 100.0, log=True)
      kernel: Choice(['linear', 'rbf'])
    >>> space.decode([[0.5, 0.9]])
    [{'C': 1.0, 'kernel': 'rbf'}]
    """

    parameters: tuple[Parameter, ...]
    derived: tuple[Relation, ...]
    constraints: tuple[Relation, ...]
    quotas: tuple[int | None, ...]
    names: tuple[str, ...]
    counted: tuple[Counted, ...] = ()

    @classmethod
    def read(
        cls,
        search_spaces: object,
        *,
        constraints: object = None,
        estimator: Any = None,
        n_iter: int | None = None,
    ) -> Space:
        """Return the space that a user's search spaces stand for.

        Parameters
        ----------
        search_spaces : dict, list of dicts, list of (dict, int), Constrained, or Space
            From names to anything that stands for a dimension: a list of choices, a range
            ``(low, high)`` or ``(low, high, "log-uniform")``, a scipy.stats distribution, a
            dimension of skhp, skopt or optuna, ``When``, ``Derived``, or a dict, whose names
            begin with the key and two underscores. A list of two numbers and a prior is a range
            as well, as in a space read from JSON. Nothing of it is changed.
        constraints : callable or list of callables, optional
            Each takes the dict of active params and says whether they are allowed.
        estimator : estimator object, optional
            Whose parameters are searched: where its class states that one is a share, ``(0, 1)``
            are the shares from 0 to 1, not two whole numbers.
        n_iter : int, optional
            The number of those dicts that have none of their own beside others that have.

        Raises
        ------
        SpaceError
            If something of it cannot be read; the message names the parameter.
        """
        if isinstance(search_spaces, Space):
            more = [Relation("", function, "") for function in checked_constraints(constraints)]
            return dataclasses.replace(
                search_spaces, constraints=(*search_spaces.constraints, *more)
            )
        reader = Reader(estimator)
        found, quotas = resolved_subspaces(search_spaces, constraints, reader=reader, n_iter=n_iter)
        return cls(
            parameters=found.compiled_parameters(),
            derived=found.compiled_relations(found.derived),
            constraints=found.compiled_relations(found.constraints),
            quotas=quotas,
            names=found.names,
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    def __getstate__(self) -> dict[str, Any]:
        # what is compiled from the fields is compiled anew
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def n_trials(self, n_iter: int) -> int:
        """Return how many trials a search runs: `n_iter`, or what its sub-spaces ask for.

        Parameters
        ----------
        n_iter : int
            Of a search whose sub-spaces have no numbers, or of each that has none beside others.

        Examples
        --------
        >>> spaces = [({"C": (0.1, 1.0)}, 19), {"gamma": (0.1, 1.0)}]
        >>> Space.read(spaces, n_iter=10).n_trials(10)
        29
        """
        numbers = [n_iter if quota is None else quota for quota in self.quotas]
        return sum(numbers) if any(self.quotas) else n_iter

    @property
    def n_columns(self) -> int:
        """The dimension D of the unit cube."""
        return len(self.layout.columns)

    @property
    def n_modelled(self) -> int:
        """How many columns have more than one level."""
        return int((self.n_levels != 1).sum())

    @cached_property
    def is_ordered(self) -> NDArray[np.bool_]:
        """Which columns (D,) have an order; the others are unordered choices."""
        return _frozen(np.array([column.is_ordered for column in self.layout.columns], dtype=bool))

    @cached_property
    def n_levels(self) -> NDArray[np.int64]:
        """How many levels each column (D,) has, 0 for a continuous one."""
        return _frozen(np.array([column.n_levels for column in self.layout.columns]))

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """What each column (D,) stands for; empty for the choice between sub-spaces."""
        return tuple(
            f"{parameter.name}.{column.label}" if column.label else parameter.name
            for parameter in self.parameters
            for column in parameter.dimension.columns
        )

    @cached_property
    def size(self) -> int | float:
        """How many distinct allowed params there are, ``math.inf`` if without end.

        Inactive parameters are not counted. Where more than 20,000 params would have to be
        tried against constraints, they are counted as if all were allowed.
        """
        size = count(self.parameters)
        if self._is_free or size > _MOST_COUNTED:
            return size
        return len(self._allowed_points)

    @cached_property
    def layout(self) -> Layout:
        """Where the parameters lie, compiled."""
        return Layout(self.parameters)

    def encode(self, params: Sequence[Mapping[str, Any]]) -> Block:
        """Return the snapped points (n, D) of params.

        Raises
        ------
        SpaceError
            If params lie outside; constraints are not looked at.
        """
        return encode_all(self.layout, self.derived, params)

    def decode(self, U: Any) -> list[dict[str, Any]]:
        """Return the params of points (n, D): active parameters only, as native Python numbers.

        Choices are the caller's own objects.
        """
        snapped = self.snap(U)
        active = self.layout.active_parameters(snapped)
        decoded: list[dict[str, Any]] = [{} for _ in range(len(snapped))]
        for k, parameter in enumerate(self.parameters):
            if not parameter.name:
                continue
            rows = np.flatnonzero(active[:, k])
            values = parameter.dimension.decode(snapped[rows, self.layout.blocks[k]])
            for row, value in zip(rows.tolist(), values, strict=True):
                decoded[row][parameter.name] = value
        for relation in self.derived:
            for row in np.flatnonzero(self.layout.fulfilled(relation.gates, snapped)).tolist():
                decoded[row][relation.name] = relation.derives(decoded[row])
        return decoded

    def snap(self, U: Any) -> Block:
        """Return the points (n, D) moved to where params lie, inactive columns to exactly 0.5."""
        return self.layout.snap(self._points(U))

    def active(self, U: Any) -> NDArray[np.bool_]:
        """Say which columns (n, D) of points have a bearing on their params."""
        return self.layout.active_columns(self._points(U))

    def allows(self, U: Any) -> NDArray[np.bool_]:
        """Say which points (n,) are allowed by the constraints.

        A point of a later sub-space whose params an earlier one holds too is not allowed, so
        that params have one point only.
        """
        points = self._points(U)
        allowed = np.ones(len(points), dtype=bool)
        if self._is_free:
            return allowed
        points = self.snap(points)
        decoded = self.decode(points)
        names = frozenset(self.names)
        for relation in self.constraints:
            applies = self.layout.fulfilled(relation.gates, points) & allowed
            for row in np.flatnonzero(applies).tolist():
                allowed[row] = relation.allows(decoded[row], names)
        doubtful = np.flatnonzero(allowed & np.isin(self.branch(points), list(self._overlapping)))
        if len(doubtful):
            found = encode(self.layout, self.derived, [decoded[row] for row in doubtful.tolist()])
            allowed[doubtful] = self.branch(found) == self.branch(points[doubtful])
        return allowed

    def contains(self, params: object) -> bool:
        """Say whether params are a dict that lies in the space and fulfils its constraints."""
        if not isinstance(params, Mapping):
            return False
        point = encode(self.layout, self.derived, [params])
        return not bool(np.isnan(point).any()) and bool(self.allows(point)[0])

    def sample(self, n: int, rng: np.random.Generator) -> Block:
        """Return snapped points (n, D) drawn from the prior, all of them allowed.

        Where allowed params are very rare, some are drawn repeatedly.

        Raises
        ------
        SpaceError
            If none of many thousand draws fulfils the constraints.
        """
        if self._is_free:
            return self.snap(rng.random((n, self.n_columns)))
        found = np.empty((0, self.n_columns))
        tries = 0
        while len(found) < n:
            if tries >= _MOST_TRIES * (1 + n // _CHUNK):
                return self._repeated(found, n, rng)
            drawn = self.snap(rng.random((min(max(2 * n, 32), _CHUNK), self.n_columns)))
            found = np.concatenate([found, drawn[self.allows(drawn)]])
            tries += len(drawn)
        return found[:n]

    def enumerate(self, limit: int) -> Block | None:
        """Return all allowed points (size, D) if there are at most ``limit``, else None."""
        if self.size > limit:
            return None
        return self._allowed_points.copy()

    def grid(self, points: int) -> Iterator[dict[str, Any]]:
        """Yield the params of a full factorial design in the order of ``ParameterGrid``.

        Parameters
        ----------
        points : int
            How many values a range that has more of them is given; choices are all taken.
        """
        if points < 1:
            raise SpaceError(f"A grid needs at least 1 point per dimension, got {points!r}.")
        table = expand(self.layout, points)
        for start in range(0, len(table), _CHUNK):
            chunk = table[start : start + _CHUNK]
            yield from self.decode(chunk[self.allows(chunk)])

    def keys(self, U: Any) -> list[bytes]:
        """Return the identity of each point (n,): equal exactly where the params are."""
        snapped = self.snap(U)
        data, width = snapped.tobytes(), snapped.itemsize * self.n_columns
        return [data[start : start + width] for start in range(0, len(data), width)]

    def models(self, U: Any) -> list[bytes]:
        """Return the identity of each point's model (n,), equal only where that is certain.

        It is that of the params where nothing is known of what their values come to.
        """
        if not self.counted:
            return self.keys(U)
        snapped = np.array(self.snap(U))
        active = self.layout.active_parameters(snapped)
        found = [snapped]
        for one in self.counted:
            for k in (k for k, known in enumerate(self.parameters) if known.name == one.name):
                rows, block = np.flatnonzero(active[:, k]), self.layout.blocks[k]
                counts = np.zeros((len(snapped), len(one.sizes)))
                counts[rows] = one.counts(self.parameters[k].dimension.decode(snapped[rows, block]))
                snapped[counts[:, 0] != 0, block] = 0.5
                found.append(counts)
        return [row.tobytes() for row in np.hstack(found)]

    def branch(self, U: Any) -> NDArray[np.int64]:
        """Return which sub-space of a list each point (n,) belongs to, 0 if there is one."""
        points = self._points(U)
        if self.layout.n_branches == 1:
            return np.zeros(len(points), dtype=np.int64)
        return self.layout.codes(points, 0)

    @cached_property
    def _overlapping(self) -> frozenset[int]:
        n_branches = self.layout.n_branches
        return (
            overlapping(self.parameters, self.derived, n_branches)
            if n_branches > 1
            else (frozenset())
        )

    @property
    def _is_free(self) -> bool:
        return not self.constraints and not self._overlapping

    @cached_property
    def _allowed_points(self) -> Block:
        table = expand(self.layout, None)
        allowed = table[self.allows(table)]
        if not len(allowed):
            raise SpaceError("No params fulfil the constraints. Loosen them or widen the space.")
        return allowed

    def _repeated(self, found: Block, n: int, rng: np.random.Generator) -> Block:
        """Draw from all allowed points where they can be listed, else from those found."""
        if count(self.parameters) <= _MOST_COUNTED:
            found = self._allowed_points
        if not len(found):
            raise SpaceError(
                f"None of {_MOST_TRIES:,} params that were drawn fulfils the constraints. "
                "Loosen them or narrow the space."
            )
        return found[rng.integers(len(found), size=n)]

    def _points(self, U: Any) -> Block:
        points = np.asarray(U, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != self.n_columns:
            raise SpaceError(
                f"Points must be an array (n, {self.n_columns}), got shape {points.shape}."
            )
        return points


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
