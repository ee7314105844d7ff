"""A user's belief about where the best lies, which fades."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.base import clone

from skhp import HalvingSearchCV
from skhp.exceptions import SettingError
from skhp.history import History
from skhp.results import Pareto
from skhp.space import Integer, Layers, Real, Space, When
from skhp.strategies import Bayes
from skhp.strategies._bayes_belief import Belief, Faded
from tests.search.searches import X, bayes, logistic, y

SPACE = Space.read(
    {
        "C": (1e-3, 1e3, "log-uniform"),
        "n": (1, 10),
        "kernel": ["linear", "rbf", "poly"],
        "gamma": When("kernel", "rbf", (0.0, 1.0)),
    }
)
BELIEFS: dict[str, Any] = {
    "C": stats.loguniform(1, 10),
    "n": stats.binom(10, 0.3),
    "kernel": {"rbf": 4},
    "gamma": stats.beta(5, 2),
}


def play(strategy: Bayes, n: int, space: Space = SPACE, seed: int = 0) -> list[dict[str, Any]]:
    history = History(space, seed=seed)
    for _ in range(n):
        [params] = strategy.propose(history, 1)
        history.tell(params, -(np.log10(params["C"]) ** 2) - params["n"])
    return [trial.params for trial in history]


def values(beliefs: dict[str, Any], params: list[dict[str, Any]], space: Space = SPACE):
    U = np.where(space.active(space.encode(params)), space.encode(params), np.nan)
    return Belief.read(beliefs, space).value(U)


def some(n: int = 200) -> list[dict[str, Any]]:
    return SPACE.decode(SPACE.sample(n, np.random.default_rng(0)))


@pytest.mark.parametrize("dimension", [Real(1e-3, 1e3, log=True), Real(0, 10), Integer(0, 9)])
def test_what_a_range_is_drawn_from_anyway_tells_nothing(dimension: Any):
    space = Space.read({"x": dimension})
    own = {True: stats.loguniform(1e-3, 1e3), False: stats.uniform(0, 10)}[dimension.low > 0]
    own = stats.randint(0, 10) if isinstance(dimension, Integer) else own
    params = space.decode(space.sample(50, np.random.default_rng(0)))
    np.testing.assert_allclose(values({"x": own}, params, space), 0.0, atol=0.05)


def test_more_is_expected_where_more_is_believed():
    rbf = {"C": 3.0, "n": 3, "kernel": "rbf", "gamma": 0.8}
    for worse in ({"C": 300.0}, {"n": 9}, {"gamma": 0.1}):
        right, wrong = values(BELIEFS, [rbf, {**rbf, **worse}])
        assert right > wrong


def test_weights_are_odds_and_those_not_named_are_one():
    odds = values({"kernel": {"rbf": 4}}, [{"C": 1.0, "n": 1, "kernel": k} for k in ("poly",)] * 2)
    rbf = values({"kernel": {"rbf": 4}}, [{"C": 1.0, "n": 1, "kernel": "rbf", "gamma": 0.5}])
    assert odds[0] == odds[1] < rbf[0]


def test_nothing_is_ruled_out():
    never = {"C": stats.uniform(900, 10), "kernel": {"rbf": 1, "linear": 0, "poly": 0}}
    assert np.isfinite(values(never, some())).all()


def test_a_belief_fades():
    U = SPACE.encode(some())
    belief = Belief.read(BELIEFS, SPACE)
    spreads = [np.ptp(Faded(belief, number).value(U)) for number in (0, 9, 99)]
    np.testing.assert_allclose(np.array(spreads) / spreads[-1], [100.0, 10.0, 1.0])


def test_the_first_trials_are_where_the_best_is_believed_to_be_and_elsewhere():
    tried = play(Bayes(beliefs={"C": stats.loguniform(1, 10)}), 6)
    inside = [1.0 <= params["C"] <= 10.0 for params in tried]
    assert any(inside)
    assert not all(inside)


def test_a_wrong_belief_is_overruled():
    tried = play(Bayes(beliefs={"C": stats.loguniform(500, 1000)}), 30)
    assert min(abs(np.log10(params["C"])) for params in tried) < 0.5


def test_no_belief_is_as_an_empty_one():
    assert play(Bayes(beliefs={}), 10) == play(Bayes(), 10)


def test_a_finite_space_is_never_repeated():
    space = Space.read({"C": [0.1, 1.0, 10.0], "n": [1, 2]})
    tried = play(Bayes(beliefs={"C": {1.0: 5}}), 6, space)
    assert len({str(params) for params in tried}) == 6


def test_a_saved_strategy_proposes_the_same():
    strategy = Bayes(beliefs=BELIEFS)
    assert play(pickle.loads(pickle.dumps(strategy)), 10) == play(strategy, 10)


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "no such parameter": ({"c": stats.norm()}, "parameters of the space"),
    "a number": ({"C": 3.0}, "distribution of scipy.stats"),
    "weights of a range": ({"C": {1.0: 2.0}}, "distribution of scipy.stats"),
    "no such choice": ({"kernel": {"sigmoid": 2.0}}, "distribution of scipy.stats"),
    "a negative weight": ({"kernel": {"rbf": -1.0}}, "distribution of scipy.stats"),
    "none of the range": ({"C": stats.norm(-50, 1)}, "a chance"),
    "no weight at all": ({"kernel": {"rbf": 0, "linear": 0, "poly": 0}}, "a chance"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_before_anything_is_fitted(name: str):
    beliefs, message = MISTAKES[name]
    with pytest.raises(SettingError, match=message):
        Bayes(beliefs=beliefs).check(SPACE)


def test_layers_are_no_single_value():
    space = Space.read({"layers": Layers(depth=(1, 3), width=(4, 64))})
    with pytest.raises(SettingError, match="one value"):
        Bayes(beliefs={"layers": stats.norm()}).check(space)


RANGE = {"C": (1e-3, 1e2, "log-uniform"), "fit_intercept": [True, False]}


def searched(beliefs: dict[str, Any] | None, **more: Any) -> Any:
    more = {"n_iter": 8, "initial_params": [], **more}
    return bayes(logistic(), RANGE, strategy=Bayes(beliefs=beliefs), **more)


def tried(search: Any) -> list[Any]:
    return [trial.params for trial in search.history_]


@pytest.mark.parametrize("more", [{"n_jobs": 2}, {}])
def test_a_search_with_beliefs_is_the_same_again_also_of_a_clone(more: dict[str, Any]):
    beliefs = {"C": stats.loguniform(1, 10)}
    again = clone(searched(beliefs, **more))
    assert tried(again.fit(X, y)) == tried(searched(beliefs).fit(X, y))


def test_a_search_says_what_is_wrong_with_a_belief():
    with pytest.raises(SettingError, match="parameters of the space"):
        searched({"gamma": stats.norm()}).fit(X, y)
    with pytest.raises(SettingError, match="parameters of the space"):
        strategy = Bayes(beliefs={"gamma": stats.norm()})
        HalvingSearchCV(logistic(), RANGE, strategy=strategy).fit(X, y)


def test_a_search_of_several_objectives_refuses_beliefs():
    pareto = Pareto(["score", "fit_time"])
    with pytest.raises(SettingError, match="beliefs"):
        searched({"C": stats.norm()}, refit=pareto).fit(X, y)


def test_a_journal_knows_what_was_believed(tmp_path: Path):
    journal = tmp_path / "search.db"
    first = searched({"C": stats.loguniform(1, 10)}, n_iter=6, journal=journal).fit(X, y)
    more = searched({"C": stats.loguniform(1, 10)}, n_iter=8, journal=journal).fit(X, y)
    assert tried(more)[:6] == tried(first)
    with pytest.warns(UserWarning, match="space"):
        searched({"C": stats.loguniform(1, 9)}, n_iter=6, journal=journal).fit(X, y)
