"""What searches on other data have tried, in the space of another one."""

import numpy as np

from skhp.observed import Earlier
from skhp.space import Space, When

SPACE = Space.read({"kernel": ["linear", "rbf"], "gamma": When("kernel", "rbf", (0.0, 1.0))})


def test_params_outside_the_space_count_for_nothing():
    earlier = Earlier(
        [{"kernel": "rbf", "gamma": 7.0}, {"kernel": "poly"}, {"kernel": "linear"}], [3.0, 2.0, 1.0]
    )
    U, y = earlier.within(SPACE)
    np.testing.assert_array_equal(U, SPACE.encode([{"kernel": "linear"}]))
    np.testing.assert_array_equal(y, [1.0])


def test_nothing_inside_is_no_point():
    U, y = Earlier([{"kernel": "poly"}], [2.0]).within(SPACE)
    assert U.shape == (0, SPACE.n_columns)
    assert len(y) == 0
