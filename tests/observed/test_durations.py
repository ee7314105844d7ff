"""Laws of how long trials take."""

import numpy as np
import pytest

from skhp.history import Fold, History
from skhp.observed import durations
from skhp.space import Space


def history_of(*trials, n_splits=2):
    """A history of trials at x = 0, 1, 2 ..., each given by its folds."""
    history = History(Space.read({"x": (0.0, 9.0)}), n_splits=n_splits)
    for number, folds in enumerate(trials):
        history.add({"x": float(number)})
        for index, fold in enumerate(folds):
            history.record(number, Fold(index, {"score": 1.0}, **fold))
    return history


def test_a_trial_takes_what_its_folds_take_to_be_fitted_and_scored():
    U, seconds = durations(history_of([{"fit_time": 2.0, "score_time": 1.0}, {"fit_time": 4.0}]))
    assert U.tolist() == [[0.0]] and seconds.tolist() == [7.0]


def test_folds_that_are_lacking_count_as_long_as_the_others():
    _, seconds = durations(history_of([{"fit_time": 2.0}], [{"fit_time": 1.0}] * 2))
    assert seconds.tolist() == [4.0, 2.0]


def test_trials_that_say_no_time_are_left_out():
    U, seconds = durations(history_of([{}, {}], [{"fit_time": 1.0}], []))
    assert np.allclose(U, 1 / 9) and seconds.tolist() == [2.0]


@pytest.mark.parametrize("status", ["failed", "unscored", "timeout"])
def test_failed_folds_count_with_the_time_they_took(status):
    _, seconds = durations(history_of([{"fit_time": 3.0, "status": status}] * 2))
    assert seconds.tolist() == [6.0]
