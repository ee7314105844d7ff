"""Which trial is refitted: the one with the highest mean, or what `refit` says instead."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .. import _sklearn
from ..history import History
from ..space import Space
from ._one_standard_error import near_the_best
from ._score_surface import ScoreSurface
from ._table import tabulated

__all__ = ["SELECTIONS", "AsScikitLearn", "Finished", "Selection"]


@dataclass(frozen=True)
class Finished:
    """What is known when the search is over and a trial is to be selected.

    Parameters
    ----------
    history : History
        All trials.
    results : dict of str to array
        ``cv_results_``.
    metric : str
        The score that decides.
    space : Space or None
        Where trials are compared.
    plain : mapping of str to object
        Params that count as the simplest: the estimator's present ones.
    """

    history: History
    results: Mapping[str, Any]
    metric: str
    space: Space | None = None
    plain: Mapping[str, Any] | None = None

    def row_of(self, number: int) -> int:
        """Return the row of a trial in ``cv_results_``."""
        return [trial.number for trial in tabulated(self.history)].index(number)


class Selection(ABC):
    """Says which row of ``cv_results_`` is the best."""

    needs_space: ClassVar[bool] = False
    """Whether trials are compared by where they lie in a space."""

    @abstractmethod
    def row(self, finished: Finished) -> int:
        """Return the row that is refitted."""

    def attributes(self, finished: Finished) -> dict[str, Any]:
        """Return fitted attributes of the search that come of it, besides those of the best."""
        return {}


@dataclass(frozen=True)
class AsScikitLearn(Selection):
    """The trial of rank 1, or what the user's function of ``cv_results_`` returns.

    Parameters
    ----------
    refit : bool, str or callable
        The parameter of a search.
    select : callable
        scikit-learn's own method, which a class of its searches may override; given `refit`, the
        metric and ``cv_results_``, it returns the row.
    """

    refit: Any = True
    select: Callable[[Any, str, Mapping[str, Any]], int] = _sklearn.select_best_index

    def row(self, finished: Finished) -> int:
        return int(self.select(self.refit, finished.metric, finished.results))


@dataclass(frozen=True)
class PosteriorMean(Selection):
    """The trial whose score a model of all trials expects to be the highest."""

    needs_space: ClassVar[bool] = True

    def row(self, finished: Finished) -> int:
        assert finished.space is not None
        means = ScoreSurface.of(finished.history, finished.space).posterior_means()
        return finished.row_of(max(means, key=lambda number: means[number]))


@dataclass(frozen=True)
class NearestToPlain(Selection):
    """The trial nearest to the plain params of those that chance may have put behind the best."""

    needs_space: ClassVar[bool] = True

    def row(self, finished: Finished) -> int:
        space, trials = finished.space, finished.history.complete
        assert space is not None
        assert finished.plain is not None
        scores = np.array([trial.fold_scores for trial in trials])
        near = [trials[row] for row in near_the_best(scores)]
        points = space.encode([dict(finished.plain), *(trial.params for trial in near)])
        gap = np.abs(points[1:] - points[0])
        gap[:, ~space.is_ordered] = gap[:, ~space.is_ordered] > 0
        order = np.lexsort([[-trial.score for trial in near], (gap**2).sum(axis=1)])
        return finished.row_of(near[int(order[0])].number)


SELECTIONS: dict[str, Selection] = {
    "posterior_mean": PosteriorMean(),
    "one_standard_error": NearestToPlain(),
}
"""What `refit` may name beside a metric."""
