"""An ensemble of the candidates of a search, selected by what they predict for unseen rows."""

from __future__ import annotations

import hashlib
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SettingError
from ..history import Predictions
from ..predicted import Blend, LogLoss, Loss, ScoreLoss, SquaredError, Target, blended
from ._out_of_fold import OutOfFold
from ._pool import EnsemblePool
from ._spoken import spoken_score

__all__ = ["Contest", "Ensemble"]


@dataclass(frozen=True)
class Ensemble:
    """What `refit` takes for an ensemble of the candidates instead of the best one alone.

    Candidates are added one by one, as often as it helps, so that the mean of what they predict for
    rows that their models had not seen is best (Caruana et al. 2004).  It is a
    `sklearn.ensemble.VotingClassifier` or `VotingRegressor` of the candidates selected, with their
    shares as weights: the mean of probabilities, votes where there are none, means of numbers.
    Implies ``keep_predictions=True``.

    Parameters
    ----------
    size : int
        How many steps; the same candidate may be added in several of them.
    max_members : int
        At most so many candidates are fitted again.
    min_weight : float
        Candidates with a smaller share are left out.
    by : {"loss", "score"}
        What is to be best: the log loss of probabilities, the squared error of votes and numbers,
        or the score of the search.  The loss is safer whatever the score is: on a few hundred rows
        the best accuracy or area under the curve is found by luck.

    References
    ----------
    R. Caruana, A. Niculescu-Mizil, G. Crew, A. Ksikes: Ensemble Selection from Libraries of
    Models, ICML 2004.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import RandomizedSearchCV
    >>> from skhp.results import Ensemble
    >>> X, y = load_wine(return_X_y=True)
    >>> search = RandomizedSearchCV(
    ...     DecisionTreeClassifier(random_state=0),
    ...     {"max_depth": [2, 3, 5, 8], "max_features": [2, 5, 9]},
    ...     n_iter=12,
    ...     random_state=0,
    ...     refit=Ensemble(max_members=5),
    ... ).fit(X, y)
    >>> len(search.best_estimator_.estimators_) == len(search.ensemble_.weights) <= 5
    True
    """

    size: int = 25
    max_members: int = 10
    min_weight: float = 0.05
    by: Literal["loss", "score"] = "loss"

    @classmethod
    def of(cls, searches: Sequence[Any], **settings: Any) -> EnsemblePool:
        """Return an ensemble of the candidates of several searches, to be fitted.

        Different estimators make better ensembles than one estimator with different params.

        Parameters
        ----------
        searches : sequence of fitted searches
            On the same rows and splits, with predictions kept.
        **settings : dict
            As for `Ensemble`; by the loss alone, since each search may have its own score.

        Returns
        -------
        EnsemblePool
            Its ``fit(X, y)`` returns the ensemble, fitted.

        Raises
        ------
        SettingError
            If the searches have no predictions, or are of other rows or splits.
        """
        rule = cls(**settings)
        rule.check()
        if rule.by != "loss":
            raise SettingError(f"Ensemble.of selects by='loss' only, got by={rule.by!r}.")
        return EnsemblePool.of(searches, rule.select)

    def check(self) -> None:
        """Check the settings.

        Raises
        ------
        SettingError
            If one makes no sense.
        """
        for name in ("size", "max_members"):
            value: Any = getattr(self, name)
            if not isinstance(value, numbers.Integral) or value < 1:
                raise SettingError(f"Ensemble: {name} must be an integer from 1, got {value!r}.")
        least: Any = self.min_weight
        if not isinstance(least, numbers.Real) or not 0 <= float(least) < 1:
            raise SettingError(
                f"Ensemble: min_weight must be at least 0 and below 1, got {self.min_weight!r}."
            )
        if self.by not in ("loss", "score"):
            raise SettingError(f"Ensemble: by must be 'loss' or 'score', got {self.by!r}.")

    def check_use(self, target: Target, estimator: Any, scorer: Any, *, y: Any) -> None:
        """Check that an ensemble can be made and scored, before anything is fitted.

        Parameters
        ----------
        target : Target
            What is predicted.
        estimator : estimator object
            Not fitted.
        scorer : callable
            Of the search.
        y : array-like or None
            All of the target.

        Raises
        ------
        SettingError
            If it cannot.
        """
        self.check()
        if target.kind == "other":
            raise SettingError(
                f"An ensemble needs a classifier or a regressor, and y; {type(estimator).__name__} "
                "is neither, or there is no y. Use refit=True."
            )
        has_shares = hasattr(estimator, "predict_proba") or hasattr(estimator, "steps")
        if target.kind == "classes" and not has_shares and not _can_score_votes(scorer, target, y):
            raise SettingError(
                f"{type(estimator).__name__} has no predict_proba, so that an ensemble of it can "
                f"only vote, and {scorer!r} cannot score votes. Wrap it in a "
                "CalibratedClassifierCV, or use a score of labels."
            )

    def select(
        self,
        kept: OutOfFold,
        predictions: Sequence[Predictions],
        scores: Sequence[float],
        *,
        scorer: Any = None,
    ) -> tuple[Blend, Contest]:
        """Return the members, as positions among the predictions, and what they were selected in.

        Parameters
        ----------
        kept : OutOfFold
            The data side.
        predictions : sequence of Predictions
            One for each candidate, of all rows.
        scores : sequence of float
            Of each candidate; they order what is equal.
        scorer : callable, optional
            Needed to select by the score.
        """
        contest = Contest.among(kept, predictions, scores, scorer=scorer, by=self.by)
        return contest.blend(self), contest


@dataclass(frozen=True, eq=False)
class Contest:
    """Candidates side by side, in an order that does not depend on when they were tried.

    Parameters
    ----------
    order : list of int
        Positions as they were given.
    values : list of ndarray of shape (n, n_columns)
        What each says of the rows that were tested.
    loss : Loss
        Of their mean.
    compared : list of ndarray
        What `loss` compares.
    weight : ndarray of shape (n,)
        Of the rows.
    voting : {"soft", "hard", "mean"}
        What the values are: probabilities, votes, numbers.
    """

    order: list[int]
    values: list[NDArray[Any]]
    loss: Loss
    compared: list[NDArray[Any]]
    weight: NDArray[np.float64]
    voting: Literal["soft", "hard", "mean"]

    @classmethod
    def among(
        cls,
        kept: OutOfFold,
        predictions: Sequence[Predictions],
        scores: Sequence[float],
        *,
        scorer: Any,
        by: str,
    ) -> Contest:
        """Return the contest of candidates; see `Ensemble.select`."""
        rows, target = kept.rows.tested, kept.target
        assert kept.y is not None
        y = kept.y[rows]
        voting = _voting(target, predictions)
        said = [
            target.votes(one.values[rows], one.method) if voting == "hard" else one.values[rows]
            for one in predictions
        ]
        digests = [hashlib.blake2b(one.tobytes()).digest() for one in said]
        order = sorted(range(len(said)), key=lambda at: (-scores[at], digests[at]))
        weight = np.ones(len(rows)) if kept.weight is None else kept.weight[rows]
        loss = _loss(target, y, voting)
        if by == "score":
            method = "predict_proba" if voting == "soft" else "predict"
            parts: dict[str, Any] = {"scorer": scorer, "target": target, "y": y, "method": method}
            loss = ScoreLoss(partial(_score, is_weighted=kept.weight is not None, **parts))
        values = [said[at] for at in order]
        compared = [loss.compared(one) for one in values]
        return cls(order, values, loss, compared, weight / weight.sum(), voting)

    def blend(self, rule: Ensemble, weight: NDArray[np.float64] | None = None) -> Blend:
        """Return the members, as positions in the order in which they were given."""
        found = blended(
            self.compared,
            self.loss,
            weight=self.weight if weight is None else weight,
            size=rule.size,
            max_members=rule.max_members,
            min_weight=rule.min_weight,
        )
        members = tuple(self.order[one] for one in found.members)
        return Blend(members, found.weights, found.loss, found.path)

    def mean(self, blend: Blend) -> NDArray[Any]:
        """Return what the members say together.  Shape (n, n_columns)."""
        places = {at: place for place, at in enumerate(self.order)}
        pairs = zip(blend.members, blend.weights, strict=True)
        return np.sum([weight * self.values[places[at]] for at, weight in pairs], axis=0)


def _can_score_votes(scorer: Any, target: Target, y: Any) -> bool:
    """Tell whether a scorer is content with labels, by letting it score the true ones."""
    codes = target.codes(y)
    blocks = zip(target.classes, codes.T, strict=True)
    votes = np.hstack([np.eye(len(some))[column] for some, column in blocks])
    try:
        spoken_score(scorer, target, votes, method="predict", y=codes)
    except SettingError as error:  # one that looks at the rows may yet score them
        return not isinstance(error.__cause__, AttributeError)
    return True


def _voting(target: Target, predictions: Sequence[Predictions]) -> Literal["soft", "hard", "mean"]:
    if target.kind == "numbers":
        return "mean"
    return "soft" if all(one.method == "predict_proba" for one in predictions) else "hard"


def _loss(target: Target, y: NDArray[Any], voting: str) -> Loss:
    if voting == "mean":
        spread = y.std(axis=0)
        return SquaredError(y, np.where(spread > 0, spread, 1.0))
    true = y.astype(np.intp) + np.array([block.start for block in target.blocks])
    if voting == "soft":
        return LogLoss(true)
    votes = np.zeros((len(y), target.blocks[-1].stop))
    np.put_along_axis(votes, true, 1.0, axis=1)
    return SquaredError(votes, np.ones(votes.shape[1]))


def _score(
    values: NDArray[Any],
    weight: NDArray[np.float64],
    *,
    scorer: Any,
    target: Target,
    y: NDArray[Any],
    method: str,
    is_weighted: bool,
) -> float:
    """Return the score of the rows that have a weight."""
    drawn = np.flatnonzero(weight) if not is_weighted else slice(None)
    more = weight if is_weighted else None
    return spoken_score(scorer, target, values[drawn], method=method, y=y[drawn], weight=more)
