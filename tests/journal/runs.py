"""A search with a journal in a process of its own, so that the process can be killed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.processes import running, said_by, until

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


@contextmanager
def begun(folder: Path, **asked: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a search, which is killed at the end of the block."""
    here = folder / f"here-{len(list(folder.glob('here-*')))}"
    here.mkdir()
    said = json.dumps({**ASKED, **asked, "here": f"{here}-ready"}, default=str)
    with running(SCRIPT, here, said) as process:
        yield process


def ended(folder: Path, **asked: Any) -> dict[str, Any]:
    """Run a search to its end and return what it found."""
    with begun(folder, **asked) as process:
        return found_by(process)


def at_once(folder: Path, several: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run searches that begin at the same moment, and return what they found."""
    with ExitStack() as stack:
        processes = [
            stack.enter_context(begun(folder, **{**asked, "go": folder / "go"}))
            for asked in several
        ]
        for n_ready, process in enumerate(processes, start=1):
            until(lambda n=n_ready: len(list(folder.glob("*-ready"))) >= n, "it can begin", process)
        (folder / "go").touch()
        return [found_by(process) for process in processes]


def found_by(process: subprocess.Popen[str]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(said_by(process).splitlines()[-1])
    return said
