"""What strategies learn from rungs, and that luck has no part in who climbs them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhp.history import Fold, History
from skhp.loop import Plan, run
from skhp.resources import Ladder, Resource, candidates_of, rungs_of
from skhp.search._resource import with_resource
from skhp.space import Space
from skhp.strategies import Bayes, Random, SuccessiveHalving
from skhp.testing import SimulatedExecutor, ToyEvaluation

SPACE = Space.read({"x": (0.0, 1.0)})
RESOURCE = Resource("r", Ladder.between(1, 9, n_candidates=9))


def score(params: dict[str, Any], fold: int) -> float:
    """Score with noise and a bias that a larger resource takes away; some candidates fail."""
    noise = np.random.default_rng([int(params["x"] * 1e6), params["r"], fold]).normal()
    if int(params["x"] * 1e6) % 7 == 0:
        raise ValueError("no fit here")
    return float(-((params["x"] - 0.3) ** 2) + (0.01 * noise - 0.3) / params["r"])


def search(
    *, strategy: Any = None, n_slots: int = 1, luck: int = 0, n_brackets: int = 2, **more: Any
) -> History:
    climb = SuccessiveHalving(Random(), strategy or Random(), SPACE, RESOURCE, n_brackets)
    rng = np.random.default_rng(luck)
    executor = SimulatedExecutor(n_slots, duration=lambda task: rng.lognormal(sigma=1.0))
    history = more.pop("history", None)
    reproducible = more.pop("reproducible", True)
    if history is None:
        space = with_resource(SPACE, RESOURCE)
        history = History(space, n_splits=3, seed=5, reproducible=reproducible)
    settings = {"n_iter": sum(RESOURCE.ladder.sizes) * n_brackets, "n_points": 4, **more}
    plan = Plan(climb, ToyEvaluation(score), **settings)
    run(history, plan, executor=executor)
    return history


def story(history: History) -> list[Any]:
    return [(trial.params, trial.status, str(trial.mean)) for trial in history]


@pytest.mark.parametrize("strategy", [Random(), Bayes()], ids=["random", "bayes"])
def test_a_seed_gives_the_same_climb_at_any_number_of_workers_and_any_luck(strategy: Any):
    expected = story(search(strategy=strategy))
    for n_slots, luck in ((2, 1), (2, 2), (7, 3), (40, 4)):
        found = search(strategy=strategy, n_slots=n_slots, luck=luck)
        assert story(found) == expected


@pytest.mark.parametrize("n_points", [1, 3, 9, 30])
def test_it_is_so_for_any_number_of_points(n_points: int):
    alone = search(strategy=Bayes(), n_points=n_points)
    many = search(strategy=Bayes(), n_points=n_points, n_slots=9, luck=1)
    assert story(many) == story(alone)


@pytest.mark.parametrize("n_known", [0, 1, 8, 9, 12, 13, 14, 20, 25])
def test_a_climb_goes_on_where_it_was_left(n_known: int):
    whole = search(strategy=Bayes())
    begun = History(whole.space, n_splits=3, seed=5)
    for trial in whole.trials[:n_known]:
        begun.add(trial.params)
        for fold in trial.folds:
            begun.record(trial.number, fold)
    assert story(search(strategy=Bayes(), history=begun, n_slots=3, luck=2)) == story(whole)


@given(st.integers(1, 12), st.integers(0, 20), st.booleans())
def test_who_climbs_is_among_the_best_below(n_slots: int, luck: int, reproducible: bool):
    history = search(n_slots=n_slots, luck=luck, reproducible=reproducible)
    rungs = rungs_of(history, "r", RESOURCE.ladder)
    for below, above in zip(rungs, rungs[1:], strict=False):
        if above.index:
            best = [trial.params["x"] for trial in below.best(len(above.trials))]
            assert [trial.params["x"] for trial in above.trials] == best
            assert (above.index, above.bracket) == (below.index + 1, below.bracket)
    assert len({trial.params["x"] for trial in history}) == 18
    assert max(rung.bracket for rung in rungs) == 1


def test_workers_are_not_idle_where_nothing_is_awaited():
    n_running = []

    def duration(task: Any) -> float:
        return 1.0

    executor = SimulatedExecutor(9, duration=duration)
    history = History(with_resource(SPACE, RESOURCE), n_splits=3, seed=5)
    plan = Plan(
        SuccessiveHalving(Random(), Random(), SPACE, RESOURCE),
        ToyEvaluation(score),
        n_iter=13,
        n_points=4,
    )
    run(history, plan, executor=executor)
    n_running.append(executor.busy / (9 * executor.now))
    assert n_running[0] > 0.8


def noted(*scores: tuple[float, int, float]) -> History:
    """Return a history of (x, level, score), all folds alike."""
    history = History(with_resource(SPACE, RESOURCE), n_splits=2)
    for x, level, value in scores:
        trial = history.add({"x": x, "r": level})
        if not np.isnan(value):
            for index in range(2):
                history.record(trial.number, Fold(index, {"score": value + 0.01 * index}))
    return history


def test_a_candidate_has_the_score_of_its_highest_rung():
    known = candidates_of(noted((0.1, 1, 0.5), (0.2, 1, 0.6), (0.2, 3, 0.8)), SPACE, RESOURCE)
    assert [trial.params for trial in known] == [{"x": 0.1}, {"x": 0.2}]
    assert known[1].score == pytest.approx(0.805)
    assert known[1].noise == 0.0


def test_lower_rungs_are_raised_by_what_others_gained_and_count_less():
    history = noted(
        (0.1, 1, 0.5), (0.2, 1, 0.6), (0.3, 1, 0.7), (0.4, 1, 0.4),
        (0.3, 3, 0.9), (0.2, 3, 0.7), (0.3, 9, 1.0),
    )  # fmt: skip
    known = candidates_of(history, SPACE, RESOURCE)
    gain = 0.15 + 0.1
    assert known[0].score == pytest.approx(0.505 + gain)
    assert known[3].score == pytest.approx(0.405 + gain)
    assert known[1].score == pytest.approx(0.705 + 0.1)
    assert known[2].noise == 0.0 < known[0].noise == known[3].noise
    assert known[1].noise < known[0].noise


def test_on_the_lowest_rung_alone_scores_are_as_they_are():
    known = candidates_of(noted((0.1, 1, 0.5), (0.2, 1, np.nan)), SPACE, RESOURCE)
    assert [trial.status for trial in known] == ["complete", "pending"]
    assert (known[0].score, known[0].noise) == (pytest.approx(0.505), 0.0)


def test_one_that_fails_on_a_higher_rung_has_failed():
    history = noted((0.1, 1, 0.5), (0.2, 1, 0.4))
    trial = history.add({"x": 0.1, "r": 3})
    for index in range(2):
        history.record(trial.number, Fold(index, {"score": float("nan")}, error="no"))
    known = candidates_of(history, SPACE, RESOURCE)
    assert [trial.status for trial in known] == ["failed", "complete"]
