"""Measures milliseconds per proposal by the number of trials, beside scikit-optimize and Optuna.

Run ``python benchmarks/overhead/proposals.py``; ``--help`` lists the options.  Each method is given
the same random trials of a smooth function; then it proposes, and learns what it proposed, several
times; the median counts, on one thread.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from skhp.history import Fold, History
from skhp.space import Space
from skhp.strategies import Bayes

Point = Sequence[float]
Step = Callable[[], None]
N_TRIALS = (20, 50, 100, 200, 500, 1000, 5000)
MOST = {"skopt": 200, "optuna-gp": 500}
"""Trials beyond which a method takes longer than anyone would wait here."""


def loss(point: Point) -> float:
    """Return a bowl with a ripple; the later coordinates matter more."""
    weights = np.arange(1, len(point) + 1)
    return float(weights @ (np.asarray(point) - 0.3) ** 2 + 0.1 * np.sin(20 * point[0]))


def skhp(points: list[Point], n_columns: int) -> Step:
    names = [f"x{i}" for i in range(n_columns)]
    history = History(Space.read({name: (0.0, 1.0) for name in names}), seed=0)
    for point in points:
        number = history.add(dict(zip(names, map(float, point), strict=True))).number
        history.record(number, Fold(0, {"score": -loss(point)}))
    strategy = Bayes()

    def step() -> None:
        [params] = strategy.propose(history, 1)
        number = history.add(params).number
        history.record(number, Fold(0, {"score": -loss([params[name] for name in names])}))

    return step


def skopt(points: list[Point], n_columns: int) -> Step:
    from skopt import Optimizer

    optimizer = Optimizer([(0.0, 1.0)] * n_columns, random_state=0)
    optimizer.tell([list(map(float, point)) for point in points], [loss(point) for point in points])

    def step() -> None:
        point = optimizer.ask()
        optimizer.tell(point, loss(point))

    return step


def optuna(sampler: str) -> Callable[[list[Point], int], Step]:
    def begin(points: list[Point], n_columns: int) -> Step:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        names = [f"x{i}" for i in range(n_columns)]
        ranges = dict.fromkeys(names, optuna.distributions.FloatDistribution(0.0, 1.0))
        study = optuna.create_study(sampler=getattr(optuna.samplers, sampler)(seed=0))
        for point in points:
            params = dict(zip(names, map(float, point), strict=True))
            trial = optuna.trial.create_trial(
                params=params, distributions=ranges, value=loss(point)
            )
            study.add_trial(trial)

        def step() -> None:
            trial = study.ask(ranges)
            study.tell(trial, loss([trial.params[name] for name in names]))

        return step

    return begin


METHODS = {
    "skhp": skhp,
    "skopt": skopt,
    "optuna-gp": optuna("GPSampler"),
    "optuna-tpe": optuna("TPESampler"),
}


def milliseconds(begin: Callable[[list[Point], int], Step], n: int, d: int, repeats: int) -> float:
    """Return the median time of a proposal after n trials, the first one left out."""
    step = begin(list(np.random.default_rng(0).random((n, d))), d)
    took = []
    for _ in range(repeats + 1):
        begun = time.perf_counter()
        step()
        took.append(time.perf_counter() - begun)
    return 1e3 * statistics.median(took[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, nargs="+", default=N_TRIALS)
    parser.add_argument("--dimensions", type=int, nargs="+", default=(5, 12))
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--repeats", type=int, default=7)
    wanted = parser.parse_args()
    warnings.filterwarnings("ignore")
    print("| dimensions | trials | " + " | ".join(wanted.methods) + " |")
    print("| ---: " * (2 + len(wanted.methods)) + "|")
    for d in wanted.dimensions:
        for n in wanted.trials:
            cells = []
            for name in wanted.methods:
                known = n <= MOST.get(name, n)
                with threadpool_limits(1):
                    took = milliseconds(METHODS[name], n, d, wanted.repeats) if known else None
                cells.append("" if took is None else f"{took:.1f} ms")
            print(f"| {d} | {n} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
