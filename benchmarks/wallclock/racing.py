"""Measures how many more candidates racing tries with the same number of fits, and at what loss.

Run ``python benchmarks/wallclock/racing.py --cache FOLDER``.  For each pair of estimator and table,
every point of a grid of two parameters is fitted on every fold once; searches then look scores up.
Without racing a search tries 30 candidates; with it, as many as the same number of fits allows.
Both begin with the same seeds.  The last column is the mean gain of the best complete score, over
the standard deviation of that score among the searches without racing.
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier, RandomForestRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import ElasticNet, SGDClassifier
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeRegressor

from skhp.history import History
from skhp.loop import Plan, run
from skhp.observers import Announcer
from skhp.racing import Racing
from skhp.space import Space
from skhp.strategies import Bayes, Random
from skhp.testing import SimulatedExecutor, ToyEvaluation

N_LEVELS = 16
N_CANDIDATES = 30
SPACE = Space.read({"i": (0, N_LEVELS - 1), "j": (0, N_LEVELS - 1)})
TABLES = {
    "cancer": load_breast_cancer,
    "diabetes": load_diabetes,
    "digits": load_digits,
    "wine": load_wine,
}


def log(low: float, high: float) -> np.ndarray:
    return np.geomspace(low, high, N_LEVELS)


def whole(low: int, high: int) -> np.ndarray:
    return np.unique(np.geomspace(low, high, 4 * N_LEVELS).astype(int))[:N_LEVELS]


def line(low: float, high: float) -> np.ndarray:
    return np.linspace(low, high, N_LEVELS)


KERNEL = {"C": log(1e-2, 1e3), "gamma": log(1e-4, 1e1)}
LEAVES = {"min_samples_leaf": whole(1, 60), "max_features": line(0.05, 1.0)}
SGD = {"alpha": log(1e-6, 1e0), "l1_ratio": line(0.0, 1.0)}
PAIRS: dict[str, tuple[Any, str, dict[str, np.ndarray]]] = {
    "SVC, cancer": (SVC(), "cancer", KERNEL),
    "SVC, digits": (SVC(), "digits", KERNEL),
    "SVC, wine": (SVC(), "wine", KERNEL),
    "SVR, diabetes": (SVR(), "diabetes", {"C": log(1e-1, 1e4), "gamma": log(1e-4, 1e1)}),
    "kernel ridge, diabetes": (
        KernelRidge(kernel="rbf"),
        "diabetes",
        {"alpha": log(1e-4, 1e1), "gamma": log(1e-4, 1e1)},
    ),
    "SGD, cancer": (SGDClassifier(penalty="elasticnet", random_state=0), "cancer", SGD),
    "SGD, digits": (SGDClassifier(penalty="elasticnet", random_state=0), "digits", SGD),
    "elastic net, diabetes": (
        ElasticNet(),
        "diabetes",
        {"alpha": log(1e-3, 1e2), "l1_ratio": line(0.05, 1.0)},
    ),
    "tree, diabetes": (
        DecisionTreeRegressor(random_state=0),
        "diabetes",
        {"min_samples_leaf": whole(1, 60), "ccp_alpha": log(1e-1, 1e3)},
    ),
    "extra trees, cancer": (ExtraTreesClassifier(10, random_state=0), "cancer", LEAVES),
    "forest, diabetes": (RandomForestRegressor(10, random_state=0), "diabetes", LEAVES),
    "boosting, wine": (
        GradientBoostingClassifier(n_estimators=5, random_state=0),
        "wine",
        {"learning_rate": log(1e-3, 1e0), "min_samples_leaf": whole(1, 60)},
    ),
    "neighbours, digits": (
        KNeighborsClassifier(),
        "digits",
        {"n_neighbors": whole(1, 60), "p": line(1.0, 4.0)},
    ),
}


def levels(grid: dict[str, np.ndarray], i: int, j: int) -> dict[str, Any]:
    return {
        name: values[min(at, len(values) - 1)].item()
        for at, (name, values) in zip((i, j), grid.items(), strict=True)
    }


def fold_scores(name: str, k: int, *, cache: Path) -> np.ndarray:
    """Return the scores of every point of the grid on every fold.  Shape (16, 16, k)."""
    path = cache / f"{name.replace(', ', '_').replace(' ', '_')}_{k}.npy"
    if path.exists():
        return np.load(path)
    estimator, table, grid = PAIRS[name]
    X, y = TABLES[table](return_X_y=True)
    rows = np.random.default_rng(0).permutation(len(X))[:400]
    X, y = X[rows], y[rows]
    kind = StratifiedKFold if is_classifier(estimator) else KFold
    cv = kind(k, shuffle=True, random_state=0)
    scores = np.empty((N_LEVELS, N_LEVELS, k))
    for i, j in np.ndindex(N_LEVELS, N_LEVELS):
        model = make_pipeline(StandardScaler(), estimator)
        prefix = model.steps[-1][0]
        params = {f"{prefix}__{key}": value for key, value in levels(grid, i, j).items()}
        scores[i, j] = cross_val_score(model.set_params(**params), X, y, cv=cv)
    np.save(path, scores)
    return scores


class Enough:
    """Ends a search after so many fits."""

    def __init__(self, n_fits: int) -> None:
        self.n_left = n_fits

    def on_fold_end(self, history, trial, fold) -> bool:
        self.n_left -= 1
        return self.n_left == 0


def searched(scores: np.ndarray, strategy: Any, *, seed: int, races: bool) -> tuple[int, float]:
    """Return how many candidates were tried, and the best score of a complete one."""
    k = scores.shape[-1]
    history = History(SPACE, n_splits=k, seed=seed)
    plan = Plan(
        strategy,
        ToyEvaluation(lambda params, fold: float(scores[params["i"], params["j"], fold])),
        n_iter=N_LEVELS**2 if races else N_CANDIDATES,
        n_points=4,
        racing=Racing() if races else None,
        announcer=Announcer([Enough(N_CANDIDATES * k)]),
    )
    run(history, plan, executor=SimulatedExecutor(2, duration=lambda task: 1.0))
    n_tried = sum(bool(trial.folds) for trial in history)
    assert history.best is not None
    return n_tried, history.best.score


def compared(scores: np.ndarray, strategy: Any, seeds: int) -> dict[str, list[float]]:
    plain = [searched(scores, strategy, seed=seed, races=False) for seed in range(seeds)]
    raced = [searched(scores, strategy, seed=seed, races=True) for seed in range(seeds)]
    return {
        "candidates": [many / few for (many, _), (few, _) in zip(raced, plain, strict=True)],
        "gain": [after - before for (_, after), (_, before) in zip(raced, plain, strict=True)],
        "plain": [score for _, score in plain],
    }


def row(found: dict[str, list[float]]) -> tuple[float, float, float]:
    """Return ratio of candidates, gain, and gain over what luck makes of the plain score."""
    gain, luck = float(np.mean(found["gain"])), float(np.std(found["plain"]))
    return float(np.median(found["candidates"])), gain, gain / luck if luck > 0 else 0.0


def main() -> None:
    """Print a table: a row per pair, folds and strategy, and the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path("racing_scores"))
    parser.add_argument("--pairs", nargs="*", default=list(PAIRS))
    parser.add_argument("--folds", nargs="*", type=int, default=[5, 10])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    options.cache.mkdir(parents=True, exist_ok=True)
    print("| pair | folds | search | candidates | gain | gain / luck |\n" + "| --- " * 6 + "|")
    all_found: dict[str, Any] = {}
    for k in options.folds:
        for label, strategy in (("random", Random()), ("bayes", Bayes())):
            rows = []
            for name in options.pairs:
                found = compared(fold_scores(name, k, cache=options.cache), strategy, options.seeds)
                all_found[f"{name}, {k}, {label}"] = found
                rows.append(row(found))
                ratio, gain, relative = rows[-1]
                print(
                    f"| {name} | {k} | {label} | {ratio:.2f} | {gain:+.4f} | {relative:+.2f} |",
                    flush=True,
                )
            ratio, gain, relative = np.median(rows, axis=0)
            print(
                f"| **median** | {k} | {label} | {ratio:.2f} | {gain:+.4f} | {relative:+.2f} |",
                flush=True,
            )
            if options.output is not None:
                options.output.write_text(json.dumps(all_found, indent=1))


if __name__ == "__main__":
    main()
