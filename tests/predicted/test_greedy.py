"""Laws of the selection of an ensemble."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhp.history import Predictions
from skhp.predicted import LogLoss, ScoreLoss, SquaredError, Target, TestedRows, blended
from skhp.results import Ensemble, OutOfFold

N_ROWS = 30


def probabilities(seed: int, n: int) -> tuple[list[Any], Any]:
    """Return candidates that are right more or less often, and the true classes."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 3, N_ROWS)
    said = []
    for _ in range(n):
        logits = rng.normal(size=(N_ROWS, 3)) * rng.uniform(0.1, 3)
        logits[np.arange(N_ROWS), true] += rng.uniform(0, 2)
        shares = np.exp(logits)
        said.append((shares / shares.sum(axis=1, keepdims=True)).astype(np.float32))
    return said, true


def kept(true: Any) -> OutOfFold:
    rows = TestedRows([np.arange(N_ROWS)], N_ROWS)
    return OutOfFold(Target("classes", (np.array(["a", "b", "c"]),)), rows, true[:, None])


seeds, sizes = st.integers(0, 10_000), st.integers(1, 12)
rules = st.builds(
    Ensemble, size=st.integers(1, 15), max_members=st.integers(1, 6), min_weight=st.floats(0, 0.3)
)


@given(seeds, sizes, rules)
def test_weights_sum_to_one_and_nothing_is_lost_to_the_best_single(
    seed: int, n: int, rule: Ensemble
):
    said, true = probabilities(seed, n)
    blend, contest = rule.select(
        kept(true), [Predictions("predict_proba", one) for one in said], [0.0] * n
    )
    assert sum(blend.weights) == pytest.approx(1)
    assert len(blend.members) == len(set(blend.members)) <= rule.max_members
    rows = np.arange(N_ROWS)
    singles = [-np.log(np.maximum(one[rows, true], 0.01)).mean() for one in said]
    mean = contest.mean(blend)
    assert blend.path[0] == pytest.approx(min(singles), abs=1e-6)
    assert blend.loss <= min(singles) + 1e-6
    assert -np.log(np.maximum(mean[rows, true], 0.01)).mean() == pytest.approx(blend.loss, abs=1e-5)


@given(seeds, sizes, rules, st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(seed: int, n: int, rule: Ensemble, random: Any):
    said, true = probabilities(seed, n)
    said += said[:2]  # some say the same
    order = list(range(len(said)))
    random.shuffle(order)

    def selected(order: list[int]) -> Any:
        some = [Predictions("predict_proba", said[at]) for at in order]
        blend, contest = rule.select(kept(true), some, [float(at) for at in order])
        return contest.mean(blend), [order[at] for at in blend.members]

    straight, shuffled = selected(list(range(len(said)))), selected(order)
    np.testing.assert_array_equal(straight[0], shuffled[0])
    assert straight[1] == shuffled[1]


@given(seeds, rules)
def test_one_candidate_is_the_ensemble(seed: int, rule: Ensemble):
    said, true = probabilities(seed, 1)
    blend, _ = rule.select(kept(true), [Predictions("predict_proba", said[0])], [0.0])
    assert (blend.members, blend.weights) == ((0,), (1.0,))


def test_a_better_pair_is_found_among_numbers():
    y = np.linspace(-1, 1, N_ROWS)[:, None]
    bias = [y + 0.5, y - 0.4, y * 0]
    loss = SquaredError(y, np.ones(1))
    weight = np.full(N_ROWS, 1 / N_ROWS)
    blend = blended(
        [loss.compared(one) for one in bias], loss, weight=weight, size=9, max_members=3
    )
    assert set(blend.members) == {0, 1}
    assert blend.loss < 0.01 < blend.path[0]


def test_members_that_are_sure_and_wrong_at_times_win_over_one_that_knows_nothing():
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, N_ROWS)
    sure = []
    for _ in range(6):
        said = np.where(rng.random(N_ROWS) < 0.25, rng.integers(0, 3, N_ROWS), true)
        sure.append(np.eye(3)[said])
    idle = np.full((N_ROWS, 3), 1 / 3)
    some = [Predictions("predict_proba", one) for one in (*sure, idle)]
    blend, contest = Ensemble().select(kept(true), some, [0.0] * 7)
    assert len(blend.members) >= 2
    assert (contest.mean(blend).argmax(axis=1) == true).mean() > 0.9


def test_rows_without_weight_do_not_count():
    said, true = probabilities(0, 4)
    loss = LogLoss(true[:, None])
    compared = [loss.compared(one) for one in said]
    few = np.zeros(N_ROWS)
    few[:10] = 0.1
    cut = LogLoss(true[:10, None])
    first = blended(compared, loss, weight=few, size=5, max_members=4)
    second = blended(
        [cut.compared(one[:10]) for one in said], cut, weight=few[:10], size=5, max_members=4
    )
    assert first.members == second.members
    assert first.loss == pytest.approx(second.loss)


def test_a_score_is_maximised():
    values = [np.full((4, 1), level) for level in (0.1, 0.9, 0.5)]
    loss = ScoreLoss(lambda mean, weight: -abs(float(mean.mean()) - 0.7))
    blend = blended(values, loss, weight=np.full(4, 0.25), size=4, max_members=3)
    assert blend.loss == pytest.approx(0.0, abs=1e-9)
