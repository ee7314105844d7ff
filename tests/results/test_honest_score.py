"""The bootstrap of predictions takes off what was luck, no less and no more."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from skhp.history import Fold, History, Predictions
from skhp.predicted import Target, TestedRows
from skhp.results import (
    AsScikitLearn,
    Choice,
    Ensemble,
    OneStandardError,
    OutOfFold,
    TrialTable,
    bootstrapped_score,
)

FOLDS = [np.array([0, 1]), np.array([2, 3])]
COIN = Target("classes", (np.array([0, 1]),))
GUESSES = np.random.default_rng(0).uniform(size=(3, 4))
"""What each of three candidates says of four rows: the probability of heads."""

TABLE = TrialTable(error_score=np.nan)
BY_FOLDS = Choice(TABLE, AsScikitLearn(), "score")
SIMPLEST = Choice(TABLE, AsScikitLearn(OneStandardError(lambda params: -params["k"])), "score")


def share_right(model: Any, X: Any, y: Any) -> float:
    return float((model.predict(X) == y).mean())


def told_of(coins: Any) -> tuple[OutOfFold, History]:
    """Return a search among the guesses where the coins fell like that."""
    history = History(space=None, n_splits=2)
    for k, heads in enumerate(GUESSES):
        history.add({"k": k})
        for index, rows in enumerate(FOLDS):
            share = float(((heads[rows] > 0.5) == coins[rows]).mean())
            said = Predictions("predict_proba", np.stack([1 - heads, heads], axis=1)[rows])
            history.record(k, Fold(index, {"score": share}, predictions=said))
    return OutOfFold(COIN, TestedRows(FOLDS, 4), coins[:, None]), history


@pytest.mark.parametrize(
    "rule",
    [None, BY_FOLDS, SIMPLEST, Ensemble(size=3)],
    ids=["best", "best by folds", "simplest", "ensemble"],
)
def test_guesses_of_a_fair_coin_are_right_half_of_the_time_over_all_ways_it_can_fall(rule: Any):
    honest, naive = [], []
    for fallen in product([0, 1], repeat=4):
        kept, history = told_of(np.array(fallen))
        told = bootstrapped_score(kept, history, scorer=share_right, rule=rule, confidence=0.95)
        honest.append(told.score)
        naive.append(max(trial.score for trial in history))
    assert np.mean(naive) > 0.65
    assert np.mean(honest) == pytest.approx(0.5, abs=1e-12)
