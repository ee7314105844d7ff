"""What a fit of one rung is given: rows or iterations, and the model of the rung below."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._ladder import Ladder
from ._longer_fits import LongerFit, Refit, longer_fit_of
from ._models import FoldModels, Kept, show_in_main

__all__ = ["N_SAMPLES", "Resource"]

N_SAMPLES = "n_samples"
"""Names the rows as a resource."""


@dataclass(frozen=True)
class Resource:
    """Gives fits what is theirs on a rung.

    Params of a trial hold the rung's level under the resource's name, also where that is the
    number of rows.

    Parameters
    ----------
    name : str
        ``"n_samples"`` or an integer parameter of the estimator.
    ladder : Ladder
        The levels.
    rows : tuple of ndarray, optional
        For rows: an order of each fold's training rows of which every beginning will do (see
        `nested_rows`).
    n_samples : int
        Rows of the data.
    models : FoldModels, optional
        Where models wait for the next rung; without it every fit starts anew.
    """

    name: str
    ladder: Ladder
    rows: tuple[NDArray[np.intp], ...] | None = None
    n_samples: int = 0
    models: FoldModels | None = None

    def settings(self, params: dict[str, Any]) -> dict[str, Any]:
        """Return what the estimator is to be set to."""
        return params if self.rows is None else self.candidate(params)

    def candidate(self, params: dict[str, Any]) -> dict[str, Any]:
        """Return params without the resource: they are the same on all rungs."""
        return {name: value for name, value in params.items() if name != self.name}

    def train_rows(
        self, params: dict[str, Any], fold: int, train: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        """Return which of a fold's training rows a rung is given, in their own order."""
        level = params[self.name]
        if self.rows is None or level >= self.n_samples:
            return train
        every = np.asarray(train)
        every = np.flatnonzero(every) if every.dtype == bool else every
        n_rows = max(1, round(level / self.n_samples * len(every)))
        return every[np.sort(self.rows[fold][:n_rows])]

    @contextmanager
    def going_on(self, estimator: Any, params: dict[str, Any], fold: int) -> Iterator[None]:
        """Have ``estimator.fit`` go on from the model of the rung below while in the context."""
        if self.models is None:
            yield
            return
        show_in_main({**estimator.get_params(), **params})
        ascent = _Ascent(self, estimator, self.models.get(self.candidate(params), fold))
        level = params[self.name]
        estimator.fit = lambda *data, **metadata: ascent.fit(level, data, metadata)
        try:
            yield
        finally:
            vars(estimator).pop("fit", None)
        kept = ascent.reached
        if kept is not None and level < self.ladder.full:
            self.models.keep(self.candidate(params), fold, kept)


class _Ascent:
    """One estimator on its way to a rung.

    Without the model of the rung below it takes every rung from the first one, so that the result
    never depends on whether a model was kept.
    """

    def __init__(self, resource: Resource, estimator: Any, kept: Kept | None) -> None:
        self.resource = resource
        self.estimator = estimator
        self.kept = kept
        self.reached: Kept | None = None

    def fit(self, level: int, data: tuple[Any, ...], metadata: dict[str, Any]) -> Any:
        estimator, name = self.estimator, self.resource.name
        vars(estimator).pop("fit")  # the class's own is called from here on, and pickled
        longer_fit = longer_fit_of(estimator, name)
        below, is_final = self._take_over(level)
        for target in self._targets(longer_fit, level):
            if below < target and not is_final:
                is_final = longer_fit.advance(estimator, data, metadata, below=below, target=target)
                below = target
        if estimator.get_params().get(name) != level:  # some refuse any change after a fit
            estimator.set_params(**{name: level})
        if is_final or not isinstance(longer_fit, Refit):
            self.reached = Kept(level, estimator, is_final)
        return estimator

    def _take_over(self, level: int) -> tuple[int, bool]:
        """Become the model that was kept, if there is one; return how far it is."""
        kept = self.kept
        if kept is None or kept.level > level:
            return 0, False
        vars(self.estimator).clear()
        vars(self.estimator).update(vars(kept.model))
        return kept.level, kept.is_final

    def _targets(self, longer_fit: LongerFit, level: int) -> tuple[int, ...]:
        if isinstance(longer_fit, Refit):
            return (level,)
        return tuple(target for target in self.resource.ladder.levels if target <= level)
