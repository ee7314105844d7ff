"""Measures what memory a search takes that ships a large table to two workers, and how long.

Run ``python benchmarks/wallclock/memory.py``.  For each kind of table, the same grid of candidates
that cost next to nothing, on splits of a tenth of the rows, is searched by scikit-learn's
GridSearchCV and by ours in each executor, each in a process of its own, after a search on a tiny
table that starts the workers.  Memory is the peak of what the processes hold for themselves, mapped
files left out: the workers', summed, beyond what they held before, and what the parent holds on top
of the table.
The times are those of ``fit``.  Rows say by how much more than scikit-learn's each is, with
``--on dask`` and ``--on threads`` than scikit-learn's there.  In threads the parent is the only
worker.  On dask a fit takes a while: dask gives short ones to the one worker that has the table
already, and the other would be free to hold nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV, ShuffleSplit

import skhp
from skhp.executors._limits import MemoryMeter

Runs = list[dict[str, float]]

N_COLUMNS = 100
CONTENDERS = {
    "processes": ("scikit-learn", "loky", "processes"),
    "threads": ("scikit-learn in threads", "threads"),
    "dask": ("scikit-learn on dask", "dask"),
}
DASK_SECONDS = 0.5
"""What a fit takes on dask."""


def table_c(n_bytes: int) -> Any:
    return np.random.default_rng(0).random((n_bytes // 8 // N_COLUMNS, N_COLUMNS))


def table_fortran(n_bytes: int) -> Any:
    return np.asfortranarray(table_c(n_bytes))


def table_float32(n_bytes: int) -> Any:
    return np.random.default_rng(0).random((n_bytes // 4 // N_COLUMNS, N_COLUMNS), np.float32)


def table_mapped(n_bytes: int) -> Any:
    X = table_c(n_bytes)
    path = Path(tempfile.gettempdir(), "table.npy")
    np.save(path, X)
    return np.load(path, mmap_mode="r")


def table_sliced(n_bytes: int) -> Any:
    """Return the left columns of a table that is a little wider."""
    wider = np.random.default_rng(0).random((n_bytes // 8 // N_COLUMNS, N_COLUMNS + 1))
    return wider[:, :N_COLUMNS]


def table_every_other_row(n_bytes: int) -> Any:
    return table_c(2 * n_bytes)[::2]


def table_frame(n_bytes: int) -> Any:
    import pandas as pd

    X = table_c(n_bytes)
    return pd.DataFrame({f"column {i}": X[:, i] for i in range(N_COLUMNS)})


def table_arrow(n_bytes: int) -> Any:
    return table_frame(n_bytes).convert_dtypes(dtype_backend="pyarrow")


def table_polars(n_bytes: int) -> Any:
    import polars as pl

    X = table_c(n_bytes)
    return pl.DataFrame({f"column {i}": X[:, i] for i in range(N_COLUMNS)})


def table_sparse(n_bytes: int) -> Any:
    import scipy.sparse

    return scipy.sparse.random_array(
        (n_bytes // 12 // 10, 1000), density=0.01, format="csr", rng=np.random.default_rng(0)
    )


def table_strings(n_bytes: int) -> Any:
    """Return a frame of four columns of words, as pandas keeps them by itself, and numbers."""
    import pandas as pd

    words = np.array([f"word number {i:06d}" for i in range(1000)])
    n_rows = n_bytes // (4 * 18 + 40)
    rng = np.random.default_rng(0)
    columns = {f"word {i}": words[rng.integers(1000, size=n_rows)] for i in range(4)}
    return pd.DataFrame(columns | {f"number {i}": rng.random(n_rows) for i in range(5)})


def table_objects(n_bytes: int) -> Any:
    """Return strings as Python objects: a million of them hold about 65 MB."""
    words = [f"word number {i:06d}" for i in range(n_bytes // 68 // 4 * 4)]
    return np.array(words, dtype=object).reshape(-1, 4)


TABLES: dict[str, Callable[[int], Any]] = {
    name.removeprefix("table_"): make
    for name, make in list(globals().items())
    if name.startswith("table_")
}


class Lasting(DummyClassifier):
    """A model whose fit takes `DASK_SECONDS`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Lasting:
        time.sleep(DASK_SECONDS)
        fitted: Lasting = super().fit(X, y, sample_weight)
        return fitted


class Peak:
    """The most that processes hold for themselves while the block runs, in bytes."""

    def __init__(self, n_workers: int) -> None:
        self._held_by = MemoryMeter.find().held_by
        self._n_workers = n_workers
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.parent = self.workers = 0

    def _held(self) -> tuple[int, int]:
        import psutil

        this = psutil.Process()
        children = [child.pid for child in this.children(recursive=True)]
        held = sorted((self._held_by(pid) for pid in children), reverse=True)
        return self._held_by(this.pid), sum(held[: self._n_workers])

    def _watch(self) -> None:
        while not self._end.wait(0.02):
            parent, workers = self._held()
            self.parent = max(self.parent, parent)
            self.workers = max(self.workers, workers)

    def __enter__(self) -> Peak:
        self._before, _ = self._held()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self.parent -= self._before


def search_by(contender: str, n_candidates: int) -> GridSearchCV:
    """Return the search."""
    kind = GridSearchCV if contender.startswith("scikit-learn") else skhp.GridSearchCV
    more = {"fit_timeout": 600.0} if contender == "processes" else {}
    grid = {"random_state": list(range(n_candidates))}
    splits = ShuffleSplit(5, train_size=0.1, test_size=0.1, random_state=0)
    model = Lasting() if contender in CONTENDERS["dask"] else DummyClassifier()
    return kind(model, grid, cv=splits, n_jobs=2, refit=False, **more)


def measure_one(table: str, contender: str, options: argparse.Namespace) -> dict[str, float]:
    """Search once, in this process."""
    X = TABLES[table](1_000_000 * options.megabytes)
    y = np.arange(X.shape[0]) % 2
    search_by(contender, 2).fit(np.ones((100, 1)), np.arange(100) % 2)
    search = search_by(contender, options.n_candidates)
    with Peak(2) as peak:
        start = time.perf_counter()
        search.fit(X, y)
        seconds = time.perf_counter() - start
    assert not np.isnan(search.cv_results_["mean_test_score"]).any()
    workers = peak.parent if contender in CONTENDERS["threads"] else peak.workers
    return {"seconds": seconds, "workers": workers / 1e6, "parent": peak.parent / 1e6}


def measure(table: str, contender: str, options: argparse.Namespace) -> dict[str, float]:
    """Search once, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--only", table, contender]
        command += ["--megabytes", str(options.megabytes)]
        command += ["--n-candidates", str(options.n_candidates)]
        env = {**os.environ, "TMPDIR": folder}
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure_on(table: str, contender: str, options: argparse.Namespace) -> dict[str, float]:
    """Search once in this process, in the threads or the cluster that the contender needs."""
    if contender in CONTENDERS["threads"]:
        with joblib.parallel_config("threading"):
            return measure_one(table, contender, options)
    if contender not in CONTENDERS["dask"]:
        return measure_one(table, contender, options)
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
        joblib.parallel_config("dask"),
    ):
        return measure_one(table, contender, options)


def main() -> None:
    """Print a table: a row per table and contender."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=400)
    parser.add_argument("--n-candidates", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--tables", nargs="+", choices=list(TABLES), default=list(TABLES))
    parser.add_argument("--on", choices=list(CONTENDERS), default="processes")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--only", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only is not None:
        print(json.dumps(measure_on(*options.only, options)))
        return
    contenders = CONTENDERS[options.on]
    print("| table | executor | workers, MB | parent, MB | seconds | workers | time |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    rows = []
    for table in options.tables:
        runs: dict[str, Runs] = {name: [] for name in contenders}
        for _ in range(options.repeats):
            for name in contenders:
                runs[name].append(measure(table, name, options))
        rows.append({"table": table, "runs": runs})
        for name in contenders:
            print_row(table, name, runs[name], runs[contenders[0]])
    if options.output is not None:
        options.output.write_text(json.dumps(rows))


def print_row(
    table: str, name: str, runs: list[dict[str, Any]], base: list[dict[str, Any]]
) -> None:
    median = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    ratios = [
        statistics.median(run[key] / other[key] for run, other in zip(runs, base, strict=True))
        for key in ("workers", "seconds")
    ]
    print(
        f"| {table} | {name} | {median['workers']:.0f} | {median['parent']:.0f} | "
        f"{median['seconds']:.2f} | {ratios[0]:.2f} | {ratios[1]:.2f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
