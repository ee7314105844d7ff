"""What a search has tried and what came of it.

The history is the only state of a search: strategies, stopping rules, racing, plots and
``cv_results_`` are functions of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ._kept_warnings import KeptWarning
from ._shelf import Shelf
from ._written import html_table, written_params

__all__ = ["Fold", "History", "Predictions", "Trial"]

Kept = TypeVar("Kept")

_SETTLED = ("complete", "failed", "stopped", "pending")


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the model of one fold says of its test rows.

    Parameters
    ----------
    method : {"predict_proba", "decision_function", "predict"}
        What it was asked.
    values : ndarray of float, shape (n_test_samples, n_columns)
        What it said; votes for classes are 0 and 1.
    """

    method: str
    values: NDArray[Any]


@dataclass(frozen=True)
class Fold:
    """The outcome of one split of one trial.

    Parameters
    ----------
    index : int
        Which split.
    test_scores : mapping of str to float
        One score per metric, larger is better; NaN where the fit or the scoring failed.
    train_scores : mapping of str to float, optional
        The same on the training rows.
    fit_time, score_time : float
        Seconds.
    saved_time : float
        Seconds that `fit_time` would be longer, had not another trial fitted the same first steps
        or, in proportion to its size, a model of which this one is a first part.
    n_test_samples : int
        Rows that were scored.
    costs : mapping of str to float, optional
        What was measured on its model where the search asks for it; NaN where that failed.
    n_iterations : int, optional
        How many iterations its model has, where that was found by early stopping.
    error : str, optional
        The traceback of a fit or a scoring that failed.
    status : {"ok", "failed", "unscored", "lost", "timeout"}
        How the fold ended: scored, the fit raised, the scoring raised (with several metrics: each
        of them), its worker died, over its time limit.
    started, ended : float, optional
        When, as ``time.time()`` tells it where it ran; for display.  Of a fold whose worker was
        lost, when it was handed out and when that was known.  A journal does not keep it.
    worker : str, optional
        Machine, process and thread that fitted it.
    predictions : Predictions, optional
        What its model says of its test rows, where that is kept.
    warned : tuple of (str, str, str, int)
        Category, text, file and line of what it warned of.  A journal does not keep it.
    """

    index: int
    test_scores: Mapping[str, float]
    train_scores: Mapping[str, float] | None = None
    fit_time: float = 0.0
    score_time: float = 0.0
    saved_time: float = 0.0
    n_test_samples: int = 0
    costs: Mapping[str, float] | None = None
    n_iterations: int | None = None
    error: str | None = None
    status: str = "ok"
    started: float | None = field(default=None, repr=False, compare=False)
    ended: float | None = field(default=None, repr=False, compare=False)
    worker: str | None = field(default=None, repr=False, compare=False)
    predictions: Predictions | None = field(default=None, repr=False, compare=False)
    warned: tuple[KeptWarning, ...] = field(default=(), repr=False, compare=False)

    def score(self, metric: str) -> float:
        """Return the score by that metric; by the first one if it is not there."""
        if not self.test_scores:
            return float("nan")
        return self.test_scores.get(metric, next(iter(self.test_scores.values())))


@dataclass(frozen=True, repr=False)
class Trial:
    """One params dict, the folds that are in, and what they mean.

    Parameters
    ----------
    number : int
        Position in the search, from 0.
    params : dict
        What was tried.
    n_splits : int
        How many folds make the trial whole.
    metric : str
        The metric that ranks trials.
    folds : tuple of Fold
        Those that are in, in the order of their index.
    stopped : str, optional
        Why racing gave the trial up before all its folds were in.
    noise : float
        Variance of the score, where it only estimates what the search is after.
    """

    number: int
    params: dict[str, Any]
    n_splits: int
    metric: str
    folds: tuple[Fold, ...] = ()
    stopped: str | None = None
    noise: float = 0.0

    @cached_property
    def status(self) -> str:
        """One of "pending", "complete", "failed" (a score that is no number), "stopped"."""
        if self.stopped is not None:
            return "stopped"
        if len(self.folds) < self.n_splits:
            return "pending"
        return "complete" if np.isfinite(self.mean) else "failed"

    @property
    def fold_scores(self) -> NDArray[np.float64]:
        """Scores by split, NaN where missing or failed.  Shape (n_splits,)."""
        scores = np.full(self.n_splits, np.nan)
        for fold in self.folds:
            scores[fold.index] = fold.score(self.metric)
        return scores

    @cached_property
    def mean(self) -> float:
        """Mean over the folds that are in; NaN if none is, or if one has no score."""
        if not self.folds:
            return float("nan")
        scores = [fold.score(self.metric) for fold in self.folds]
        # numpy adds as scikit-learn's table does, to the last bit; sum() is more exact since 3.12
        return float(np.add.reduce(scores)) / len(scores)

    @property
    def score(self) -> float:
        """Mean score over all splits; NaN unless the trial is complete."""
        return self.mean if self.status == "complete" else float("nan")

    @property
    def seconds(self) -> float:
        """Time spent on fitting and scoring the folds that are in."""
        return sum(fold.fit_time + fold.score_time for fold in self.folds)

    def __repr__(self) -> str:
        scores = [fold.score(self.metric) for fold in self.folds]
        return f"Trial({self.number}, {self.params!r}, {self.status}, scores={scores})"

    def _repr_html_(self) -> str:
        rows = [
            (fold.index, fold.score(self.metric), fold.fit_time, fold.score_time, fold.status)
            for fold in self.folds
        ]
        columns = ("fold", self.metric, "fit_time", "score_time", "status")
        caption = f"Trial {self.number}, {self.status}: {written_params(self.params)}"
        return html_table(columns, rows, caption)

    def with_fold(self, fold: Fold) -> Trial:
        """Return the trial with one more fold."""
        folds = (*(one for one in self.folds if one.index != fold.index), fold)
        return replace(self, folds=tuple(sorted(folds, key=lambda one: one.index)))


class Cache:
    """Keeps what follows from the trials of a search and is dear to find: one object of a class.

    It is never saved or copied, and holds for speed only: what is in it must follow from the
    trials, and be right for every first part of them.

    Examples
    --------
    >>> cache = Cache()
    >>> cache.of(list).append(1)
    >>> cache.of(list), cache.of(dict)
    ([1], {})
    """

    def __init__(self) -> None:
        self._kept: dict[type, Any] = {}

    def __reduce__(self) -> tuple[type[Cache], tuple[()]]:
        return Cache, ()

    def of(self, kind: type[Kept]) -> Kept:
        """Return the object of that class, the same at every call; made by calling the class."""
        if kind not in self._kept:
            self._kept[kind] = kind()
        kept: Kept = self._kept[kind]
        return kept


@dataclass(repr=False)
class History:
    """All trials of a search, by number; grows, and never changes what it has.

    Parameters
    ----------
    space : Space
        Where the params come from.
    n_splits : int
        Folds of a whole trial.
    metric : str
        The metric that ranks trials.
    seed : int
        Root of every generator of the search.
    started : float
        When the search began, as ``time.time()`` tells it; for display.
    since : float
        The same on the clock that nobody sets, ``time.monotonic()``; `elapsed` counts from here,
        and goes on where it was when a history is loaded.
    n_expected : int, optional
        How many trials the search will run if nothing ends it sooner.
    reproducible : bool
        Whether a seed promises the same search everywhere: decisions then depend neither on how
        long things take nor on which of them ends first.
    shelf : Shelf
        Where predictions of folds are kept.

    Attributes
    ----------
    cache : Cache
        Shared with the views that `seen_by` gives, until these get trials of their own.

    Examples
    --------
    >>> history = History(space=None, n_splits=2)
    >>> trial = history.add({"C": 1.0})
    >>> for index, score in enumerate([0.5, 0.7]):
    ...     trial = history.record(0, Fold(index, {"score": score}))
    >>> trial.status, round(trial.score, 2), history.best.number
    ('complete', 0.6, 0)
    """

    space: Any
    n_splits: int = 1
    metric: str = "score"
    seed: int = 0
    started: float = field(default_factory=time.time)
    since: float = field(default_factory=time.monotonic, repr=False, compare=False)
    n_expected: int | None = None
    reproducible: bool = True
    cache: Cache = field(default_factory=Cache, init=False, repr=False, compare=False)
    _trials: list[Trial] = field(default_factory=list, repr=False)
    shelf: Shelf = field(default_factory=Shelf, repr=False, compare=False)
    _is_view: bool = field(default=False, init=False, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        # types of ours are left out: who loads a search by skops must trust each of them
        state = {**self.__dict__, "since": -self.elapsed, "shelf": self.shelf.most_bytes}
        return {name: value for name, value in state.items() if name != "cache"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        own = {"since": time.monotonic() + state["since"], "shelf": Shelf(state["shelf"])}
        self.__dict__.update(state, **own, cache=Cache())

    def __repr__(self) -> str:
        counts = ((len(getattr(self, name)), name) for name in _SETTLED)
        said = ", ".join(f"{count} {name}" for count, name in counts if count)
        best = self.best
        score = "" if best is None else f"; best {best.score:.6g} by trial {best.number}"
        return f"History of {len(self)} trials" + (f" ({said}{score})" if said else "")

    def _repr_html_(self) -> str:
        best = sorted(self.complete, key=lambda one: (-one.score, one.number))[:10]
        rows = [
            (one.number, one.score, one.seconds, written_params(one.params, 60)) for one in best
        ]
        return html_table(("trial", self.metric, "seconds", "params"), rows, repr(self))

    def __len__(self) -> int:
        return len(self._trials)

    def __iter__(self) -> Iterator[Trial]:
        return iter(self._trials)

    def __getitem__(self, number: int) -> Trial:
        return self._trials[number]

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Every trial, in the order of its number."""
        return tuple(self._trials)

    @property
    def complete(self) -> list[Trial]:
        """Trials with all folds in and a finite score."""
        return [trial for trial in self._trials if trial.status == "complete"]

    @property
    def pending(self) -> list[Trial]:
        """Trials under way."""
        return [trial for trial in self._trials if trial.status == "pending"]

    @property
    def failed(self) -> list[Trial]:
        """Trials with all folds in and no finite score."""
        return [trial for trial in self._trials if trial.status == "failed"]

    @property
    def stopped(self) -> list[Trial]:
        """Trials that racing gave up between folds."""
        return [trial for trial in self._trials if trial.status == "stopped"]

    @property
    def best(self) -> Trial | None:
        """The complete trial with the highest score, the earliest among equals."""
        return max(self.complete, key=lambda trial: (trial.score, -trial.number), default=None)

    @property
    def elapsed(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self.since

    def add(self, params: dict[str, Any]) -> Trial:
        """Open a trial and return it."""
        if self._is_view:  # what follows from this trial is no business of the search's own history
            self.cache, self._is_view = Cache(), False
        trial = Trial(len(self._trials), params, self.n_splits, self.metric)
        self._trials.append(trial)
        return trial

    def record(self, number: int, fold: Fold) -> Trial:
        """Add a fold to a trial and return the trial as it now stands."""
        if fold.predictions is not None:
            kept = replace(fold.predictions, values=self.shelf.keep(fold.predictions.values))
            fold = replace(fold, predictions=kept)
        self._trials[number] = self._trials[number].with_fold(fold)
        return self._trials[number]

    def tell(self, params: dict[str, Any], score: float | Sequence[float]) -> Trial:
        """Record a whole trial and return it, for whoever evaluates params without a search.

        Parameters
        ----------
        params : dict
            Of a pending trial, or of one that is opened now.
        score : float or sequence of float
            Larger is better; one for all folds or one for each. NaN says that it failed.
        """
        under_way = (trial for trial in self._trials if trial.status == "pending")
        trial = next((trial for trial in under_way if trial.params == params), None)
        number = (trial or self.add(params)).number
        for index, one in enumerate(np.broadcast_to(score, self.n_splits).tolist()):
            self.record(number, Fold(index, {self.metric: one}))
        return self._trials[number]

    def stop(self, trial: Trial, reason: str) -> Trial:
        """Give a trial up with the folds that `trial` shows, and return it as it now stands."""
        self._trials[trial.number] = replace(trial, stopped=reason)
        return self._trials[trial.number]

    def withdraw(self, number: int) -> None:
        """Take back the trials from that number on; none of them may have begun."""
        del self._trials[number:]
        self.cache, self._is_view = Cache(), False

    def generator(self, number: int) -> np.random.Generator:
        """Return the generator of the proposal with that number, the same at every call."""
        return np.random.default_rng([self.seed, number])

    def seen_by(self, number: int, n_points: int) -> History:
        """Return what the proposal of trial `number` may know when results must not depend on luck.

        Trials above ``number - n_points`` are shown as pending, whatever is already in;
        trials from `number` on are not shown.
        """
        decided = min(max(number - n_points + 1, 0), number)
        shown = [replace(trial, folds=(), stopped=None) for trial in self._trials[decided:number]]
        view = replace(self, _trials=[*self._trials[:decided], *shown])
        view.cache, view._is_view = self.cache, True
        return view
