"""Ranges of whole numbers that nobody could list are searched by every strategy."""

import pytest

from skhp.history import History
from skhp.observers import optimize_results
from skhp.space import Space
from skhp.strategies import Bayes, Grid, Optuna, Random, Skopt
from skhp.testing import play

SPACE = {
    "seed": range(2, 2**31),
    "rows": (1, 2**70, "log-uniform"),
    "width": range(0, 10**6, 7),
}


@pytest.mark.parametrize("kind", [Bayes, Grid, Optuna, Random, Skopt])
def test_a_strategy_proposes_whole_numbers_of_long_ranges(kind):
    if kind is Optuna:
        pytest.importorskip("optuna")
    history = play(kind(), History(Space.read(SPACE), seed=0), 8)
    assert len(history) == 8
    for trial in history:
        assert {type(value) for value in trial.params.values()} == {int}
        assert history.space.contains(trial.params)
        assert trial.params["width"] % 7 == 0


def test_skopt_is_told_of_numbers_that_it_can_hold():
    history = play(Random(), History(Space.read(SPACE), seed=0), 5)
    [result] = optimize_results(history)
    assert result.space.transform(result.x_iters).shape == (5, 3)
