"""Reads and checks what ``fit`` was given, before anything is fitted."""

from __future__ import annotations

import numbers
import reprlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import signature
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils import check_random_state, indexable

from .. import _sklearn
from ..evaluation import Split
from ..exceptions import SettingError
from ..observers import read_observers
from ..predicted import Question, TestedRows
from ..space import Space, assemble
from ._from_predictions import question_of
from ._metric_check import metric_of
from ._mistakes import meant_instead, with_a_stop
from ._wishes import Wishes

__all__ = [
    "Inputs",
    "check_params",
    "checked_entries",
    "drawn_splits",
    "entries_into",
    "read_inputs",
    "seed_of",
]

CHECKED = 20
"""Params drawn from the space whose names are checked before the first fit."""


@dataclass(frozen=True)
class Inputs:
    """What a search works on.

    Parameters
    ----------
    estimator : estimator object
        A clone of the user's.
    X, y : array-like
        All rows.
    splitter : splitter
        What drew the splits.
    splits : list of (train, test)
        Row indices, drawn once.
    scorer : callable
        As scikit-learn's searches use it.
    refit_metric : str, bool or callable
        The metric that ranks trials, where `refit` names one.
    routed : Bunch
        Metadata for the estimator, the scorer and the splitter.
    metadata : dict or None
        What scikit-learn's callbacks are told besides X and y.
    observers : sequence of observers
        The user's.
    question : Question, optional
        What each fold's model is asked about its test rows, where that is kept.
    fresh_splits : list of (train, test)
        What finalists are scored on, where there are any.
    """

    estimator: Any
    X: Any
    y: Any
    splitter: Any
    splits: Sequence[Split]
    scorer: Any
    refit_metric: Any
    routed: Any
    metadata: dict[str, Any] | None = None
    observers: Sequence[Any] = ()
    question: Question | None = None
    fresh_splits: Sequence[Split] = ()

    @property
    def data(self) -> dict[str, Any]:
        """What scikit-learn's callbacks are told of the rows of a fit."""
        return {"X": self.X, "y": self.y, "metadata": self.metadata}

    @property
    def n_train(self) -> int:
        """Rows of the smallest training fold that has any."""
        sizes = _train_sizes(self.splits)
        return min((size for size in sizes if size), default=_sklearn.n_samples(self.X))

    @property
    def fit_sizes(self) -> list[int]:
        """Rows of each fit on a fold."""
        return _train_sizes([*self.splits, *self.fresh_splits])

    @property
    def tested_rows(self) -> TestedRows:
        """The rows that each fold tests."""
        return TestedRows.of(self.splits, _sklearn.n_samples(self.X))

    @property
    def metric(self) -> str:
        """The metric that guides the search; the first one if `refit` names none."""
        if isinstance(self.refit_metric, str):
            return self.refit_metric
        if isinstance(self.scorer, _sklearn.MultimetricScorer):
            return next(iter(self.scorer._scorers))
        return "score"


def read_inputs(
    wishes: Wishes,
    data: tuple[Any, Any],
    *,
    params: dict[str, Any],
    scorers: Callable[[], tuple[Any, Any]],
    route: Callable[[dict[str, Any]], Any],
) -> Inputs:
    """Check data, scoring, splits and metadata, in scikit-learn's order.

    Parameters
    ----------
    wishes : Wishes
        Of the user.
    data : tuple (X, y)
        All rows.
    params : dict
        What ``fit`` was given besides.
    scorers : callable
        Returns scikit-learn's scorer and the metric that `refit` names.
    route : callable
        Returns whose the params are.

    Raises
    ------
    ValueError
        If X and y differ in length, a split makes no sense, or an observer hears nothing.
    MissingExtraError
        If an observer is named whose package is not installed.
    """
    observers = read_observers(wishes.observers)
    scorer, refit_metric = scorers()
    refit_metric = metric_of(wishes, scorer, refit_metric)
    X, y = indexable(*data)
    params = _sklearn.check_method_params(X, params=params)
    routed = route(params)
    splitter = check_cv(wishes.cv, y, classifier=is_classifier(wishes.estimator))
    splits = _read_splits(splitter, X, y, params=routed.splitter.split)
    weight = params.get("sample_weight")
    metadata = None if weight is None else {"sample_weight": weight}
    estimator = _cloned(wishes.estimator)
    if wishes.scoring is None:
        scorer = check_scoring(estimator)  # which holds it; what a fitted one learned stays here
    question = question_of(wishes, y, scorer=scorer)
    given = (estimator, X, y, splitter, splits, scorer, refit_metric, routed, metadata, observers)
    fresh = _fresh_splits(wishes, splitter, X, y, params=routed.splitter.split)
    return Inputs(*given, question, fresh)


def _cloned(estimator: Any) -> Any:
    """Return a clone, or say what to write where a list is the reason that there is none."""
    try:
        return clone(estimator)
    except RuntimeError as error:
        params = {"": estimator, **estimator.get_params(deep=True)}
        for name, value in params.items():
            part, _, leaf = name.rpartition("__")
            if isinstance(value, list) and str(error).endswith(f" {leaf}"):
                fit = signature(params[part].fit).parameters
                in_fit = f", or in fit: search.fit(X, y, {name}={value!r})" if leaf in fit else ""
                raise RuntimeError(
                    f"{error}: it copies lists. Write a tuple, {leaf}={tuple(value)!r}{in_fit}."
                ) from error
        raise


def _read_splits(splitter: Any, X: Any, y: Any, *, params: dict[str, Any]) -> list[Split]:
    n_splits = splitter.get_n_splits(X, y, **params)
    by_hand = isinstance(splitter, _sklearn.SplitsByHand)
    given = splitter.cv if by_hand else splitter.split(X, y, **params)
    splits = [_checked_split(one, X) for one in given]
    if len(splits) != n_splits:
        raise ValueError(_sklearn.inconsistent_splits(n_splits, len(splits)))
    if not splits:
        raise ValueError(
            "No fits were performed. Was the CV iterator empty? Were there no candidates?"
        )
    return splits


def _train_sizes(splits: Sequence[Split]) -> list[int]:
    folds = [np.asarray(train) for train, _ in splits]
    return [int(fold.sum()) if fold.dtype == bool else len(fold) for fold in folds]


def _fresh_splits(
    wishes: Wishes, splitter: Any, X: Any, y: Any, *, params: dict[str, Any]
) -> list[Split]:
    """Return the splits that finalists are scored on; drawn by no generator of the user's."""
    if wishes.finalists is None:
        return []
    is_stratified, luck = is_classifier(wishes.estimator), int(wishes.luck, 16)
    others = wishes.finalists.splitters(splitter, y, classifier=is_stratified, luck=luck)
    return [split for other in others for split in _read_splits(other, X, y, params=params)]


def drawn_splits(splitter: Any, inputs: Inputs) -> list[Split]:
    """Return the splits that another splitter makes of the same data.

    Parameters
    ----------
    splitter : splitter
        As scikit-learn's searches pass it to ``evaluate_candidates``.
    inputs : Inputs
        What the search works on.

    Raises
    ------
    SettingError
        If there are more or fewer of them than the search has.
    """
    params = inputs.routed.splitter.split
    splits = [_checked_split(one, inputs.X) for one in splitter.split(inputs.X, inputs.y, **params)]
    if len(splits) != len(inputs.splits):
        raise SettingError(
            f"A generation of candidates needs the {len(inputs.splits)} splits of the search, its "
            f"cv makes {len(splits)}."
        )
    return splits


def _checked_split(split: Any, X: Any) -> Split:
    """Return a split as it is, if it is a pair of rows that there are."""
    try:
        train, test = split
    except (TypeError, ValueError) as error:
        raise SettingError(
            "cv must give a pair of row indices, (train, test), for each split; got "
            f"{reprlib.repr(split)}."
        ) from error
    n_rows = _sklearn.n_samples(X)
    return _checked_rows(train, n_rows, role="train"), _checked_rows(test, n_rows, role="test")


def _checked_rows(given: Any, n_rows: int, *, role: str) -> Any:
    """Return rows as they are, if they are there.

    Without any a fit or a score fails, as in scikit-learn; what is empty has no type of its own.
    """
    rows = np.asarray(given)
    if rows.ndim == 1 and not len(rows):
        return np.empty(0, dtype=np.intp)
    if rows.ndim != 1 or rows.dtype.kind not in "iub":
        raise SettingError(
            f"Each split of cv names its {role} rows by their positions; got "
            f"{reprlib.repr(rows.tolist())}."
        )
    is_mask = rows.dtype.kind == "b"
    if len(rows) != n_rows if is_mask else (rows.max() >= n_rows or rows.min() < -n_rows):
        raise SettingError(
            f"A split of cv has {role} rows that are not there: X has {n_rows} rows, the indices "
            f"are {reprlib.repr(rows.tolist())}."
        )
    return given


def seed_of(random_state: Any) -> int:
    """Return the root of a search's generators; None draws it from numpy's global generator."""
    if isinstance(random_state, numbers.Integral):
        return int(random_state)
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


def entries_into(
    names: Iterable[str], estimator: Any
) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """Return what puts entries such as ``model_kwargs[units]`` into the dicts of an estimator.

    Dicts that clones of the estimator lose are put back as well.

    Parameters
    ----------
    names : iterable of str
        Of what is searched. Without such entries and losses there is nothing to do, and None is
        returned.
    estimator : estimator object
        The user's own.
    """
    lost = _lost_in_clones(estimator)
    if not lost and not any("[" in name for name in names):
        return None
    return partial(_with_dicts, present=estimator.get_params(deep=True), lost=lost)


def _lost_in_clones(estimator: Any) -> dict[str, Any]:
    """Return the dicts that an estimator has and its clones have not, as Keras' wrappers do."""
    kept = clone(estimator).get_params(deep=True)
    return {
        name: value
        for name, value in estimator.get_params(deep=True).items()
        if isinstance(value, dict) and value and name in kept and kept[name] is None
    }


def _with_dicts(
    params: dict[str, Any], *, present: dict[str, Any], lost: dict[str, Any]
) -> dict[str, Any]:
    """Return params with the dicts of an estimator, those of parts that are replaced left out."""
    put_back = {
        name: value
        for name, value in lost.items()
        if not any(name.startswith(f"{replaced}__") for replaced in params)
    }
    return assemble({**put_back, **params}, base_params=present)


def checked_entries(
    space: Space, inputs: Inputs, estimator: Any, *, seed: int
) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """Return what `entries_into` returns, once the estimator has taken params of the space.

    Parameters
    ----------
    space : Space
        Of what is searched.
    inputs : Inputs
        Hold the clone that is fitted.
    estimator : estimator object
        The user's own.
    seed : int
        Draws the params.

    Raises
    ------
    SettingError
        If it does not take them.
    """
    drawn = space.decode(space.sample(CHECKED, np.random.default_rng(seed)))
    prepare = entries_into(space.names, estimator)
    check_params(drawn, inputs.estimator, prepare=prepare)
    return prepare


def check_params(
    candidates: Iterable[dict[str, Any]], estimator: Any, *, prepare: Any = None
) -> None:
    """Check on a clone that the estimator takes these params, before anything is fitted.

    Raises
    ------
    SettingError
        With what ``set_params`` says: the parameter, and those that there are.
    """
    for params in candidates:
        if prepare is not None:
            params = prepare(params)
        try:
            clone(estimator).set_params(**clone(params, safe=False))
        except (ValueError, TypeError, AttributeError) as error:
            raise SettingError(
                f"The estimator does not take the params {params!r}: {with_a_stop(str(error))}"
                f"{meant_instead(params, estimator)}"
            ) from error
