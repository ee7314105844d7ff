"""The laws that every stopping rule and racing rule keeps."""

import pytest

import skhp.racing
import skhp.stopping
from skhp.racing import RacingRule
from skhp.stopping import AllOf, AnyOf, NoImprovement, ScoreReached, StoppingRule, TimeBudget
from skhp.testing import check_racing_rule, check_stopping_rule
from tests.contracts.classes import concrete

MADE = {
    NoImprovement: lambda: NoImprovement(5),
    ScoreReached: lambda: ScoreReached(0.4),
    TimeBudget: lambda: TimeBudget(3600),
    AnyOf: lambda: NoImprovement(5) | ScoreReached(0.4),
    AllOf: lambda: NoImprovement(5) & ScoreReached(0.4),
}
"""How to make a rule that needs arguments."""


@pytest.mark.parametrize(
    "kind", concrete(skhp.stopping, StoppingRule), ids=lambda one: one.__name__
)
def test_a_stopping_rule_keeps_the_laws(kind):
    check_stopping_rule(MADE.get(kind, kind)())


@pytest.mark.parametrize("kind", concrete(skhp.racing, RacingRule))
def test_a_racing_rule_keeps_the_laws(kind):
    check_racing_rule(kind())
