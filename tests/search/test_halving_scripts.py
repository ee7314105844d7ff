"""What a script defines takes part in halving like what a module defines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import running, said_by
from tests.search.learners import said

SCRIPT = """
import sys
import joblib
from skhp import HalvingSearchCV
from tests.search.learners import ByName, X, y

class Part:
    pass

if __name__ == "__main__":
    backend, log = sys.argv[1:]
    with joblib.parallel_config(backend, n_jobs=2):
        HalvingSearchCV(
            ByName(Part, log=log), {"a": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]}, cv=2,
            n_candidates=9, resource="max_iter", max_resources=9, initial_params=[],
            random_state=0, refit=False,
        ).fit(X, y)
"""


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading"])
def test_fits_that_hold_classes_of_a_script_go_on(tmp_path: Path, backend: str):
    log = tmp_path / "log"
    with running(SCRIPT, tmp_path, backend, log) as process:
        said_by(process)
    # Two folds of 9 candidates take 1 step, of 3 go on by 2, of 1 goes on by 6.
    steps = sorted(n_steps for what, _, n_steps, _, _ in said(log) if what == "fit")
    assert steps == [1] * 18 + [2] * 6 + [6] * 2
