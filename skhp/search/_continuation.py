"""How a search begins: anew, from a journal, from its own history, with what another one found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from .. import _sklearn
from ..exceptions import SettingError
from ..history import History
from ..journal import Identity, Journal, fingerprint
from ._found import found_params
from ._inputs import Inputs
from ._outline import Outline

__all__ = ["Continuation", "Start", "start_of"]


@dataclass(frozen=True)
class Start:
    """Where a search begins.

    Parameters
    ----------
    outline : Outline
        What is to be done.
    history : History
        What is done already.
    journal : Journal, optional
        Is told about every fold.
    """

    outline: Outline
    history: History
    journal: Journal | None = None

    @property
    def told(self) -> tuple[Journal, ...]:
        """Those who are told before any observer."""
        return () if self.journal is None else (self.journal,)

    def n_points(self, default: int) -> int:
        """Return how many trials may be under way at once; as it was if the search goes on."""
        if self.journal is None or not self.outline.reproducible:
            return default
        return self.journal.keep_n_points(default)


@contextmanager
def start_of(
    search: Any, inputs: Inputs, *, started: float, n_more: int | None = None
) -> Iterator[Start]:
    """Read the journal and the search's own history; yield where that leaves it.

    Parameters
    ----------
    search : Search
        Its journal stays open until the end of the context.
    inputs : Inputs
        What it works on.
    started : float
        When ``fit`` was called, as ``time.time()`` tells it.
    n_more : int, optional
        Trials beyond those that the search has run already.
    """
    # Drawing advances a RandomState, so it is looked at before.
    chance = (fingerprint(getattr(search, "random_state", None)), search.n_points)
    earlier = None if n_more is None else _earlier_history(search, inputs)
    wish: dict[str, Any] = {}
    if earlier is not None:
        wish = {"n_iter": len(earlier) + (n_more or 0), "seed": earlier.seed}
    outline = search._outline(inputs, **wish)
    journal = None
    if search.journal is not None:
        identity = _identity(search, inputs, outline, chance=chance)
        n_splits = len(inputs.splits)
        journal = Journal(search.journal, identity, n_splits=n_splits, seed=outline.seed)
    try:
        if journal is not None and not outline.reproducible:
            outline = search._outline(inputs, **{**wish, "seed": journal.seed})
        history = _new_history(inputs, outline, started=started)
        if journal is not None:
            history.seed = journal.seed
            journal.restore(history, outline.params_of, n_iter=outline.n_iter)
        if earlier is not None and _n_folds(earlier) > _n_folds(history):
            history = replace(history, seed=earlier.seed, _trials=list(earlier.trials))
        outline = outline.going_on_from(history)
        if earlier is not None:
            _check_room(outline, history)
        yield Start(outline, replace(history, n_expected=outline.n_expected), journal)
    finally:
        if journal is not None:
            journal.close()


def _new_history(inputs: Inputs, outline: Outline, *, started: float) -> History:
    return History(
        outline.space,
        n_splits=len(inputs.splits),
        metric=inputs.metric,
        seed=outline.seed,
        started=started,
        free=not outline.reproducible,
    )


def _n_folds(history: History) -> int:
    return sum(len(trial.folds) for trial in history)


def _earlier_history(search: Any, inputs: Inputs) -> History:
    _sklearn.check_is_fitted(search, "history_")
    if search._splits_fingerprint != fingerprint(inputs.splits):
        raise SettingError(
            "fit_more needs the rows and splits of fit, got others. Pass the same X and y; if `cv` "
            "shuffles, give it a random_state."
        )
    history: History = search.history_
    return history


def _check_room(outline: Outline, history: History) -> None:
    if outline.candidates is None:
        outline.space.encode([trial.params for trial in history])
    elif len(outline.candidates) == len(history) and not history.pending:
        raise SettingError(
            f"All {len(history)} candidates were tried; there are no more. Fit a search of a "
            "larger space."
        )


def _identity(search: Any, inputs: Inputs, outline: Outline, *, chance: Any) -> Identity:
    """Return what the results of a search follow from.

    How long, where and how observed it runs is left out, so that all this may be changed when a
    search goes on.
    """
    routed = inputs.routed
    kind = type(search).__name__
    luck = (*chance, outline.first) if outline.reproducible else None
    parts = {
        "class": kind,
        "estimator": inputs.estimator,
        "space": outline.identity,
        "data": (inputs.X, inputs.y, dict(routed.estimator.fit), dict(routed.scorer.score)),
        "splits": inputs.splits,
        "scoring": (inputs.scorer, inputs.metric if outline.strategy.adaptive else None),
        "error_score or return_train_score": (search.error_score, search.return_train_score),
        "random_state, n_points or first params": luck,
    }
    return Identity(f"{kind}({' '.join(repr(inputs.estimator).split())})", parts)


class Continuation:
    """Methods of a search that go on from what it, or another one, has found."""

    _takes_found: ClassVar[bool] = True
    _found: Sequence[dict[str, Any]] = ()
    _splits_fingerprint: str = ""

    @_sklearn.fit_context(prefer_skip_nested_validation=False)  # type: ignore[untyped-decorator]
    def fit_more(self, X: Any, y: Any = None, *, n_iter: int, **params: Any) -> Self:
        """Go on where `fit` ended: try more candidates on the same data, and refit the best.

        With an integer ``random_state``, ``fit`` of 10 candidates and ``fit_more`` of 10 is
        ``fit`` of 20. Trials that were cut short by `max_time` or Ctrl-C are completed first.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, n_samples)
            The rows that `fit` was given.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
            Their targets.
        n_iter : int
            How many candidates more.
        **params : dict
            As for `fit`.

        Returns
        -------
        Search
            The search itself; its attributes are those of one search of all candidates.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        ValueError
            If the splits differ from those of `fit`, or all candidates were tried.
        """
        if n_iter < 1:
            raise SettingError(f"n_iter must be at least 1, got {n_iter!r}.")
        self._fit(X, y, params=params, n_more=int(n_iter))  # type: ignore[attr-defined]
        return self

    def warm_start_from(self, other: Any, *, n_best: int = 5) -> Self:
        """Begin with the best params of an earlier search, on whatever data that was.

        They are evaluated again, since scores on other rows, splits or metrics cannot be compared;
        they count as candidates of this search. Of params outside its space nothing is taken.
        A clone forgets them: in nested cross-validation they would have seen the test rows.

        Parameters
        ----------
        other : fitted search, dict, or DataFrame
            A search of skhp or scikit-learn, or its ``cv_results_``, as it is or as a data frame.
            None takes the wish back.
        n_best : int
            How many params are taken, the best first.

        Returns
        -------
        Search
            The search itself, to be fitted.

        Raises
        ------
        ValueError
            If `other` holds no finished params, or this search tries everything anyway.
        """
        if not self._takes_found:
            raise SettingError(
                f"{type(self).__name__} tries every candidate in the order of its grid, so that "
                "good ones known beforehand gain nothing. Use BayesSearchCV or RandomizedSearchCV."
            )
        self._found = () if other is None else found_params(other)[:n_best]
        return self
