"""The laws that every acquisition keeps; acquisitions are found by themselves."""

import pytest

import skhp.acquisition
from skhp.acquisition import Acquisition, ProbabilityOfImprovement
from skhp.testing import check_acquisition
from tests.contracts.classes import concrete

MADE = [lambda: ProbabilityOfImprovement(margin=0.1)]
"""Acquisitions beside those with every default."""


@pytest.mark.parametrize("make", [*concrete(skhp.acquisition, Acquisition), *MADE])
def test_an_acquisition_keeps_the_laws(make):
    check_acquisition(make())
