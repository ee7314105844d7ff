"""What the halving searches by scikit-learn's names share."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import Any

from .. import _sklearn
from ..history import History
from ..results import corrected_score
from ..strategies import Listed
from ._description import Description, conclusion_of
from ._wishes import Wishes

__all__ = ["halving_description"]


def halving_description(search: _sklearn.BaseSearchCV, wishes: Wishes, listed: Any) -> Description:
    """Return a search whose candidates come from the ``_run_search`` of scikit-learn's halving.

    Parameters
    ----------
    search : BaseSearchCV
        Tells its generations when it has ended.
    wishes : Wishes
        Of the user.
    listed : dict or list of dict
        What candidates are made from.
    """
    # scikit-learn asks no callable here either
    told = replace(wishes, refit=True) if callable(wishes.refit) else wishes
    return Description(
        Listed(()),
        0,
        seed=0,
        reproducible=wishes.random_state is not None,
        subject=listed,
        conclusion=replace(conclusion_of(told), attributes=partial(_attributes, search)),
    )


def _attributes(search: _sklearn.BaseSearchCV, history: History) -> dict[str, Any]:
    """Return what scikit-learn sets after the last generation, also where time was up before it."""
    n_candidates, factor = search.n_candidates_, search.factor
    last = history.trials[-n_candidates[-1] :]
    room = search.max_resources_ // search.min_resources_
    return {
        "n_iterations_": len(search.n_resources_),
        "n_remaining_candidates_": math.ceil(n_candidates[-1] / factor),
        "n_required_iterations_": 1 + math.floor(math.log(n_candidates[0], factor)),
        "n_possible_iterations_": 1 + math.floor(math.log(room, factor)),
        "best_score_corrected_": corrected_score(replace(history, _trials=list(last))),
    }
