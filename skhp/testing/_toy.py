"""An evaluation that fits nothing: scores are a function of the params and the fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..evaluation import Request
from ..history import Fold

__all__ = ["ToyEvaluation"]


@dataclass(frozen=True)
class ToyEvaluation:
    """Stands in for `skhp.evaluation.Evaluation` where no estimator is wanted.

    Parameters
    ----------
    score : callable
        ``score(params, fold)``, larger is better; what it raises fails the fold.
    seconds : callable, optional
        How long the fit of a request is said to have taken; one second each by default.

    Examples
    --------
    >>> evaluation = ToyEvaluation(lambda params, fold: params["x"] + fold)
    >>> [(fold, stop)] = evaluation(evaluation.request(0, {"x": 1.0}, fold=2))
    >>> fold.test_scores, stop
    ({'score': 3.0}, False)
    """

    score: Callable[[dict[str, Any], int], float]
    seconds: Callable[[Request], float] | None = None

    def request(self, number: int, params: dict[str, Any], *, fold: int) -> Request:
        """Return the request for one fold."""
        return Request(number, params, fold)

    def __call__(self, *requests: Request) -> list[tuple[Fold, bool]]:
        """Carry requests out."""
        return [(self._carry_out(request), False) for request in requests]

    def _carry_out(self, request: Request) -> Fold:
        try:
            score = self.score(request.params, request.fold)
        except ValueError as error:
            return self.failed(request.fold, error=str(error))
        seconds = 1.0 if self.seconds is None else self.seconds(request)
        return Fold(request.fold, {"score": score}, fit_time=seconds)

    def failed(self, fold: int, *, error: str, status: str = "failed") -> Fold:
        """Return the outcome of a fold that gave no score."""
        return Fold(fold, {"score": np.nan}, error=error, status=status)
