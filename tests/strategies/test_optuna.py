"""Samplers of Optuna propose for spaces of every kind."""

from __future__ import annotations

import importlib.util
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from skhp import BayesSearchCV
from skhp.exceptions import MissingExtraError, ProposalWarning, SettingError
from skhp.history import History
from skhp.space import Space
from skhp.strategies import Optuna
from tests.search.estimators import Witness
from tests.strategies.foreign import SPACES, assert_inside_and_new, searched

optuna = pytest.importorskip("optuna")

HAS_CMAES = importlib.util.find_spec("cmaes") is not None
HAS_TORCH = importlib.util.find_spec("torch") is not None
SAMPLERS = ["tpe", "random", "qmc", "nsgaii", "nsgaiii", "bruteforce"]

pytestmark = pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")


@pytest.mark.parametrize("name", SPACES)
def test_proposals_lie_in_a_space_of_any_kind_and_are_new(name: str):
    assert_inside_and_new(searched(Optuna(), SPACES[name]))


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("name", ["ordered choices", "a condition"])
def test_every_sampler_proposes_by_its_name(sampler: str, name: str):
    assert_inside_and_new(searched(Optuna(sampler), SPACES[name]))


@pytest.mark.skipif(not HAS_CMAES, reason="cmaes is not installed")
def test_covariance_matrices_are_adapted():
    assert_inside_and_new(searched(Optuna("cmaes"), SPACES["logarithms and integers"]))


@pytest.mark.skipif(HAS_TORCH, reason="torch is installed")
def test_a_sampler_that_needs_torch_says_so_before_anything_is_fitted():
    for sampler in ("gp", optuna.samplers.GPSampler()):
        with pytest.raises(MissingExtraError, match=r"torch is not installed.*skhp\[torch\]"):
            Optuna(sampler)


@pytest.mark.skipif(HAS_CMAES, reason="cmaes is installed")
def test_a_sampler_that_needs_cmaes_says_so_before_anything_is_fitted():
    with pytest.raises(MissingExtraError, match=r"cmaes is not installed.*skhp\[optuna\]"):
        Optuna("cmaes")


def test_a_sampler_of_the_user_is_left_as_it_is():
    sampler = optuna.samplers.TPESampler(n_startup_trials=3, seed=5)
    before = pickle.dumps(sampler)
    assert_inside_and_new(searched(Optuna(sampler), SPACES["tuples"]))
    assert pickle.dumps(sampler) == before


def test_a_sampler_takes_its_seed_from_the_search():
    sampler = optuna.samplers.RandomSampler(seed=5)
    runs = [searched(Optuna(sampler), SPACES["one range"], seed=seed) for seed in (0, 0, 1)]
    params = [[trial.params for trial in history] for history in runs]
    assert params[0] == params[1] != params[2]


def test_ranges_of_optuna_are_asked_for_as_they_are():
    space = {
        "a": optuna.distributions.FloatDistribution(1e-3, 1e3, log=True),
        "b": optuna.distributions.IntDistribution(1, 64, log=True),
        "c": optuna.distributions.CategoricalDistribution(["x", None, True]),
    }
    assert_inside_and_new(searched(Optuna(), space))


def test_a_sampler_that_fails_gives_a_warning_and_a_proposal():
    class Failing(optuna.samplers.RandomSampler):  # type: ignore[misc,name-defined]
        def sample_independent(self, *args: Any) -> Any:
            raise RuntimeError("no luck")

    history = History(Space.read(SPACES["one range"]))
    with pytest.warns(ProposalWarning, match="no luck.*drawn at random"):
        [params] = Optuna(Failing()).propose(history, 1)
    assert history.space.contains(params)


def test_optuna_logs_nothing_and_keeps_its_verbosity(capfd: Any):
    level = optuna.logging.get_verbosity()
    searched(Optuna(), SPACES["one range"])
    assert optuna.logging.get_verbosity() == level
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("sampler", ["simulated annealing", 3, object()])
def test_something_that_is_no_sampler_is_refused_at_once(sampler: Any):
    with pytest.raises(SettingError, match="sampler must be one of"):
        Optuna(sampler)


@pytest.mark.parametrize("strategy", ["optuna", None])
def test_without_optuna_the_extra_is_named_before_anything_is_fitted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, strategy: Any
):
    monkeypatch.setitem(sys.modules, "optuna", None)
    estimator = Witness(str(tmp_path / "fits"))
    with pytest.raises(MissingExtraError, match=r"skhp\[optuna\]"):
        search = BayesSearchCV(estimator, {"C": (0.1, 1.0)}, strategy=strategy or Optuna("tpe"))
        search.fit([[0.0], [1.0]] * 10, [0, 1] * 10)
    assert not (tmp_path / "fits").exists()
