"""Every class of a seam is tried on its laws, and can be imported from its folder."""

import pytest

import skhp.acquisition
import skhp.racing
import skhp.stopping
import skhp.strategies
import skhp.surrogates
from skhp.acquisition import Acquisition
from skhp.racing import RacingRule
from skhp.stopping import StoppingRule
from skhp.strategies import Strategy
from skhp.surrogates import Surrogate
from tests.contracts import test_rules, test_strategies
from tests.contracts.classes import concrete, takes_nothing

SEAMS = {
    skhp.acquisition: (Acquisition, ()),
    skhp.racing: (RacingRule, ()),
    skhp.stopping: (StoppingRule, test_rules.MADE),
    skhp.strategies: (Strategy, (*test_strategies.MADE, *test_strategies.TRIED_ELSEWHERE)),
    skhp.surrogates: (Surrogate, ()),
}


@pytest.mark.parametrize("folder", SEAMS, ids=lambda folder: folder.__name__)
def test_a_class_is_tried_or_it_is_said_how_to_make_one(folder):
    base, made = SEAMS[folder]
    unknown = [
        kind.__name__
        for kind in concrete(folder, base)
        if kind not in made and not takes_nothing(kind)
    ]
    assert unknown == [], f"say how these are made, in the MADE of tests/contracts: {unknown}"


@pytest.mark.parametrize("folder", SEAMS, ids=lambda folder: folder.__name__)
def test_a_class_is_named_on_the_contents_page(folder):
    base, _ = SEAMS[folder]
    assert {kind.__name__ for kind in concrete(folder, base)} <= set(folder.__all__)
