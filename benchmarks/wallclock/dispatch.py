"""Measures what a task costs beside the fit itself, and whether large data make it dearer.

Run ``python benchmarks/wallclock/dispatch.py``.  The first table is the wall time of many tasks
that do nothing over their number, workers started before.  The second one is the wall time of a
search's tasks of a millisecond each on a large table over that on a tiny one, `put` included.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import joblib
import numpy as np

from skhp.executors import Executor, Task, executor_for

BACKENDS = ("threading", "loky", "multiprocessing")


class Nothing:
    """Does nothing for so many seconds, with a table in its luggage."""

    def __init__(self, n_bytes: int, seconds: float = 0.0) -> None:
        self.table = np.ones(n_bytes // 8)
        self.seconds = seconds

    def __call__(self, key: int) -> float:
        end = time.perf_counter() + self.seconds
        while time.perf_counter() < end:
            pass
        return float(self.table[key % len(self.table)])


def run_all(executor: Executor, n_tasks: int) -> float:
    """Return the seconds that so many tasks take, as many under way as a search would have."""
    start = time.perf_counter()
    waiting, n_under_way = n_tasks, 0
    while waiting or n_under_way:
        while waiting and n_under_way < 2 * executor.n_slots:
            waiting -= 1
            n_under_way += 1
            executor.submit(Task(waiting, (waiting,)))
        outcomes = executor.wait(0.5)
        assert {outcome.status for outcome in outcomes} <= {"ok"}
        n_under_way -= len(outcomes)
    return time.perf_counter() - start


def executor_on(backend: str, n_jobs: int) -> Executor:
    with joblib.parallel_config(backend):
        return executor_for(n_jobs)


def cost_per_task(backend: str, options: argparse.Namespace) -> float:
    """Return milliseconds."""
    with executor_on(backend, options.n_jobs) as executor:
        executor.put(Nothing(1000))
        run_all(executor, 20)  # starts the workers
        return 1e3 * run_all(executor, options.n_tasks) / options.n_tasks


def cost_of_data(backend: str, options: argparse.Namespace) -> tuple[float, float]:
    """Return the seconds for a tiny and for a large table, workers started before."""
    with executor_on(backend, options.n_jobs) as executor:
        executor.put(Nothing(1000))
        run_all(executor, 20)
    found = []
    for n_bytes in (1000, 1_000_000 * options.megabytes):
        call = Nothing(n_bytes, 1e-3)
        with executor_on(backend, options.n_jobs) as executor:
            start = time.perf_counter()
            executor.put(call)
            run_all(executor, options.n_data_tasks)
            found.append(time.perf_counter() - start)
    return found[0], found[1]


def main() -> None:
    """Print two tables: a row per backend."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n-tasks", type=int, default=2000)
    parser.add_argument("--n-data-tasks", type=int, default=500)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--n-jobs", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    costs = {
        name: [cost_per_task(name, options) for _ in range(options.repeats)] for name in BACKENDS
    }
    data = {
        name: [cost_of_data(name, options) for _ in range(options.repeats)] for name in BACKENDS
    }
    print("| backend | ms per task, median | least |\n| --- | --- | --- |")
    for name, some in costs.items():
        print(f"| {name} | {statistics.median(some):.3f} | {min(some):.3f} |")
    print(
        f"\n| backend | {options.n_data_tasks} tasks, 1 kB, s | {options.megabytes} MB, s | ratio |"
    )
    print("| --- | --- | --- | --- |")
    for name, pairs in data.items():
        small, large = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in pairs)
        print(f"| {name} | {small:.3f} | {large:.3f} | {ratio:.2f} |")
    if options.output is not None:
        found = {"milliseconds_per_task": costs, "seconds_small_large": data}
        options.output.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
