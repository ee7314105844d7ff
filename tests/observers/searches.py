"""One search in which everything happens that a tracker may be told of."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.model_selection import KFold

from skhp import BayesSearchCV, When
from skhp.exceptions import ObserverWarning
from skhp.racing import RacingRule
from tests.observers.estimators import Moody

X = np.linspace(0.0, 1.0, 30).reshape(-1, 1)
y = np.tile([0, 1], 15)

SPACE = {
    "x": (0.0, 1.0),
    "mood": ["well", "broken", "endless"],
    "layers": [(8,), (8, 8), (16,)],
    "rate": When("mood", "well", (1e-3, 1.0, "log-uniform")),
}

TRIED = [
    {"x": 0.5, "mood": "well", "layers": (8,), "rate": 0.1},
    {"x": 0.6, "mood": "well", "layers": (8, 8), "rate": 0.01},
    {"x": 0.7, "mood": "broken", "layers": (8,)},
    {"x": 0.1, "mood": "well", "layers": (16,), "rate": 0.5},
    {"x": 0.8, "mood": "endless", "layers": (8,)},
]
OUTCOMES = ["complete", "complete", "failed", "given up", "timed out"]
"""What becomes of these, where fits have a time limit of seconds; else leave out the last."""


class Hopeless(RacingRule):
    """Gives up whoever scores below .3."""

    def gives_up(self, trial: Any, history: Any) -> bool:
        return bool(trial.mean < 0.3)


def fitted(*observers: Any, timeout: float | None = None, **settings: Any) -> Any:
    """Return a search that tried all of these, told to the observers."""
    tried = TRIED if timeout is not None else TRIED[:-1]
    search = BayesSearchCV(
        Moody(),
        SPACE,
        n_iter=len(tried),
        initial_params=tried,
        strategy="random",
        cv=KFold(3),
        racing=Hopeless(),
        fit_timeout=timeout,
        observers=list(observers),
        random_state=0,
        **settings,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "(?s).*fits failed")
        warnings.filterwarnings("ignore", "One or more of the")
        warnings.filterwarnings("ignore", "(?s).*time", category=UserWarning)
        warnings.simplefilter("error", category=ObserverWarning)
        return search.fit(X, y)
