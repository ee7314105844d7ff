"""How much of the front two objectives have is found: skhp against random search and Optuna."""

from __future__ import annotations

import argparse
import json
import pickle
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhp.acquisition import hypervolume
from skhp.history import Fold, History
from skhp.objectives import Objectives
from skhp.space import Space
from skhp.strategies import ParetoBayes, Random, Strategy

Params = dict[str, Any]
Outcome = tuple[float, float]
"""Two numbers, larger is better."""


@dataclass(frozen=True)
class Problem:
    """Two objectives over ranges; a range of integers has integer ends, "log" is a scale."""

    ranges: dict[str, tuple[Any, ...]]
    outcome: Callable[[Params], Outcome]
    reference: Outcome
    has_cost: bool = False
    """Whether the second objective is minus the logarithm of a cost, to base 10."""


def zdt1(params: Params) -> Outcome:
    x = np.array(list(params.values()))
    g = 1 + 9 * x[1:].mean()
    return -x[0], -g * (1 - np.sqrt(x[0] / g))


def zdt2(params: Params) -> Outcome:
    x = np.array(list(params.values()))
    g = 1 + 9 * x[1:].mean()
    return -x[0], -g * (1 - (x[0] / g) ** 2)


def vlmop2(params: Params) -> Outcome:
    x = 4 * np.array(list(params.values())) - 2
    gap = 1 / np.sqrt(len(x))
    return tuple(float(np.exp(-((x + sign * gap) ** 2).sum())) for sign in (-1, 1))  # type: ignore


@cache
def table(name: str) -> tuple[Any, Any]:
    X, y = {"cancer": load_breast_cancer, "digits": load_digits}[name](return_X_y=True)
    rows = np.random.default_rng(0).permutation(len(y))[:400]
    return X[rows], y[rows]


def scored(model: Any, name: str, params: Params) -> Outcome:
    """Return the accuracy, and minus the logarithm of the size of the pickled model."""
    X, y = table(name)
    scores, sizes = [], []
    for train, test in StratifiedKFold(3, shuffle=True, random_state=0).split(X, y):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = clone(model).set_params(**params).fit(X[train], y[train])
        scores.append(fitted.score(X[test], y[test]))
        sizes.append(len(pickle.dumps(fitted, protocol=5)))
    return float(np.mean(scores)), -float(np.log10(np.mean(sizes)))


def forest(params: Params) -> Outcome:
    return scored(RandomForestClassifier(random_state=0), "digits", params)


def network(params: Params) -> Outcome:
    layers = (params["width"],) * params["depth"]
    settings = {
        "mlpclassifier__hidden_layer_sizes": layers,
        "mlpclassifier__alpha": params["alpha"],
        "mlpclassifier__learning_rate_init": params["rate"],
    }
    model = make_pipeline(StandardScaler(), MLPClassifier(max_iter=40, random_state=0))
    return scored(model, "digits", settings)


def trees(params: Params) -> Outcome:
    return scored(RandomForestClassifier(random_state=0), "cancer", params)


CUBE = {f"x{k}": (0.0, 1.0) for k in range(3)}
FOREST = {
    "n_estimators": (1, 50, "log"),
    "max_depth": (1, 12),
    "max_features": (0.05, 1.0),
    "min_samples_leaf": (1, 20, "log"),
}
NETWORK = {
    "width": (2, 64, "log"),
    "depth": (1, 2),
    "alpha": (1e-6, 1.0, "log"),
    "rate": (1e-3, 0.1, "log"),
}
PROBLEMS = {
    "zdt1": Problem(CUBE, zdt1, (-1.1, -7.0)),
    "zdt2": Problem(CUBE, zdt2, (-1.1, -7.0)),
    "vlmop2": Problem(CUBE, vlmop2, (0.0, 0.0)),
    "forest": Problem(FOREST, forest, (0.1, -6.5), has_cost=True),
    "network": Problem(NETWORK, network, (0.1, -5.5), has_cost=True),
    "trees": Problem(FOREST, trees, (0.6, -6.0), has_cost=True),
}


def of_strategy(strategy: Strategy) -> Callable[[Problem, int, int], list[Outcome]]:
    """Return a search by a strategy of skhp, one trial after the other."""

    def search(problem: Problem, n_trials: int, seed: int) -> list[Outcome]:
        ranges = {
            name: (*ends[:2], "log-uniform") if len(ends) == 3 else ends
            for name, ends in problem.ranges.items()
        }
        history = History(Space.read(ranges), metric="one", seed=seed)
        names = ("one", "model_size" if problem.has_cost else "other")
        seeking = strategy if isinstance(strategy, Random) else ParetoBayes(Objectives(names))
        found = []
        for number in range(n_trials):
            [params] = seeking.propose(history, 1)
            history.add(params)
            one, other = problem.outcome(params)
            costs = {"model_size": 10.0**-other} if problem.has_cost else None
            history.record(number, Fold(0, {"one": one, "other": other}, costs=costs))
            found.append((one, other))
        return found

    return search


def of_optuna(sampler: str) -> Callable[[Problem, int, int], list[Outcome]]:
    """Return a search by a sampler of Optuna."""

    def search(problem: Problem, n_trials: int, seed: int) -> list[Outcome]:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        found: list[Outcome] = []

        def objective(trial: Any) -> Outcome:
            params = {}
            for name, (low, high, *log) in problem.ranges.items():
                ask = trial.suggest_int if isinstance(low, int) else trial.suggest_float
                params[name] = ask(name, low, high, log=bool(log))
            found.append(problem.outcome(params))
            return found[-1]

        made = getattr(optuna.samplers, sampler)(seed=seed)
        study = optuna.create_study(directions=["maximize"] * 2, sampler=made)
        study.optimize(objective, n_trials=n_trials)
        return found

    return search


METHODS = {
    "skhp": of_strategy(ParetoBayes(Objectives(("one", "other")))),
    "random": of_strategy(Random()),
    "optuna-gp": of_optuna("GPSampler"),
    "optuna-nsga2": of_optuna("NSGAIISampler"),
}


def run(args: argparse.Namespace) -> None:
    """Run what is not in the file yet."""
    path = Path(args.file)
    known = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    done = {(one["problem"], one["method"], one["seed"]) for one in known}
    for seed in range(args.seeds):
        for name in args.problems:
            for method in args.methods:
                if (name, method, seed) in done:
                    continue
                start = time.perf_counter()
                found = METHODS[method](PROBLEMS[name], args.n_trials, seed)
                row = {"problem": name, "method": method, "seed": seed, "found": found}
                row["seconds"] = time.perf_counter() - start
                with path.open("a") as file:
                    file.write(json.dumps(row) + "\n")


def show(args: argparse.Namespace) -> None:
    """Print the share of the hypervolume of all runs together, after half of the trials and all."""
    rows = [json.loads(line) for line in Path(args.file).read_text().splitlines()]
    print("| problem | " + " | ".join(args.methods) + " |")
    print("| --- " * (len(args.methods) + 1) + "|")
    for name in args.problems:
        some = [row for row in rows if row["problem"] == name]
        reference = PROBLEMS[name].reference
        best = hypervolume([point for row in some for point in row["found"]], reference)
        cells = []
        for method in args.methods:
            runs = [row["found"] for row in some if row["method"] == method]
            shares = np.array(
                [
                    [hypervolume(run[:n], reference) / best for n in (len(run) // 2, len(run))]
                    for run in runs
                ]
            )
            if not runs:
                cells.append("")
                continue
            spread = f" ± {shares[:, 1].std(ddof=1) / np.sqrt(len(runs)):.3f}" if runs[1:] else ""
            cells.append(f"{shares[:, 0].mean():.3f} / {shares[:, 1].mean():.3f}{spread}")
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", default="pareto.jsonl", help="where runs are kept")
    parser.add_argument("--problems", nargs="+", default=list(PROBLEMS))
    parser.add_argument("--methods", nargs="+", default=list(METHODS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--n-trials", type=int, default=40)
    parser.add_argument("--show", action="store_true", help="only print what is there")
    given = parser.parse_args()
    if not given.show:
        run(given)
    show(given)
