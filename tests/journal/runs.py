"""A search with a journal in a process of its own, so that the process can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

SCRIPT = """
import json, os, resource, signal, sys, time, warnings
from pathlib import Path

import joblib
from skhp import BayesSearchCV
from skhp.observers import Observer
from tests.search.estimators import Bowl
from tests.search.searches import X, y


class Fault(Observer):
    def __init__(self, kind, n_folds, path):
        self.kind, self.n_left, self.path = kind, n_folds, path

    def on_fold_end(self, history, trial, fold):
        self.n_left -= 1
        if self.n_left == 0 and self.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.n_left == 0 and self.kind == "full disk":
            room = os.path.getsize(self.path + "-wal")
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    Path(asked["here"]).touch()
    while asked["go"] and not os.path.exists(asked["go"]):
        time.sleep(0.001)
    search = BayesSearchCV(
        Bowl(seconds=asked["seconds"]), {"x": (0.0, 1.0), "kind": ["a", "b"]}, cv=3, n_iter=8,
        n_jobs=asked["n_jobs"], journal=asked["path"], random_state=asked["seed"],
        observers=[Fault(asked["fault"], asked["n_folds"], asked["path"])],
    )
    backend = "threading" if asked["n_jobs"] == 1 else "loky"
    with joblib.parallel_config(backend), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.fit(X + asked["shift"], y)
    print(json.dumps({
        "params": search.cv_results_["params"],
        "scores": [
            search.cv_results_[key].tolist() for key in sorted(search.cv_results_)
            if key.endswith("_score") or key.endswith("n_splits_completed")
        ],
        "times": search.cv_results_["mean_fit_time"].tolist(),
        "warned": [f"{one.category.__name__}: {one.message}" for one in caught],
    }))
"""

ASKED: dict[str, Any] = {
    "seconds": 0.0, "n_jobs": 1, "path": None, "seed": 0, "fault": "", "n_folds": 0, "shift": 0.0,
    "go": "",
}  # fmt: skip


def begin(folder: Path, **asked: Any) -> subprocess.Popen[str]:
    """Start a search."""
    script = folder / "script.py"
    script.write_text(SCRIPT)
    here = folder / f"here-{len(list(folder.glob('here-*')))}"
    here.write_text("")
    said = json.dumps({**ASKED, **asked, "here": f"{here}-ready"}, default=str)
    return subprocess.Popen(
        [sys.executable, str(script), said],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def let_go(folder: Path, processes: Sequence[subprocess.Popen[str]]) -> None:
    """Let searches begin that were told to wait for the file ``go``, all at once."""
    while len(list(folder.glob("*-ready"))) < len(processes):
        assert all(process.poll() is None for process in processes)
        time.sleep(0.01)
    (folder / "go").touch()


def end(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for a search and return what it found."""
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
    return said
