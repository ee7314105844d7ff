"""What the tests of nested searches share."""

from tests.search.conftest import make

__all__ = ["make"]
