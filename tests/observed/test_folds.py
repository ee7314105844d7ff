"""Laws of what folds say of the means of trials."""

import numpy as np

from skhp.observed import estimated_means, fold_effects, standard_error

EFFECTS = np.array([0.2, 0.0, -0.1, -0.1])


def test_effects_are_read_from_whole_trials_whatever_their_level():
    whole = np.array([[0.1], [0.5], [0.9]]) + EFFECTS
    np.testing.assert_allclose(fold_effects(whole), EFFECTS, atol=1e-12)


def test_without_whole_trials_no_fold_is_easier_than_another():
    assert not fold_effects(np.empty((0, 4))).any()


def test_a_mean_over_easy_folds_is_corrected():
    some = 0.4 + np.where([True, False, False, False], EFFECTS, np.nan)
    np.testing.assert_allclose(estimated_means(some[np.newaxis], EFFECTS), [0.4])


def test_nothing_follows_from_no_fold():
    assert np.isnan(estimated_means(np.full((1, 4), np.nan), EFFECTS)).all()


def test_the_standard_error_grows_with_the_spread_between_folds():
    assert standard_error(np.array([0.5, 0.5, 0.5])) == 0
    assert standard_error(np.array([0.7, 0.8, 0.9])) > standard_error(np.array([0.79, 0.8, 0.81]))
