"""Measures the regret of searches on a folder of problems; see README.md."""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np
import table
from methods import METHODS
from problems import load_registry
from threadpoolctl import threadpool_limits


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=Path, required=True, help="folder with registry.py")
    parser.add_argument("--out", type=Path, required=True, help="folder of results; a run goes on")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=["bayes", "random"])
    parser.add_argument("--only", nargs="*", default=[""], help="parts of names of problems")
    parser.add_argument("--every", type=int, default=1, help="take every so manieth problem")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--n-trials", type=int, default=50)
    parser.add_argument("--processes", type=int, default=1)
    return parser.parse_args()


def one_run(folder: Path, method: str, *, name: str, seed: int, n_trials: int) -> dict[str, Any]:
    """Run a method once; trials that a finite space does not have repeat the last regret."""
    problem = load_registry(folder).get_problem(name)
    begun = time.perf_counter()
    with threadpool_limits(1):
        losses = METHODS[method](problem, n_trials, seed)
    seconds = time.perf_counter() - begun
    best = np.minimum.accumulate(losses)
    regrets = [round(float(problem.regret(loss)), 6) for loss in best]
    regrets += regrets[-1:] * (n_trials - len(regrets))
    return {"problem": name, "seed": seed, "seconds": round(seconds, 3), "regrets": regrets}


def load(path: Path, n_trials: int) -> dict[tuple[str, int], list[float]]:
    """Return the runs of a file that are long enough."""
    if not path.exists():
        return {}
    runs = [json.loads(line) for line in path.read_text().splitlines()]
    return {
        (run["problem"], run["seed"]): run["regrets"]
        for run in runs
        if len(run["regrets"]) >= n_trials
    }


def main() -> None:
    wanted = arguments()
    wanted.out.mkdir(parents=True, exist_ok=True)
    names = load_registry(wanted.problems).list_problems()[:: wanted.every]
    names = [name for name in names if any(part in name for part in wanted.only)]
    results = {}
    with ProcessPoolExecutor(wanted.processes) as pool:
        for method in wanted.methods:
            path = wanted.out / f"{method}.jsonl"
            done = load(path, wanted.n_trials)
            runs = [
                pool.submit(
                    *(one_run, wanted.problems, method),
                    **{"name": name, "seed": seed, "n_trials": wanted.n_trials},
                )
                for seed in range(wanted.seeds)
                for name in names
                if (name, seed) not in done
            ]
            with open(path, "a") as file:
                for run in as_completed(runs):
                    print(json.dumps(run.result()), file=file, flush=True)
            asked = {(name, seed) for name in names for seed in range(wanted.seeds)}
            found = load(path, wanted.n_trials)
            results[method] = {key: found[key] for key in found if key in asked}
    print(table.write(results, wanted.methods[0], wanted.out))


if __name__ == "__main__":
    main()
