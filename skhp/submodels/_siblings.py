"""Which candidates of a list differ only in how many parts their model has."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone

from ._kinds import COUNTS, kind_of
from ._whole import last_step, path_to

__all__ = ["Family", "Siblings", "count_names"]

BLOCK = 5_000
"""So many candidates are looked at together: the first fit need not wait for all of a long list."""

Params = dict[str, Any]


@dataclass(frozen=True)
class Family:
    """Candidates that one fit serves.

    Parameters
    ----------
    name : str
        The parameter in which they differ.
    numbers : tuple of int
        Their places in the list, in order.
    """

    name: str
    numbers: tuple[int, ...]


class Siblings:
    """Finds the candidates that the fit of one of them serves as well.

    Parameters
    ----------
    candidates : sequence of dict
        In the order of the trials.
    estimator : estimator object
        What is searched; left as it is.
    prepare : callable, optional
        Turns params into what ``estimator.set_params`` takes.
    n_rows : int
        The most that a fold is fitted on.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> forest = RandomForestClassifier(random_state=0)
    >>> listed = [{"n_estimators": 10}, {"n_estimators": 20}, {"max_depth": 3}]
    >>> siblings = Siblings(listed, forest, n_rows=100)
    >>> siblings.of(0), siblings.of(2)
    (Family(name='n_estimators', numbers=(0, 1)), None)
    """

    def __init__(
        self,
        candidates: Sequence[Params],
        estimator: Any,
        *,
        prepare: Callable[[Params], Params] | None = None,
        n_rows: int,
    ) -> None:
        self.candidates = candidates
        self._estimator = estimator
        self._prepare = prepare
        self._n_rows = n_rows
        self._names = count_names(estimator)
        self._blocks: dict[int, dict[int, Family]] = {}
        self._verdicts: dict[Family, bool] = {}

    def of(self, number: int) -> Family | None:
        """Return all that the fit of one of them serves; None where that is one candidate.

        Parameters
        ----------
        number : int
            The place of a candidate in the list.
        """
        block = number // BLOCK
        if block not in self._blocks:
            self._blocks[block] = self._families(block * BLOCK)
        family = self._blocks[block].get(number)
        if family is None:
            return None
        if family not in self._verdicts:
            self._verdicts[family] = self._is_exact(family)
        return family if self._verdicts[family] else None

    def _families(self, start: int) -> dict[int, Family]:
        alike: dict[Hashable, list[int]] = {}
        for number in range(start, min(start + BLOCK, len(self.candidates))):
            params = self.candidates[number]
            name = next((name for name in self._names if name in params), None)
            if name is not None and _is_count(params[name]):
                rest = ((one, _told_apart(params[one])) for one in sorted(params) if one != name)
                alike.setdefault((name, *rest), []).append(number)
        families = (
            Family(key[0], tuple(numbers))  # type: ignore[index]
            for key, numbers in alike.items()
            if len(numbers) > 1
        )
        return {number: family for family in families for number in family.numbers}

    def _is_exact(self, family: Family) -> bool:
        """Say whether the estimator, with all its params, is one that can be cut."""
        params = self.candidates[family.numbers[0]]
        params = params if self._prepare is None else self._prepare(params)
        try:
            estimator = clone(self._estimator).set_params(**clone(params, safe=False))
        except (ValueError, TypeError, AttributeError):
            return False  # the fit will say what is wrong with them
        steps, leaf = path_to(family.name)
        for step in steps:
            last = last_step(estimator)
            if last is None or last[0] != step:
                return False
            estimator = last[1]
        kind = kind_of(estimator)
        counts = [self.candidates[number][family.name] for number in family.numbers]
        if kind is None or leaf not in kind.counts or not kind.pays(counts):
            return False
        return kind.is_exact(estimator.get_params(deep=False), n_rows=self._n_rows)


def count_names(estimator: Any) -> tuple[str, ...]:
    """Return what the number of parts may be called among the params of an estimator.

    Parameters
    ----------
    estimator : estimator object
        A pipeline's last step is what has parts.
    """
    path, last = "", last_step(estimator)
    while last is not None:
        path, last = f"{path}{last[0]}__", last_step(last[1])
    return tuple(f"{path}{count}" for count in sorted(COUNTS))


def _is_count(value: Any) -> bool:
    return isinstance(value, int | np.integer) and type(value) is not bool and int(value) > 0


def _told_apart(value: Any) -> Hashable:
    """Return what is equal for the same value: for most of them only if it is the same object."""
    kind = type(value)
    if value is None or kind in (bool, int, str, bytes):
        return kind, value
    return (kind, repr(value)) if kind is float else (kind, id(value))
