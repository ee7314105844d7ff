"""Searches run where there is no shared memory, or next to none, as in containers and functions."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import joblib
import pytest
from joblib.parallel import LokyBackend

from skhp._joblib import worker_environment

ROOT = Path(__file__).parents[2]

SEARCH = """
import os, sys, warnings
import numpy as np
from sklearn.tree import DecisionTreeClassifier
from skhp import GridSearchCV
from skhp.exceptions import WorkerWarning

if __name__ == "__main__":
    X = np.random.default_rng(0).normal(size=(3000, 100))  # more than a megabyte
    y = np.arange(3000) % 2
    settings = {} if len(sys.argv) == 1 else {sys.argv[1]: 600.0}
    search = GridSearchCV(
        DecisionTreeClassifier(max_depth=1), {"criterion": ["gini", "entropy"]}, cv=2, n_jobs=2
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.set_params(**settings).fit(X, y)
    assert search.stop_reason_ == "all candidates tried"
    assert not np.isnan(search.cv_results_["mean_test_score"]).any()
    print([warning.category.__name__ for warning in caught])
"""

READ_ONLY = "mount -t tmpfs -o ro,size=1m none /dev/shm"
SMALL = "mount -t tmpfs -o size=1m none /dev/shm"


def can_mount():
    """Tell whether this process may have file systems of its own."""
    if shutil.which("unshare") is None or not os.path.isdir("/dev/shm"):
        return False
    done = subprocess.run(["unshare", "-m", "sh", "-c", SMALL], capture_output=True)
    return done.returncode == 0


@pytest.mark.skipif(not can_mount(), reason="may not mount file systems")
@pytest.mark.parametrize("setting", [[], pytest.param(["fit_timeout"], marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("mount", "warned"),
    [
        (READ_ONLY, ["WorkerWarning"]),
        pytest.param(SMALL, [], marks=pytest.mark.slow),
    ],
)
def test_a_search_runs_in_processes_without_shared_memory(mount, warned, setting):
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f'{mount} && exec "$@"', "sh"]
        + [sys.executable, "-c", SEARCH, *setting],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(warned)
    assert done.stderr.count("UserWarning") <= len(warned)  # what newer joblib says at its import


@pytest.mark.parametrize("inner_threads", [None, 3])
def test_workers_have_the_environment_that_joblib_would_give_them(inner_threads):
    backend = LokyBackend(inner_max_num_threads=inner_threads)
    for n_workers in (1, 2, joblib.cpu_count() + 1):
        expected = backend._prepare_worker_env(n_workers)
        assert worker_environment(n_workers, inner_threads=inner_threads) == expected
