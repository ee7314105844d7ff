"""A trial is given up when it has no chance left, and only then."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhp.exceptions import SettingError
from skhp.history import Fold, History
from skhp.racing import Racing
from skhp.racing._paired import chance_to_win

K = 5


def history_of(rows):
    """Return a history of whole trials with these scores by fold."""
    history = History(space=None, n_splits=K)
    for row in rows:
        add_trial(history, row)
    return history


def add_trial(history, scores):
    trial = history.add({})
    for index, score in enumerate(scores):
        trial = history.record(trial.number, Fold(index, {"score": float(score)}))
    return trial


def whole_trials(n=6, *, spread=0.01, seed=0):
    rng = np.random.default_rng(seed)
    return 0.8 + rng.normal(scale=spread, size=(n, K)) + np.linspace(-0.05, 0.05, K)


folds = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=K - 1)


@given(first=folds, n_complete=st.integers(0, 2))
def test_the_first_trials_are_never_given_up(first, n_complete):
    history = history_of(whole_trials(n_complete))
    trial = add_trial(history, first)
    assert not Racing(warmup=3).gives_up(trial, history)


@given(scores=st.lists(st.floats(-1.0, 2.0), min_size=K, max_size=K))
def test_a_whole_trial_is_not_given_up(scores):
    history = history_of(whole_trials())
    trial = add_trial(history, scores)
    assert not Racing().gives_up(trial, history)


@given(first=folds)
def test_a_smaller_alpha_gives_up_less(first):
    history = history_of(whole_trials())
    trial = add_trial(history, first)
    given_up = [Racing(alpha=alpha).gives_up(trial, history) for alpha in (0.001, 0.05, 0.4)]
    assert given_up == sorted(given_up)


@given(first=folds, shift=st.floats(0.0, 1.0))
def test_a_better_trial_is_not_given_up_if_a_worse_one_is_kept(first, shift):
    history = history_of(whole_trials())
    worse = add_trial(history, first)
    better = add_trial(history, np.array(first) + shift)
    rule = Racing(max_ties=None)
    if not rule.gives_up(worse, history):
        assert not rule.gives_up(better, history)


@given(shift=st.floats(-10.0, 10.0), first=folds)
def test_only_differences_count(shift, first):
    plain, shifted = history_of(whole_trials()), history_of(whole_trials() + shift)
    one = add_trial(plain, first)
    other = add_trial(shifted, np.array(first) + shift)
    chances = [
        chance_to_win(trial.fold_scores[: len(first)] - best, K, pooled=1e-4)
        for trial, best in (
            (one, plain.best.fold_scores[: len(first)]),
            (other, shifted.best.fold_scores[: len(first)]),
        )
    ]
    assert chances[0] == pytest.approx(chances[1], abs=1e-6)


def test_a_fold_that_failed_ends_the_trial():
    history = history_of(whole_trials())
    trial = add_trial(history, [float("nan")])
    assert Racing().gives_up(trial, history)


@pytest.mark.parametrize("max_ties", [1, 2, 3, None])
@pytest.mark.parametrize("j", [1, 2, 3, 4])
def test_a_trial_that_only_ties_is_given_up_after_so_many_ties(j, max_ties):
    history = history_of(whole_trials())
    trial = add_trial(history, history.best.fold_scores[:j])
    given_up = Racing(max_ties=max_ties).gives_up(trial, history)
    assert given_up == (max_ties is not None and j >= max_ties)


@pytest.mark.parametrize("j", [2, 3, 4])
def test_a_trial_that_differs_on_one_fold_is_no_tie(j):
    history = history_of(whole_trials())
    scores = history.best.fold_scores[:j].copy()
    scores[-1] += 1e-9
    assert not Racing().gives_up(add_trial(history, scores), history)


@pytest.mark.parametrize("j", [1, 2, 4])
def test_the_chance_is_that_of_folds_drawn_on(j):
    """Against a simulation: the mean over all folds given the first j of them, Gaussian."""
    rng = np.random.default_rng(j)
    spread, seen = 0.02, rng.normal(-0.01, 0.02, size=j)
    # The level has a flat prior: given j folds it is their mean, plus or minus spread / sqrt(j).
    level = seen.mean() + spread / np.sqrt(j) * rng.normal(size=200_000)
    rest = level + spread / np.sqrt(K - j) * rng.normal(size=200_000)
    wins = np.mean((j * seen.mean() + (K - j) * rest) / K > 0)
    # With a pooled variance that outweighs their own, the folds' own spread does not matter.
    flat = np.full(j, seen.mean())
    scale = (3.0 + j - 1) / 3.0
    assert chance_to_win(flat, K, pooled=spread**2 * scale) == pytest.approx(wins, abs=0.01)


@pytest.mark.parametrize(
    "settings", [{"alpha": 0.0}, {"alpha": 0.5}, {"warmup": 0}, {"min_folds": 0}, {"max_ties": 0}]
)
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(SettingError):
        Racing(**settings)
