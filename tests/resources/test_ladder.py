"""The laws of the rungs."""

from hypothesis import given
from hypothesis import strategies as st

from skhp.resources import Ladder

LADDERS = st.builds(
    lambda least, more, n, factor, aggressive: (
        least,
        least + more,
        {"n_candidates": n, "factor": factor, "aggressive": aggressive},
    ),
    st.integers(1, 200),
    st.integers(0, 5000),
    st.one_of(st.none(), st.integers(1, 500)),
    st.sampled_from([1.3, 2, 2.5, 3, 4, 10]),
    st.booleans(),
)


@given(LADDERS)
def test_the_last_rung_has_the_full_resource_and_the_first_no_less_than_asked(ladder):
    least, full, more = ladder
    rungs = Ladder.between(least, full, **more)
    assert rungs.levels[-1] == rungs.full == full
    assert rungs.levels[0] >= least
    assert list(rungs.levels) == sorted(set(rungs.levels))


@given(LADDERS)
def test_candidates_dwindle_from_rung_to_rung_and_one_is_left_at_least(ladder):
    least, full, more = ladder
    rungs = Ladder.between(least, full, **more)
    assert len(rungs.sizes) == len(rungs.levels)
    assert list(rungs.sizes) == sorted(rungs.sizes, reverse=True)
    assert rungs.sizes[-1] >= 1
    if more["n_candidates"] is not None:
        assert rungs.sizes[0] == more["n_candidates"]


@given(st.integers(1, 500), st.sampled_from([2, 3, 4]))
def test_there_are_no_more_rungs_than_candidates_call_for(n, factor):
    rungs = Ladder.between(1, 10**9, n_candidates=n, factor=factor)
    assert len(rungs.levels) == rungs.n_required
    assert factor ** (rungs.n_required - 1) <= n < factor**rungs.n_required


@given(st.integers(30, 500))
def test_an_aggressive_first_rung_leaves_no_more_than_the_factor_for_the_last(n):
    assert Ladder.between(10, 30, n_candidates=n).sizes == (n, -(-n // 3))
    aggressive = Ladder.between(10, 30, n_candidates=n, aggressive=True)
    assert len(aggressive.levels) == 2
    assert aggressive.sizes[1] <= 3


def test_powers_are_not_lost_to_rounding():
    for power in range(1, 12):
        rungs = Ladder.between(1, 3**power)
        assert rungs.sizes == tuple(3 ** (power - rung) for rung in range(power + 1))
        assert rungs.levels == tuple(3**rung for rung in range(power + 1))
