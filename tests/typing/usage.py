"""The library as a user types it; read by mypy, never run by a test."""

from typing import Any

from skhp import BayesSearchCV, GridSearchCV, RandomizedSearchCV
from skhp.history import Fold, History, Trial
from skhp.observers import Observer
from skhp.stopping import NoImprovement, ScoreReached, StoppingRule
from skhp.strategies import Random, Strategy


class FirstOfGrid(Strategy):
    """A strategy of a user's own."""

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        return [] if len(history) else [{"C": 1.0}]


class EnoughTrials(StoppingRule):
    """A stopping rule of a user's own."""

    def reason_to_stop(self, history: History) -> str | None:
        return "enough" if len(history.complete) >= 5 else None


class Listener(Observer):
    """An observer of a user's own."""

    def on_fold_end(self, history: History, trial: Trial, fold: Fold) -> bool | None:
        return fold.test_scores["score"] > 0.99


def searches(estimator: Any, X: Any, y: Any) -> float:
    grid = GridSearchCV(estimator, {"C": [1, 10]}, scoring="accuracy", n_jobs=2)
    drawn = RandomizedSearchCV(estimator, {"C": [1, 10]}, n_iter=2, random_state=0)
    search = BayesSearchCV(
        estimator,
        {"C": (1e-3, 1e3, "log-uniform")},
        n_iter=20,
        strategy=Random(),
        stopping=NoImprovement(5) & ScoreReached(0.9) | EnoughTrials(),
        observers=[Listener()],
        max_time=60,
    )
    scores: list[float] = []
    for one in (grid, drawn, search):
        one.fit(X, y)
        best: Trial | None = one.history_.best
        if best is not None:
            scores.append(best.score)
    return max(scores)
