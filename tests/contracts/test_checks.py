"""A check tells a class that breaks a law, by a sentence."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from skhp.acquisition import Acquisition, UpperConfidenceBound
from skhp.exceptions import SettingError
from skhp.stopping import StoppingRule
from skhp.strategies import Random
from skhp.surrogates import GaussianProcess, Posterior, Surrogate
from skhp.testing import (
    check_acquisition,
    check_stopping_rule,
    check_strategy,
    check_surrogate,
)


class Guess(Posterior):
    """Predicts the mean of the scores everywhere."""

    def __init__(self, y, std=1.0):
        self.y, self.std = y, std

    def predict(self, U):
        return np.full(len(U), self.y.mean()), np.full(len(U), self.std)

    def condition(self, U):
        return Guess(self.y, self.std / (1 + len(U)))


class Guessing(Surrogate):
    def fit(self, U, y, noise=None, *, columns=None, hyperparameters=None):
        return Guess(y)


class Sure(Surrogate):
    def fit(self, U, y, noise=None, *, columns=None, hyperparameters=None):
        return Guess(y, std=-1.0)


class Blind(Surrogate):
    """Passes NaN of inactive columns on."""

    def fit(self, U, y, noise=None, *, columns=None, hyperparameters=None):
        return Sums(y)


class Sums(Guess):
    def predict(self, U):
        return U.sum(axis=1), np.ones(len(U))


class Remembering(Surrogate):
    def __init__(self):
        self.n_fits = 0

    def fit(self, U, y, noise=None, *, columns=None, hyperparameters=None):
        self.n_fits += 1
        return GaussianProcess().fit(U, y, noise, columns=columns, hyperparameters=hyperparameters)


@pytest.mark.parametrize(
    ("surrogate", "law"),
    [
        (Guessing(), "no better than one constant"),
        (Sure(), "a standard deviation is negative"),
        (Blind(), "the mean is not finite"),
        (Remembering(), "fit changed the surrogate"),
    ],
)
def test_a_surrogate_that_breaks_a_law_is_told_which(surrogate, law):
    with pytest.raises(AssertionError, match=law):
        check_surrogate(surrogate)


class Pessimist(Acquisition):
    def value(self, mean, std, best):
        return -mean


class Underflowing(Acquisition):
    def value(self, mean, std, best):
        with np.errstate(divide="ignore"):
            return np.log(np.exp(-(((mean - best) / std) ** 2)))


class Scaling(Acquisition):
    def value(self, mean, std, best):
        return mean / max(np.abs(mean).max(initial=1.0), 1.0)


class Impatient(UpperConfidenceBound):
    def partials(self, mean, std, best):
        return np.zeros_like(mean), np.zeros_like(std)


@pytest.mark.parametrize(
    ("acquisition", "law"),
    [
        (Pessimist(), "a higher mean is worth less"),
        (Underflowing(), "the value is not finite"),
        (Scaling(), "depends on the points beside it"),
        (Impatient(), "finite differences give"),
    ],
)
def test_an_acquisition_that_breaks_a_law_is_told_which(acquisition, law):
    with pytest.raises(AssertionError, match=law):
        check_acquisition(acquisition)


@dataclass(frozen=True)
class Fickle(Random):
    """Proposes otherwise when asked again about the same trials."""

    asked: list = field(default_factory=list, compare=False)

    def propose(self, history, n):
        self.asked.append(n)
        return super().propose(history, n + len(self.asked))[-n:]


def test_a_strategy_with_a_memory_is_told_so():
    with pytest.raises(AssertionError, match="one history, two proposals"):
        check_strategy(Fickle)


class Silent(StoppingRule):
    """Refuses a search without a word."""

    def check(self, history):
        if history.space is None:
            raise SettingError("")

    def reason_to_stop(self, history):
        return None


def test_a_rule_that_refuses_without_a_word_is_told_so():
    with pytest.raises(AssertionError, match="says what it needs"):
        check_stopping_rule(Silent())
