"""What searches find for a seed is what they always found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.golden.runs import GOLDEN, RUNS, found

WRITTEN = json.loads(GOLDEN.read_text(encoding="utf-8"))
TOLERANCE = 1e-6
"""Linear algebra differs in its last bits between machines, and a model's proposals with it."""


def nearly(value: Any) -> Any:
    """Return a value that equals those which differ from it by rounding alone."""
    if isinstance(value, dict):
        return {name: nearly(one) for name, one in value.items()}
    if isinstance(value, list):
        return [nearly(one) for one in value]
    if isinstance(value, float):
        return pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE, nan_ok=True)
    return value


def test_every_run_is_written_down():
    assert list(WRITTEN) == list(RUNS)


@pytest.mark.parametrize("name", RUNS)
def test_a_search_finds_what_it_always_found(name: str):
    assert found(name) == nearly(WRITTEN[name])
