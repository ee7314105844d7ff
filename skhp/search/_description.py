"""The description of a search: all in which one kind of search differs from another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..exceptions import JournalError
from ..history import History
from ..journal import StoredTrial, fingerprint
from ..resources import Resource
from ..results import (
    SELECTIONS,
    AsScikitLearn,
    Selection,
    Table,
    TrialTable,
    corrected_score,
    seconds_of_refit,
)
from ..space import Space
from ..strategies import Listed, Strategy
from ._draws import after
from ._wishes import Wishes

__all__ = ["Candidates", "Conclusion", "Description", "conclusion_of"]

Params = dict[str, Any]


@dataclass(frozen=True)
class Candidates:
    """Candidates whose order is fixed before anything is known of them.

    Parameters
    ----------
    draw : callable
        Given how many, and a seed or None for the user's own `random_state`, returns them.
    pool : iterable of dict
        All that can be drawn, where that can be listed.
    """

    draw: Callable[[int, int | None], Sequence[Params]]
    pool: Iterable[Params] = ()


@dataclass(frozen=True)
class Conclusion:
    """What a search makes of its history once it has ended.

    Parameters
    ----------
    table : Table
        Makes ``cv_results_``.
    selection : Selection
        Chooses the best row.
    refit_seconds : callable
        Given the history, about how long the refit will take.
    best_params : callable
        From the params of the best row to those of ``best_params_``.
    attributes : callable
        Given the history, fitted attributes besides those that every search has.
    """

    table: Table
    selection: Selection
    refit_seconds: Callable[[History], float] = seconds_of_refit
    best_params: Callable[[Params], Params] = dict
    attributes: Callable[[History], dict[str, Any]] = field(
        default=lambda history: {"best_score_corrected_": corrected_score(history)}
    )


def conclusion_of(wishes: Wishes) -> Conclusion:
    """Return what every search makes of its history, as the user wishes it."""
    is_later = wishes.ensemble is not None or wishes.finalists is not None
    plain = True if is_later else wishes.refit
    selection: Selection = AsScikitLearn(plain, wishes.select)
    if isinstance(wishes.refit, str):
        selection = SELECTIONS.get(wishes.refit, selection)
    elif wishes.pareto is not None:
        selection = wishes.pareto
    table = TrialTable(
        wishes.error_score,
        return_train_score=wishes.return_train_score,
        shows_status=bool(wishes.racing),
    )
    return Conclusion(table, selection)


@dataclass(frozen=True)
class Description:
    """What is searched, how, and what comes of it.

    Parameters
    ----------
    strategy : Strategy
        Proposes.
    n_iter : int
        How many trials.
    seed : int
        Root of the generators.
    reproducible : bool
        Whether a seed promises the same search everywhere.
    subject : object
        What is searched: searches for the same have the same `fingerprint` of it.
    conclusion : Conclusion
        What comes of it.
    space : Space, optional
        Where the params lie, if that is known.
    n_expected : int, optional
        How many trials there will be if nothing ends the search sooner, where `n_iter` and the
        space do not say it.
    first : sequence of dict
        What the strategy tries first.
    candidates : Candidates, optional
        Where the strategy goes through a list.
    prepare : callable, optional
        Turns params into what ``set_params`` takes, where they are not that already.
    resource : Resource, optional
        What a fit is given less of than all.
    observers : sequence of observers
        Those of the search itself.
    ends_by_itself : bool
        Whether everything is done when the strategy has nothing left, however many trials there
        were.
    refuses_more : str, optional
        Why ``fit_more`` makes no sense.
    run_search : callable, optional
        Stands above the strategy: scikit-learn's ``_run_search``, where a class overrides it;
        given ``evaluate_candidates`` and the context of the callbacks.
    """

    strategy: Strategy
    n_iter: int
    seed: int
    reproducible: bool
    subject: Any
    conclusion: Conclusion
    space: Space | None = None
    n_expected: int | None = None
    first: Sequence[Params] = ()
    candidates: Candidates | None = None
    prepare: Callable[[Params], Params] | None = None
    resource: Resource | None = None
    observers: Sequence[Any] = ()
    ends_by_itself: bool = False
    refuses_more: str | None = None
    run_search: Callable[[Callable[..., Any], Any], None] | None = None

    def drawn_anew(self, *, n_iter: int | None = None, seed: int) -> Description:
        """Return the same search from another root, with more trials if a number is given."""
        n_iter = self.n_iter if n_iter is None else n_iter
        strategy = self.strategy
        if self.candidates is not None:
            listed = self.candidates.draw(n_iter, seed)
            strategy, n_iter = Listed(listed), min(n_iter, len(listed))
        return replace(self, strategy=strategy, n_iter=n_iter, seed=seed)

    @property
    def most_expected(self) -> int:
        """How many trials there will be if nothing ends the search sooner."""
        if self.n_expected is not None:
            return self.n_expected
        if self.space is None or self.candidates is not None:
            return self.n_iter
        return int(min(self.n_iter, self.space.size))

    def going_on_from(self, history: History) -> Description:
        """Return the description of a search that has a history already.

        Candidates drawn anew may stand in another order if there are more of them: those that were
        tried keep their place, the others follow.
        """
        if not isinstance(self.strategy, Listed) or not len(history):
            return self
        tried = [trial.params for trial in history]
        listed = after(tried, self.strategy.candidates)
        return replace(self, strategy=Listed(listed), n_iter=max(self.n_iter, len(tried)))

    def reader(self) -> Callable[[StoredTrial], Params]:
        """Return what reads the params of trials in a journal as the user's own objects.

        It raises a `JournalError` if this search has no such params.
        """
        known: dict[str, Params] = {}
        more = self._known()

        def params_of(stored: StoredTrial) -> Params:
            wanted = stored.fingerprint
            decoded = None
            if self.space is not None and stored.point is not None:
                decoded = self.space.decode([stored.point])[0]
                if fingerprint(decoded) == wanted:
                    return decoded
            while wanted not in known:
                params = next(more, None)
                if params is None:
                    break
                known.setdefault(fingerprint(params), params)
            if wanted in known:
                return known[wanted]
            if decoded is not None and self.candidates is None:
                return decoded
            raise JournalError(
                f"The journal holds a candidate that this search does not draw: {stored.params}. "
                "Was it written with other versions of numpy or scipy? Name another file."
            )

        return params_of

    def _known(self) -> Iterator[Params]:
        yield from self.first
        if self.candidates is not None and isinstance(self.strategy, Listed):
            yield from self.strategy.candidates
            yield from self.candidates.pool
