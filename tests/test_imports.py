"""Importing the library loads what every search needs, and leaves the rest for when it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

LEFT_FOR_LATER = (
    "skopt",
    "sqlite3",
    "optuna",
    "dask",
    "distributed",
    "ray",
    "matplotlib",
    "multiprocessing.forkserver",
    "multiprocessing.managers",
    "sklearn.ensemble",
    "sklearn.gaussian_process",
    "sklearn.linear_model",
    "sklearn.pipeline",
    "sklearn.tree",
)

SAY_WHAT_IS_NEW = """
import sys
import sklearn.model_selection
before = set(sys.modules)
from skhp import BayesSearchCV
print("\\n".join(set(sys.modules) - before))
"""


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Names of the modules that the library adds to those of scikit-learn's searches."""
    command = [sys.executable, "-c", SAY_WHAT_IS_NEW]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize("name", LEFT_FOR_LATER)
def test_importing_a_search_leaves_unimported_what_it_may_not_need(name: str, imported: set[str]):
    assert "skhp.search" in imported
    assert name not in imported
