"""The laws of what a finished search can be asked."""

import numpy as np
import pytest

from skhp.exceptions import SettingError, SpaceError
from skhp.history import Fold, History
from skhp.results import ScoreSurface, corrected_score, dependence
from skhp.space import Space, When
from skhp.strategies import Random
from skhp.testing import play


def searched(spaces, score, *, n=40, n_splits=1):
    history = History(Space.read(spaces), n_splits=n_splits, seed=1)
    return play(Random(), history, n, score=score)


FLAT = {"a": (0.0, 1.0), "b": (0.0, 1.0), "c": (0.0, 1.0)}


def test_predictions_are_close_to_a_smooth_truth_and_say_how_close():
    def truth(p):
        return 0.9 - (p["a"] - 0.4) ** 2 - 0.5 * (p["b"] - 0.6) ** 2

    history = searched(FLAT, truth)
    surface = ScoreSurface.of(history, history.space)
    points = history.space.decode(history.space.sample(50, np.random.default_rng(0)))
    mean, std = surface.predict(points)
    assert np.abs(mean - [truth(p) for p in points]).mean() < 0.02
    assert (std >= 0).all() and std.shape == (50,)


def test_a_parameter_that_does_nothing_has_no_importance():
    history = searched(FLAT, lambda p: 100 + p["a"] + 0.5 * p["b"])
    importance = ScoreSurface.of(history, history.space).importance()
    assert list(importance)[:2] == ["a", "b"]
    assert importance["a"] == pytest.approx(0.8, abs=0.08)
    assert importance["b"] == pytest.approx(0.2, abs=0.08)
    assert importance["c"] < 0.05


def test_interactions_count_for_both_parameters_only_if_asked_for():
    history = searched(FLAT, lambda p: (p["a"] - 0.5) * (p["b"] - 0.5), n=60)
    surface = ScoreSurface.of(history, history.space)
    alone, together = surface.importance(), surface.importance(interactions=True)
    assert alone["a"] < 0.2 and together["a"] > 0.6


def test_importance_of_a_conditional_parameter_counts_where_it_is_active():
    spaces = {"kernel": ["linear", "rbf"], "gamma": When("kernel", "rbf", (0.0, 1.0))}
    history = searched(spaces, lambda p: 1.0 + p["gamma"] if "gamma" in p else 0.0)
    importance = ScoreSurface.of(history, history.space).importance(interactions=True)
    assert importance["kernel"] > importance["gamma"] > 0.01


def test_no_share_is_above_one():
    wall = [lambda p: abs(p["a"] - p["b"]) < 0.2]
    for spaces, rules in [({"a": (0.0, 1.0)}, None), (FLAT, wall)]:
        space = Space.read(spaces, constraints=rules)
        history = play(Random(), History(space, seed=1), 40, score=lambda p: p["a"])
        surface = ScoreSurface.of(history, space)
        alone, together = surface.importance(), surface.importance(interactions=True)
        assert max(together.values()) <= 1.0 and sum(alone.values()) <= 1.0
        assert rules or together["a"] > 0.9


def test_a_parameter_of_several_sub_spaces_counts_in_all_of_them():
    spaces = [{"a": (0.0, 1.0), "b": [1]}, {"a": (0.0, 1e-3), "b": [2]}]
    history = searched(spaces, lambda p: p["a"])
    assert ScoreSurface.of(history, history.space).importance(interactions=True)["a"] > 0.3


def test_dependence_follows_a_smooth_truth_and_knows_when_it_is_out_of_its_depth():
    history = searched(FLAT, lambda p: -((p["a"] - 0.4) ** 2) + 0.1 * p["b"])
    surface = ScoreSurface.of(history, history.space)
    told = dependence(surface, "a")
    assert told.values[0][int(told.mean.argmax())] == pytest.approx(0.4, abs=0.08)
    assert (told.std > 0).all() and told.std.shape == told.mean.shape
    assert dependence(surface, "a", "b").mean.shape == (33, 33)
    with pytest.raises(SettingError, match="no parameter of the space: a, b, c"):
        dependence(surface, "d")


def test_dependence_is_unknown_where_two_values_never_go_together():
    spaces = {"kernel": ["linear", "rbf"], "gamma": When("kernel", "rbf", (0.0, 1.0))}
    history = searched(spaces, lambda p: p.get("gamma", 0.5))
    told = dependence(ScoreSurface.of(history, history.space), "kernel", "gamma")
    by_kernel = dict(zip(told.values[0], told.mean, strict=True))
    assert np.isnan(by_kernel["linear"]).all() and np.isfinite(by_kernel["rbf"]).all()


def test_a_surface_is_fitted_once_until_there_are_other_trials():
    history = searched(FLAT, lambda p: p["a"], n=5)
    first = ScoreSurface.of(history, history.space)
    assert ScoreSurface.of(history, history.space) is first
    view = history.seen_by(4, 1)
    assert ScoreSurface.of(view, history.space).numbers == [0, 1, 2, 3]
    history.record(history.add({"a": 0.1, "b": 0.2, "c": 0.3}).number, Fold(0, {"score": 1.0}))
    assert ScoreSurface.of(history, history.space).numbers == [0, 1, 2, 3, 4, 5]


def test_params_outside_the_space_are_refused():
    history = searched(FLAT, lambda p: p["a"])
    with pytest.raises(SpaceError):
        ScoreSurface.of(history, history.space).predict([{"a": 2.0, "b": 0.5, "c": 0.5}])


def test_nothing_can_be_learned_from_failures_alone():
    history = searched(FLAT, lambda p: np.nan, n=3)
    with pytest.raises(SettingError, match="No trial is complete"):
        ScoreSurface.of(history, history.space)


def test_the_corrected_score_is_never_above_the_best():
    rng = np.random.default_rng(0)
    history = History(space=None, n_splits=5)
    for number in range(30):
        history.add({})
        for index in range(5):
            history.record(number, Fold(index, {"score": float(rng.normal())}))
    assert corrected_score(history) < history.best.score


def test_pure_noise_is_corrected_to_below_its_lucky_best():
    rng = np.random.default_rng(1)
    corrected, lucky = [], []
    for _ in range(30):
        history = History(space=None, n_splits=5)
        for number in range(20):
            history.add({})
            for index in range(5):
                history.record(number, Fold(index, {"score": float(rng.normal())}))
        corrected.append(corrected_score(history))
        lucky.append(history.best.score)
    assert abs(np.mean(lucky)) > 0.5
    assert np.mean(corrected) < np.mean(lucky) - 0.5
