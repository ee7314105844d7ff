"""A search as skopt would report it: one ``OptimizeResult`` per sub-space."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property, partial
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult

from ..history import History, Trial
from ._skopt_axes import Axis, axes_of

__all__ = ["branches_of", "optimize_result", "optimize_results"]

MOST_MODELLED: Final = 300
"""A model is fitted to at most so many trials; its cost grows with their cube."""


def optimize_results(history: History) -> list[OptimizeResult]:
    """Return one result per sub-space, as ``skopt.plots`` and ``skopt.dump`` take them.

    Parameters
    ----------
    history : History
        Of a search over a space; pending trials are left out.

    Returns
    -------
    list of OptimizeResult
        With the keys ``x, fun, func_vals, x_iters, models, space, random_state, specs``, each of
        them made when it is first read.  Rows follow the sorted names of the sub-space, an
        inactive parameter standing in the middle of its range.  ``func_vals`` are negated scores,
        the worst one where a trial failed, and ``fun`` is the negated best score.  What skopt
        cannot hold, such as a list, is a label.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import RandomizedSearchCV
    >>> tree = DecisionTreeClassifier(random_state=0)
    >>> search = RandomizedSearchCV(tree, {"max_depth": [1, 2, 3]}, n_iter=2, random_state=0)
    >>> search = search.fit(*load_iris(return_X_y=True))
    >>> [len(result.x_iters) for result in optimize_results(search.history_)]
    [2]
    """
    settled = [trial for trial in history if trial.status != "pending"]

    @cache
    def branches() -> list[int]:
        return branches_of(history.space, settled)

    def settled_in(number: int) -> list[Trial]:
        return [
            trial for trial, branch in zip(settled, branches(), strict=True) if branch == number
        ]

    return [
        LazyResult(history, number, partial(settled_in, number))
        for number in range(len(history.space.quotas))
    ]


def branches_of(space: Any, trials: Sequence[Trial]) -> list[int]:
    """Return which sub-space each trial belongs to."""
    if not trials:
        return []
    points = space.encode([trial.params for trial in trials])
    branches: list[int] = space.branch(points).tolist()
    return branches


def optimize_result(history: History, trials: Sequence[Trial], *, branch: int) -> OptimizeResult:
    """Return the result of settled trials of one sub-space, in the order they are given."""
    ended = tuple(trials)
    return LazyResult(history, branch, lambda: ended)


class LazyResult(OptimizeResult):  # type: ignore[misc]
    """An ``OptimizeResult`` whose entries are made when they are first read.

    Whatever looks at a search reads all of its attributes; it must not pay for encoding points,
    let alone for models.  Copied or pickled it is a plain ``OptimizeResult``.

    Parameters
    ----------
    history : History
        Whose space and seed are told.
    branch : int
        The sub-space.
    settled : callable
        Gives its settled trials.
    """

    def __init__(
        self, history: History, branch: int, settled: Callable[[], Sequence[Trial]]
    ) -> None:
        super().__init__()
        # a result's attributes are its entries; this one is none
        object.__setattr__(self, "_source", Source(history.space, history.seed, branch, settled))

    def __missing__(self, key: str) -> Any:
        if key not in ENTRIES:
            raise KeyError(key)
        self[key] = getattr(self._source, key)
        return self[key]

    def _complete(self) -> None:
        for key in ENTRIES:
            if not dict.__contains__(self, key):
                self.__missing__(key)

    def __contains__(self, key: object) -> bool:
        return key in ENTRIES or dict.__contains__(self, key)

    def __iter__(self) -> Iterator[str]:
        self._complete()
        return dict.__iter__(self)

    def __len__(self) -> int:
        self._complete()
        return dict.__len__(self)

    def keys(self) -> Any:
        self._complete()
        return dict.keys(self)

    def values(self) -> Any:
        self._complete()
        return dict.values(self)

    def items(self) -> Any:
        self._complete()
        return dict.items(self)

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in ENTRIES else dict.get(self, key, default)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> Any:
        return OptimizeResult, (), None, None, iter(self.items())

    def __copy__(self) -> OptimizeResult:
        return OptimizeResult(self)

    copy = __copy__


ENTRIES: Final = (
    "x",
    "fun",
    "func_vals",
    "x_iters",
    "models",
    "space",
    "random_state",
    "specs",
)
"""The keys of a result of skopt, in its order."""


class Source:
    """What the entries of a result are made from."""

    def __init__(
        self, space: Any, seed: int, branch: int, settled: Callable[[], Sequence[Trial]]
    ) -> None:
        self.searched = space
        self.seed = seed
        self.branch = branch
        self.settled = settled

    @cached_property
    def _trials(self) -> Sequence[Trial]:
        return self.settled()

    @cached_property
    def _axes(self) -> list[Axis]:
        params = [trial.params for trial in self._trials]
        return axes_of(self.searched, self.branch, params=params)

    @cached_property
    def func_vals(self) -> NDArray[np.float64]:
        return _losses(self._trials)

    @property
    def fun(self) -> float:
        return float(self.func_vals.min(initial=np.inf))

    @cached_property
    def x_iters(self) -> list[list[Any]]:
        return [[axis.value(trial.params) for axis in self._axes] for trial in self._trials]

    @property
    def x(self) -> list[Any] | None:
        return self.x_iters[int(np.argmin(self.func_vals))] if self.x_iters else None

    @cached_property
    def space(self) -> Any:
        from skopt.space import Space as SkoptSpace

        return SkoptSpace([axis.dimension() for axis in self._axes])

    @property
    def models(self) -> Models:
        return Models(self.space, self.x_iters, losses=self.func_vals, seed=self.seed)

    @property
    def random_state(self) -> np.random.RandomState:
        return np.random.RandomState(self.seed % 2**32)

    @property
    def specs(self) -> dict[str, Any]:
        args = {"dimensions": self.space, "n_calls": len(self.x_iters)}
        return {"function": "skhp", "args": args}


def _losses(trials: Sequence[Trial]) -> NDArray[np.float64]:
    """Return the negated scores (n,), the worst where there is none, inf where all failed."""
    scores = np.array([trial.score for trial in trials], dtype=float)
    known = np.isfinite(scores)
    worst = scores[known].min() if known.any() else -np.inf
    return -np.where(known, scores, worst)


class Models(Sequence[Any]):
    """The surrogate of a result, in a sequence of at most one, fitted when it is asked for.

    Parameters
    ----------
    space : skopt.space.Space
        What the entries of a row mean.
    rows : list of list
        Where the trials lie.
    losses : ndarray of shape (n,)
        What came of them.
    seed : int
        Of the restarts of the fit.
    """

    def __init__(
        self, space: Any, rows: list[list[Any]], *, losses: NDArray[np.float64], seed: int
    ) -> None:
        self.space = space
        self.rows = rows
        self.losses = losses
        self.seed = seed

    def __len__(self) -> int:
        return int(len(self.rows) > 0 and bool(np.isfinite(self.losses).all()))

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return [self._model for _ in range(len(self))][index]

    @cached_property
    def _model(self) -> Any:
        from skopt.utils import cook_estimator

        space = self.space  # as the plots use it: making a model changes its dimensions
        model = cook_estimator("GP", space=space, random_state=self.seed % 2**32)
        kept = _kept(self.losses)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the length-scales, as in skopt's own searches
            rows = space.transform([self.rows[row] for row in kept])
            return model.fit(rows, self.losses[kept])


def _kept(losses: NDArray[np.float64]) -> list[int]:
    """Return which trials a model is fitted to: all of few, the best and some others of many."""
    if len(losses) <= MOST_MODELLED:
        return list(range(len(losses)))
    order = np.argsort(losses, kind="stable")
    best, others = np.split(order, [MOST_MODELLED // 2])
    spread = np.linspace(0, len(others) - 1, MOST_MODELLED - len(best)).astype(int)
    kept: list[int] = np.sort(np.concatenate([best, others[spread]])).tolist()
    return kept
