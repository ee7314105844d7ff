"""An estimator that was fitted before is searched as one that was not."""

from __future__ import annotations

import threading
from typing import Any

from sklearn.base import BaseEstimator

from tests.search.searches import Make, X, y


class Locked(BaseEstimator):
    """Once fitted, it cannot be given to another process."""

    def __init__(self, a: float = 0.5) -> None:
        self.a = a

    def fit(self, X: Any, y: Any = None) -> Locked:
        self.lock_ = threading.Lock()
        return self

    def score(self, X: Any, y: Any = None) -> float:
        return self.a


def test_what_an_estimator_learned_before_is_not_given_to_the_workers(make: Make):
    estimator = Locked().fit(X, y)
    lock = estimator.lock_
    search = make(estimator, {"a": [0.1, 0.7]}, n_iter=2, cv=2, n_jobs=2).fit(X, y)
    assert search.best_score_ == 0.7
    assert estimator.lock_ is lock


def test_every_fold_knows_when_and_where_it_was_fitted(make: Make):
    search = make(Locked(), {"a": [0.1, 0.7]}, n_iter=2, cv=2).fit(X, y)
    folds = [fold for trial in search.history_ for fold in trial.folds]
    moments = [moment for fold in folds for moment in (fold.started, fold.ended)]
    assert moments == sorted(moments) and moments[0] >= search.history_.started - 1.0
    assert len({fold.worker for fold in folds}) == 1 and folds[0].worker
