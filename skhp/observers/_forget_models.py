"""Forgets the fitted models that a halving search will not go on from."""

from __future__ import annotations

from dataclasses import dataclass

from ..history import History, Trial
from ..resources import Resource, rungs_of
from ._base import Observer

__all__ = ["ForgetModels"]


@dataclass(frozen=True)
class ForgetModels(Observer):
    """Drops the models of candidates that will not be promoted in a halving search.

    Parameters
    ----------
    resource : Resource
        Whose models they are.

    Examples
    --------
    >>> from skhp.resources import Ladder, Resource
    >>> ladder = Ladder.between(10, 90, n_candidates=9)
    >>> ForgetModels(Resource("max_iter", ladder)).resource.ladder.sizes
    (9, 3, 1)
    """

    resource: Resource

    def on_trial_end(self, history: History, trial: Trial) -> None:
        """Forget whoever is not among the best so far: nobody comes back to them."""
        resource, models = self.resource, self.resource.models
        if models is None:
            return
        number = trial.number
        rung = next(
            rung
            for rung in rungs_of(history, resource.name, resource.ladder)
            if rung.start <= number < rung.start + len(rung.trials)
        )
        n_promoted = (*resource.ladder.sizes, 0)[rung.index + 1]
        best = rung.best(n_promoted + 1)
        stays = number in [one.number for one in best[:n_promoted]]
        for one in best[n_promoted:] if stays else [trial]:
            models.drop(resource.candidate(one.params), n_folds=trial.n_splits)
