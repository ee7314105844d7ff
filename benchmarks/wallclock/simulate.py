"""Measures how busy the real loop keeps simulated workers.

Run ``python benchmarks/wallclock/simulate.py``.  Efficiency is the time that all workers together
have worked over workers times the length of the search; each trial's fits take a log-normal time,
its folds vary around it by a tenth.
"""

from __future__ import annotations

import argparse
from typing import ClassVar

import numpy as np

from skhp.defaults import default_n_points
from skhp.history import History
from skhp.loop import Plan, run
from skhp.space import Space
from skhp.strategies import Random
from skhp.testing import SimulatedExecutor, ToyEvaluation

SPACE = Space.read({"x": (0.0, 1.0), "y": (0.0, 1.0)})


class RandomThatWaits(Random):
    """Draws at random, but is asked like a strategy that learns from results."""

    adaptive: ClassVar[bool] = True


def seconds(request, *, sigma: float, seed: int) -> float:
    """Return how long a fold takes."""
    # Seeds are padded with zeros, so that those of trials and folds must differ before the end.
    trial = np.random.default_rng([1, seed, request.number]).lognormal(sigma=sigma)
    fold = np.random.default_rng([2, seed, request.number, request.fold]).normal()
    return float(trial * np.exp(0.1 * fold))


def efficiency(n_slots: int, *, reproducible: bool, options: argparse.Namespace, seed: int):
    """Return the efficiency of one simulated search."""

    def taken(request):
        return seconds(request, sigma=options.sigma, seed=seed)

    executor = SimulatedExecutor(n_slots, duration=lambda task: sum(map(taken, task.args)))
    plan = Plan(
        RandomThatWaits(),
        ToyEvaluation(lambda params, fold: 0.0, taken),
        n_iter=options.n_iter,
        n_points=default_n_points(n_slots, options.folds, reproducible=reproducible),
    )
    history = History(SPACE, n_splits=options.folds, seed=seed, reproducible=reproducible)
    run(history, plan, executor=executor)
    return executor.busy / (n_slots * executor.now)


def main() -> None:
    """Print a table: a row per number of workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n-iter", type=int, default=50)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--sigma", type=float, default=0.5)
    parser.add_argument("--seeds", type=int, default=100)
    options = parser.parse_args()
    print("| workers | free | reproducible |\n| --- | --- | --- |")
    for n_slots in (2, 4, 8, 16, 32, 64):
        means = [
            np.mean(
                [
                    efficiency(n_slots, reproducible=reproducible, options=options, seed=seed)
                    for seed in range(options.seeds)
                ]
            )
            for reproducible in (False, True)
        ]
        print(f"| {n_slots} | {means[0]:.3f} | {means[1]:.3f} |")


if __name__ == "__main__":
    main()
