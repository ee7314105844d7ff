"""Fits a pipeline from where another candidate's fit of the same first steps ended."""

from __future__ import annotations

import math
import os
import sys
import time
import uuid
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Self

import sklearn

from .. import _sklearn
from ..space import Space
from ._components import WholePCA, can_be_cut, has_count, without_count
from ._identity import PASSED_THROUGH, identity_of, is_passed_through, own
from ._scoring import RememberingScorer
from ._sealed import Sealed, bytes_of, seal
from ._shelf import SHELVES, Made, Shelf

__all__ = ["Reused", "StepReuse", "searched_names"]

Steps = tuple[tuple[str, Any], ...]


def searched_names(space: Space | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of what is searched, and of those whose values practically never repeat.

    Parameters
    ----------
    space : Space, optional
        Where nothing is known, nothing is returned.
    """
    if space is None:
        return frozenset(), frozenset()
    fixed = [one for one in space.parameters if one.dimension.size == 1 and not one.gates]
    names = [one.name for one in space.parameters if one not in fixed]
    names += [one.name for one in space.derived]
    endless = (one.name for one in space.parameters if one.dimension.size == math.inf)
    return frozenset(filter(None, names)), frozenset(endless)


@dataclass(frozen=True)
class StepReuse:
    """Keeps fitted steps of pipelines, and what they made of their rows, in a worker's memory.

    Steps are kept where another candidate may need them: up to one that differs between
    candidates.  Their key is the fold, the number of its rows, and the classes and params of all
    steps so far; rows are never looked at.

    Parameters
    ----------
    varied : frozenset of str
        Names of what is searched; where it is empty, those of a candidate's params.
    endless : frozenset of str
        Those of them whose values never repeat: steps from there on are not kept.
    n_bytes : int
        The most that a worker process keeps.  The process of the search keeps so much for all of
        its threads.
    token : str
        Names the search.
    drawing : int
        Which splits the folds belong to, where they are drawn several times.
    owner : int
        The process of the search.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> saved = []
    >>> with StepReuse(frozenset({"ridge__alpha"}), frozenset(), n_bytes=1_000) as reuse:
    ...     for alpha in (0.1, 1.0):
    ...         pipeline = make_pipeline(StandardScaler(), Ridge(alpha))
    ...         with reuse.fitting(pipeline, frozenset(), fold=0, n_rows=3) as reused:
    ...             _ = pipeline.fit([[1.0], [2.0], [4.0]], [0.0, 1.0, 2.0])
    ...         saved.append(reused.saved_time > 0)
    >>> saved
    [False, True]
    """

    varied: frozenset[str]
    endless: frozenset[str]
    n_bytes: int
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    drawing: int = 0
    owner: int = field(default_factory=os.getpid)

    def __enter__(self) -> Self:
        SHELVES.open(self.token, self.n_bytes)
        return self

    def __exit__(self, *error: object) -> None:
        SHELVES.close(self.token)

    def shared_by(self, n_workers: int) -> StepReuse:
        """Return the same for each of so many workers, which share the memory."""
        return replace(self, n_bytes=self.n_bytes // n_workers)

    def for_drawing(self, drawing: int) -> StepReuse:
        """Return the same for splits that were drawn anew."""
        return replace(self, drawing=drawing)

    def _shelf(self) -> Shelf | None:
        """Return the shelf in this process; None once a search has ended that began here."""
        shelf = SHELVES.get(self.token)
        if shelf is None and os.getpid() != self.owner:
            shelf = SHELVES.open(self.token, self.n_bytes)
            SHELVES.close_when_idle(self.token)
        return shelf

    @contextmanager
    def fitting(
        self, estimator: Any, names: frozenset[str], *, fold: int, n_rows: int
    ) -> Iterator[Reused]:
        """Have ``estimator.fit`` take fitted steps from the shelf while in the context.

        Parameters
        ----------
        estimator : estimator object
            Anything but a plain pipeline is left as it is.
        names : frozenset of str
            Of the params that it will be set to before it is fitted.
        fold : int
            Which split.
        n_rows : int
            How many training rows of it are given.
        """
        searched = Names(self.varied or names, self.endless)
        n_steps = searched.most_kept(estimator) if _is_pipeline(estimator) else 0
        shelf = self._shelf() if n_steps else None
        if shelf is None:
            yield Reused()
            return
        fit = _Fit(estimator, searched, shelf, n_steps=n_steps, place=(self.drawing, fold, n_rows))
        estimator.fit = fit
        try:
            with shelf.in_use():
                yield fit.reused
        finally:
            vars(estimator).pop("fit", None)


@dataclass
class Reused:
    """What a fit took from the shelf.

    Parameters
    ----------
    is_pipeline : bool
        Whether the estimator has steps at all.
    saved_time : float
        Seconds that it took to fit the steps that are not fitted again.
    shelf : Shelf, optional
        Where they are; None if none of the steps is kept.
    keys : tuple
        Of the fitted first steps of the pipeline, one each.
    part : hashable
        Which of the fold's training rows are fitted, where that is known only to who calls.
    first : dict of str to estimator object
        The first steps that the pipeline does without while it is fitted.
    """

    is_pipeline: bool = False
    saved_time: float = 0.0
    shelf: Shelf | None = None
    keys: tuple[Hashable, ...] = ()
    part: Hashable = None
    first: dict[str, Any] = field(default_factory=dict)

    def scorer(self, scorer: Any) -> Any:
        """Return a scorer for which the kept steps transform each fold's rows once."""
        if not self.is_pipeline or not _sklearn.only_predicts(scorer):
            return scorer  # it may look at the steps, which are not quite plain meanwhile
        return RememberingScorer(scorer, self)


@dataclass(frozen=True)
class Names:
    """What is searched.

    Parameters
    ----------
    varied, endless : frozenset of str
        As in `StepReuse`.
    """

    varied: frozenset[str]
    endless: frozenset[str]

    def vary(self, step: str) -> bool:
        """Tell whether a step differs between candidates."""
        return any(_concerns(name, step) for name in self.varied)

    def vary_count(self, step: str) -> bool:
        """Tell whether candidates differ in how many components a step keeps."""
        return f"{step}__n_components" in self.varied

    def most_kept(self, pipeline: Any) -> int:
        """Return how many first steps of a pipeline other candidates may share."""
        n_steps = 0
        if self.vary("steps"):
            return n_steps
        for depth, (step, _) in enumerate(pipeline.steps):
            if self.vary(step):
                n_steps = depth
            if any(_concerns(name, step) for name in self.endless):
                break
            if self.vary_count(step) and depth + 1 < len(pipeline.steps):
                n_steps = depth + 1  # all of a PCA but the last cut may be shared
        return n_steps


def _concerns(name: str, step: str) -> bool:
    return name.partition("[")[0] == step or name.startswith(f"{step}__")


@dataclass(frozen=True)
class Fitted:
    """Fitted first steps of a pipeline, and what they made of the rows.

    Parameters
    ----------
    steps : tuple of (str, estimator object)
        From the first one on.
    rows : Sealed
        The training rows, transformed.
    seconds : float
        What all of it took.
    """

    steps: Steps
    rows: Sealed
    seconds: float


class _Fit:
    """Stands in for ``fit`` of one pipeline, for one call."""

    def __init__(
        self, pipeline: Any, names: Names, shelf: Shelf, *, n_steps: int, place: Hashable
    ) -> None:
        self.pipeline = pipeline
        self.names = names
        self.shelf = shelf
        self.n_steps = n_steps
        self.place = place
        self.reused = Reused(is_pipeline=True)

    def __call__(self, X: Any, y: Any = None, **params: Any) -> Any:
        pipeline = self.pipeline
        vars(pipeline).pop("fit")  # the class's own is called from here on
        self.y, self.params = y, params
        self.keys = self._keys()
        stops = self._stops()
        if not stops:
            return pipeline.fit(X, y, **params)
        steps, rows = self._reach(stops, X)
        depth = len(steps)
        self.reused.first.update(steps)
        pipeline.steps = [*((name, PASSED_THROUGH) for name, _ in steps), *pipeline.steps[depth:]]
        try:
            pipeline.fit(rows, y, **params)
        finally:
            fitted = [(name, own(step)) for name, step in steps]
            pipeline.steps = [*fitted, *pipeline.steps[depth:]]
        self.reused.shelf, self.reused.keys = self.shelf, self.keys[:depth]
        return pipeline

    def _keys(self) -> tuple[tuple[Hashable, ...], ...]:
        """Return a key for each of the first steps that may be kept."""
        pipeline, identities = self.pipeline, []
        is_plain = pipeline.memory is None and not pipeline.verbose and not _needs_routing(self)
        if not is_plain:
            return ()
        for _, step in pipeline.steps[: self.n_steps]:
            identity = identity_of(step)
            if identity is None:
                break
            identities.append(identity)
        place = (self.place, self.reused.part)
        return tuple((*place, *identities[: n + 1]) for n in range(len(identities)))

    def _stops(self) -> list[int]:
        """Return how many steps are kept together: each time up to one that is searched."""
        stops, steps, before = [], self.pipeline.steps, 0
        for depth in range(1, len(self.keys) + 1):
            name, step = steps[depth - 1]
            does_something = not all(is_passed_through(step) for _, step in steps[before:depth])
            is_cut = self.names.vary_count(name) and has_count(step)
            if does_something and (is_cut or self.names.vary(steps[depth][0])):
                stops.append(depth)
                before = depth
        return stops

    def _reach(self, stops: Sequence[int], X: Any) -> tuple[Steps, Any]:
        """Return the fitted steps up to the last stop, and the rows that they make."""
        if not stops:
            return (), X
        *below, depth = stops
        fresh: list[tuple[Steps, Any]] = []

        def make() -> Made:
            started, saved = time.perf_counter(), self.reused.saved_time
            fresh.append(self._fit_up_to(depth, *self._reach(below, X)))
            seconds = time.perf_counter() - started + self.reused.saved_time - saved
            return _kept(*fresh[0], seconds)

        kept, is_new = self.shelf.fetch(self.keys[depth - 1], make)
        if is_new:
            return fresh[0]
        if kept is None:
            return self._reach(below, X)
        self.reused.saved_time += kept.seconds
        return kept.steps, kept.rows.copy()

    def _fit_up_to(self, depth: int, steps: Steps, rows: Any) -> tuple[Steps, Any]:
        """Fit the steps that follow on fitted ones, with the rows that these made."""
        for place in range(len(steps), depth):
            rows = self._fit_transform(place, rows)
        return (*steps, *self.pipeline.steps[len(steps) : depth]), rows

    def _fit_transform(self, place: int, rows: Any) -> Any:
        name, step = self.pipeline.steps[place]
        if is_passed_through(step):
            return rows
        begin = f"{name}__"
        given = {
            one.removeprefix(begin): value
            for one, value in self.params.items()
            if one.startswith(begin)
        }
        whole = None if given else self._whole(place, rows)
        if whole is not None:
            return whole.cut(step, rows)
        if hasattr(step, "fit_transform"):
            return step.fit_transform(rows, self.y, **given)
        return step.fit(rows, self.y, **given).transform(rows)

    def _whole(self, place: int, rows: Any) -> WholePCA | None:
        """Return what candidates that want other numbers of components cut theirs out of."""
        name, step = self.pipeline.steps[place]
        if not self.names.vary(name) or not can_be_cut(step, rows):
            return None
        plain = without_count(step)
        key = "whole", *self.keys[place][:-1], identity_of(plain)

        def make() -> Made:
            started = time.perf_counter()
            whole = WholePCA.fitted(plain, rows)
            seconds = time.perf_counter() - started
            return (None, 0) if whole is None else (replace(whole, seconds=seconds), whole.n_bytes)

        whole, is_new = self.shelf.fetch(key, make)
        if whole is not None and not is_new:
            self.reused.saved_time += whole.seconds
        kept: WholePCA | None = whole
        return kept


def _needs_routing(fit: _Fit) -> bool:
    """Tell whether scikit-learn says which step is given what."""
    routes = sklearn.get_config()["enable_metadata_routing"] and bool(fit.params)
    return routes or getattr(fit.pipeline, "transform_input", None) is not None


def _kept(steps: Steps, rows: Any, seconds: float) -> Made:
    sealed = seal(rows)
    if sealed is None:
        return None, 0
    size = sealed.n_bytes + sum(bytes_of(step) for _, step in steps)
    return Fitted(steps, sealed, seconds), size


def _is_pipeline(estimator: Any) -> bool:
    """Tell whether an estimator is scikit-learn's own pipeline, which may not be imported yet."""
    module = sys.modules.get("sklearn.pipeline")
    return module is not None and type(estimator) is module.Pipeline
