"""Laws of how a history becomes observations."""

import numpy as np
import pytest

from skhp.history import Fold, History
from skhp.observed import observe
from skhp.space import Space

EFFECT = np.array([0.2, 0.0, -0.1, -0.1])


def history_of(*trials):
    """Make a history of one parameter from tuples (x, scores of the folds that are in)."""
    history = History(Space.read({"x": (0.0, 1.0)}), n_splits=4)
    for x, scores in trials:
        number = history.add({"x": x}).number
        for index, score in scores.items():
            history.record(number, Fold(index, {"score": score}))
    return history


def whole(x):
    return x, dict(enumerate(x + EFFECT))


def test_complete_trials_are_exact_and_in_order():
    observed = observe(history_of(whole(0.3), whole(0.1), whole(0.7)))
    np.testing.assert_allclose(observed.y, [0.3, 0.1, 0.7])
    np.testing.assert_allclose(observed.U[:, 0], [0.3, 0.1, 0.7])
    assert not observed.noise.any()
    assert observed.whole.all()


def test_a_stopped_trial_is_corrected_for_the_folds_it_had():
    history = history_of(whole(0.3), whole(0.5), (0.4, {0: 0.6}))
    history.stop(history[2], "no chance left")
    observed = observe(history)
    np.testing.assert_allclose(observed.y[2], 0.4, atol=1e-12)
    assert list(observed.whole) == [True, True, False]


def test_fewer_folds_mean_more_noise_and_all_folds_none():
    rng = np.random.default_rng(0)
    noisy = [(x, dict(enumerate(x + 0.1 * rng.normal(size=4)))) for x in (0.1, 0.2, 0.3)]
    history = history_of(*noisy, (0.5, {0: 0.5}), (0.6, {0: 0.5, 1: 0.6, 2: 0.7}))
    noise = observe(history).noise
    assert noise[3] > noise[4] > 0
    np.testing.assert_allclose(noise[3] / noise[4], (1 - 1 / 4) / (1 / 3 - 1 / 4))


def test_a_trial_under_way_is_pending_and_already_informs():
    observed = observe(history_of(whole(0.3), (0.5, {1: 0.5}), (0.8, {})))
    np.testing.assert_allclose(observed.pending[:, 0], [0.5, 0.8])
    np.testing.assert_allclose(observed.U[:, 0], [0.3, 0.5])


@pytest.mark.parametrize("score", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_no_number_counts_as_failed(score):
    observed = observe(history_of(whole(0.3), (0.5, {0: score, 1: 1.0, 2: 1.0, 3: 1.0})))
    assert np.isnan(observed.y[1])
    assert not observed.whole[1]


def test_a_history_that_was_read_before_is_read_as_a_fresh_one():
    history = history_of(whole(0.3), (0.5, {1: 0.5}))
    observe(history)
    history.record(1, Fold(0, {"score": 0.7}))
    fresh = history_of(whole(0.3), (0.5, {0: 0.7, 1: 0.5}))
    for name in ("U", "y", "noise", "whole", "pending"):
        np.testing.assert_array_equal(*(getattr(observe(one), name) for one in (history, fresh)))
