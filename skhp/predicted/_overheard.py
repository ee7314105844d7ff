"""Overhears what a model says of test rows while it is scored, so that it need not say it twice."""

from __future__ import annotations

import copy
from functools import wraps
from typing import Any

from .. import _sklearn
from ._question import Question

__all__ = ["OverhearingScorer", "overhearing"]


class OverhearingScorer(_sklearn.StandInScorer):
    """Scores as another scorer does, and passes for it.

    Parameters
    ----------
    scorer : callable
        One that does nothing with an estimator but predict or score.
    question : Question
        What the model is to be asked afterwards.

    Attributes
    ----------
    said : ndarray, list of ndarray or None
        What the model answered to that, if the scorer came to ask it of the first rows it scored.
    """

    def __init__(self, scorer: Any, question: Question) -> None:
        super().__init__(scorer)
        self._question = question
        self._n_calls = 0
        self.said: Any = None

    def __call__(self, estimator: Any, X: Any, *y: Any, **params: Any) -> Any:
        self._n_calls += 1
        method = self._question.method_of(estimator)
        if self._n_calls > 1 or method is None or not hasattr(estimator, "__dict__"):
            return self._scorer(estimator, X, *y, **params)
        answer = getattr(estimator, method)

        @wraps(answer)
        def overheard(rows: Any, *args: Any, **others: Any) -> Any:
            said = answer(rows, *args, **others)
            if rows is X and not args and not others:
                self.said = copy.deepcopy(said)  # a metric may write on its own
            return said

        vars(estimator)[method] = overheard
        try:
            return self._scorer(estimator, X, *y, **params)
        finally:
            vars(estimator).pop(method, None)


def overhearing(scorer: Any, question: Question | None) -> Any:
    """Return a scorer that overhears the answer to a question, or the same where it must not.

    Parameters
    ----------
    scorer : callable
        Of a search.
    question : Question or None
        What its models are asked, None if nothing.
    """
    if question is None or not _sklearn.only_predicts(scorer):
        return scorer  # it may look at the model, which is not quite plain meanwhile
    return OverhearingScorer(scorer, question)
