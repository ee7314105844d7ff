"""How a run of a search begins: anew, from a journal, or from its own history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from ..defaults import default_n_points
from ..exceptions import SettingError
from ..history import History
from ..journal import Identity, Journal, fingerprint
from ._description import Description
from ._inputs import Inputs
from ._resource import with_rows
from ._wishes import Wishes

__all__ = ["Run", "begun", "check_same_splits"]


@dataclass(frozen=True)
class Run:
    """One run of a search.

    Parameters
    ----------
    description : Description
        What is to be done.
    history : History
        What is done already; grows.
    splits : str
        The fingerprint of the splits.
    journal : Journal, optional
        Is told about every fold.
    """

    description: Description
    history: History
    splits: str
    journal: Journal | None = None

    def n_points(self, wished: int | None, *, n_slots: int) -> int:
        """Return how many trials may be under way at once; as it was if the search goes on."""
        if wished is not None:
            return int(wished)
        reproducible = self.description.reproducible
        n_points = default_n_points(n_slots, self.history.n_splits, reproducible=reproducible)
        if self.journal is None or not reproducible:
            return n_points
        return self.journal.keep_n_points(n_points)


@contextmanager
def begun(
    description: Description,
    wishes: Wishes,
    inputs: Inputs,
    *,
    earlier: History | None = None,
    n_more: int = 0,
) -> Iterator[Run]:
    """Read the journal and the search's own history; yield where that leaves it.

    Parameters
    ----------
    description : Description
        What is to be done.
    wishes : Wishes
        Name the journal, which stays open until the end of the context.
    inputs : Inputs
        What the search works on.
    earlier : History, optional
        What the search has tried already.
    n_more : int
        Trials beyond those.
    """
    if earlier is not None:
        n_iter = len(earlier) + n_more
        description = description.drawn_anew(n_iter=n_iter, seed=earlier.seed)
    journal = _opened(description, wishes, inputs)
    try:
        if journal is not None and not description.reproducible:
            description = description.drawn_anew(seed=journal.seed)
        history = _new_history(description, wishes, inputs)
        if journal is not None:
            history.seed = journal.seed
            journal.restore(history, description.reader(), n_iter=description.n_iter)
        if earlier is not None and _n_folds(earlier) > _n_folds(history):
            history = replace(history, seed=earlier.seed, _trials=list(earlier.trials))
        description = description.going_on_from(history)
        if earlier is not None:
            _check_room(description, history)
        if description.resource is not None:
            resource = with_rows(description.resource, inputs, seed=history.seed)
            description = replace(description, resource=resource)
        history = replace(history, n_expected=description.most_expected)
        yield Run(description, history, fingerprint(inputs.splits), journal)
    finally:
        if journal is not None:
            journal.close()


def check_same_splits(known: str, inputs: Inputs) -> None:
    """Check that a search goes on with the splits it began with.

    Parameters
    ----------
    known : str
        The fingerprint of the splits.
    inputs : Inputs
        What the search is to work on now.

    Raises
    ------
    SettingError
        If the splits are others.
    """
    if known != fingerprint(inputs.splits):
        raise SettingError(
            "fit_more needs the rows and splits of fit, got others. Pass the same X and y; if `cv` "
            "shuffles, give it a random_state."
        )


def _new_history(description: Description, wishes: Wishes, inputs: Inputs) -> History:
    return History(
        description.space,
        n_splits=len(inputs.splits),
        metric=inputs.metric,
        seed=description.seed,
        since=wishes.since,
        reproducible=description.reproducible,
    )


def _n_folds(history: History) -> int:
    return sum(len(trial.folds) for trial in history)


def _check_room(description: Description, history: History) -> None:
    if description.candidates is None and description.space is not None:
        description.space.encode([trial.params for trial in history])
    elif description.n_iter == len(history) and not history.pending:
        raise SettingError(
            f"All {len(history)} candidates were tried; there are no more. Fit a search of a "
            "larger space."
        )


def _opened(description: Description, wishes: Wishes, inputs: Inputs) -> Journal | None:
    if wishes.journal is None:
        return None
    identity = _identity(description, wishes, inputs)
    return Journal(wishes.journal, identity, n_splits=len(inputs.splits), seed=description.seed)


def _identity(description: Description, wishes: Wishes, inputs: Inputs) -> Identity:
    """Return what the results of a search follow from.

    How long, where and how observed it runs is left out, so that all this may be changed when a
    search goes on.
    """
    routed, adaptive = inputs.routed, description.strategy.adaptive
    luck = (wishes.luck, wishes.n_points, description.first) if description.reproducible else None
    parts: dict[str, Any] = {
        "class": wishes.kind,
        "estimator": inputs.estimator,
        "space": description.subject,
        "data": (inputs.X, inputs.y, dict(routed.estimator.fit), dict(routed.scorer.score)),
        "splits": inputs.splits,
        "scoring": (inputs.scorer, inputs.metric if adaptive else None),
        "error_score or return_train_score": (wishes.error_score, wishes.return_train_score),
        "random_state, n_points or first params": luck,
    }
    if wishes.pareto is not None and wishes.pareto.measured:
        parts["costs of Pareto"] = wishes.pareto.measured
    if wishes.early_stopping is not None:
        parts["early_stopping"] = wishes.early_stopping
    if inputs.question is not None:
        parts["keep_predictions"] = tuple(inputs.question.methods)
    return Identity(f"{wishes.kind}({' '.join(repr(inputs.estimator).split())})", parts)
