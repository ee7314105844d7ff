"""What the tests of searches share."""

import pytest

from tests.search.searches import SEARCHES, Make


@pytest.fixture(params=sorted(SEARCHES))
def make(request: pytest.FixtureRequest) -> Make:
    """Each search in turn, called as `searches.grid` is."""
    return SEARCHES[request.param]
