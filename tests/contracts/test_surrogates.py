"""The laws that every surrogate keeps; surrogates are found by themselves."""

import pytest

import skhp.surrogates
from skhp.surrogates import GaussianProcess, Surrogate
from skhp.testing import check_surrogate
from tests.contracts.classes import concrete

MADE = [lambda: GaussianProcess(kernel="matern32")]
"""Surrogates beside those with every default."""


@pytest.mark.parametrize("make", [*concrete(skhp.surrogates, Surrogate), *MADE])
def test_a_surrogate_keeps_the_laws(make):
    check_surrogate(make())
