"""A program without streams, as under ``pythonw`` or in a service, searches as any other."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
from sklearn.svm import SVC

from skhp import BayesSearchCV
from skhp._streams import streams_are_there
from skhp.executors import ProcessExecutor
from tests.search.searches import X, y


def take_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be called in the test itself: before it pytest puts its own streams in place."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)


SETTINGS: dict[str, dict[str, Any]] = {
    "alone": {},
    "verbose": {"verbose": 3},
    "limits": {"fit_timeout": 60, "fit_memory": 8e9},
    "workers": {"n_jobs": 2},
    "an executor": {"executor": ProcessExecutor(1)},
}


@pytest.mark.slow
@pytest.mark.parametrize("case", SETTINGS)
def test_a_search_runs_without_streams(case: str, monkeypatch: pytest.MonkeyPatch):
    take_streams(monkeypatch)
    search = BayesSearchCV(SVC(), {"C": (0.1, 9.0)}, n_iter=2, cv=2, **SETTINGS[case])
    assert search.fit(X, y).best_score_ > 0.5
    assert sys.stdout is sys.stderr is None


def test_streams_are_taken_away_when_the_last_who_needs_them_has_gone(
    monkeypatch: pytest.MonkeyPatch,
):
    take_streams(monkeypatch)
    with streams_are_there():
        with streams_are_there():
            assert sys.stdout.write("nowhere") == 7
        assert sys.stderr.write("nowhere") == 7
    assert sys.stdout is sys.stderr is None


def test_streams_of_the_user_s_are_left_alone(monkeypatch: pytest.MonkeyPatch):
    take_streams(monkeypatch)
    with streams_are_there():
        sys.stdout = mine = io.StringIO()
    assert sys.stdout is mine
    assert sys.stderr is None
