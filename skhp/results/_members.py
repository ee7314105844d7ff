"""The members of an ensemble as one estimator of scikit-learn's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from sklearn.base import clone
from sklearn.utils import Bunch

from ..predicted import Target
from ._averaged import AveragedClassifier, AveragedRegressor

__all__ = ["EnsembleMembers", "voting_of"]


@dataclass(frozen=True)
class EnsembleMembers:
    """Who is in an ensemble, with what weight, and what that gains on rows not seen.

    Parameters
    ----------
    rows : tuple of int
        Rows of ``cv_results_``, the heaviest first.
    params : tuple of dict
        Of each member.
    weights : tuple of float
        They sum to 1.
    voting : {"soft", "hard", "mean"}
        What is averaged: probabilities, votes, numbers.
    score : float
        What the members were selected by, out of fold: minus the loss, or the score.  It is
        somewhat too high, since it was looked at; ``honest_score`` tells how much.
    single_score : float
        The same of the best single candidate.
    path : tuple of float
        The same along the selection, after each step.
    """

    rows: tuple[int, ...]
    params: tuple[dict[str, Any], ...]
    weights: tuple[float, ...]
    voting: Literal["soft", "hard", "mean"]
    score: float
    single_score: float
    path: tuple[float, ...] = field(repr=False, default=())


def voting_of(
    members: Sequence[tuple[str, Any]],
    fitted: Sequence[Any],
    weights: Sequence[float],
    *,
    target: Target,
    voting: str,
) -> Any:
    """Return fitted members as the estimator that would have fitted them.

    A clone of it knows nothing of the data, as of any estimator.

    Parameters
    ----------
    members : sequence of (str, estimator)
        Names, and estimators that are not fitted.
    fitted : sequence of estimator
        The same, fitted on all rows.
    weights : sequence of float
        Of each.
    target : Target
        What is predicted.
    voting : {"soft", "hard", "mean"}
        What is averaged.
    """
    from sklearn.ensemble import VotingClassifier, VotingRegressor
    from sklearn.preprocessing import LabelEncoder

    several = [(name, clone(one)) for name, one in members]
    weights = list(map(float, weights))
    model: Any
    if not target.is_flat:
        kind = AveragedClassifier if target.kind == "classes" else AveragedRegressor
        model = kind(several, weights=weights)
        model._set_target(target)
    elif target.kind == "numbers":
        model = VotingRegressor(several, weights=weights)
    else:
        model = VotingClassifier(several, voting=voting, weights=weights)
        model.le_ = LabelEncoder().fit(target.classes[0])
        model.classes_ = model.le_.classes_
    model.estimators_ = list(fitted)
    model.named_estimators_ = Bunch(**dict(zip(dict(several), fitted, strict=True)))
    names = getattr(fitted[0], "feature_names_in_", None)
    if names is not None:
        model.feature_names_in_ = np.asarray(names, dtype=object)
    return model
