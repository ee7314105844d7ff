"""Compares searches on real estimators and tables: scores after 15, 30 and 60 candidates.

Run ``python benchmarks/quality/real_fits.py --data FOLDER --out results.jsonl``.  The folder holds
tables as CSV files with a column `target`; a pair whose table is missing is left out.  Finished
runs are lines of the file, and the same command goes on where it stopped.  `optuna` is the class
OptunaSearchCV, which needs ``pip install optuna-integration``; `optuna-tpe` is a study with the
same sampler on the same folds, for which Optuna is enough.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from presets_cases import Table, read_table
from scipy.stats import loguniform, randint, rankdata, uniform
from sklearn.base import clone
from sklearn.ensemble import (
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import RandomizedSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from threadpoolctl import threadpool_limits

from skhp import BayesSearchCV

CHECKPOINTS = (15, 30, 60)
FOLDS = 5


@dataclass(frozen=True)
class Real:
    low: float
    high: float
    log: bool = False


@dataclass(frozen=True)
class Int:
    low: int
    high: int
    log: bool = False


@dataclass(frozen=True)
class Pair:
    """An estimator on a table, with a space that every search can read."""

    estimator: Any
    table: str
    space: Mapping[str, Any]

    @property
    def name(self) -> str:
        last = self.estimator[-1] if isinstance(self.estimator, Pipeline) else self.estimator
        return f"{type(last).__name__}/{self.table}"


PAIRS = [
    Pair(SVC(), "sonar", {"C": Real(1e-3, 1e3, True), "gamma": Real(1e-5, 10.0, True)}),
    Pair(
        RandomForestClassifier(n_estimators=30, random_state=0),
        "german_credit",
        {
            "max_depth": Int(2, 30, True),
            "min_samples_leaf": Int(1, 20, True),
            "max_features": Real(0.05, 1.0),
            "criterion": ["gini", "entropy"],
        },
    ),
    Pair(
        HistGradientBoostingClassifier(max_iter=40, early_stopping=False, random_state=0),
        "titanic",
        {
            "learning_rate": Real(0.01, 1.0, True),
            "max_leaf_nodes": Int(3, 64, True),
            "min_samples_leaf": Int(2, 100, True),
            "l2_regularization": Real(1e-6, 100.0, True),
        },
    ),
    Pair(
        MLPClassifier(max_iter=30, random_state=0),
        "satimage",
        {
            "hidden_layer_sizes": Int(8, 128, True),
            "alpha": Real(1e-6, 1.0, True),
            "learning_rate_init": Real(1e-4, 0.1, True),
            "batch_size": Int(16, 256, True),
            "activation": ["relu", "tanh"],
        },
    ),
    Pair(
        LogisticRegression(solver="liblinear", max_iter=200),
        "telco_churn",
        {"C": Real(1e-4, 1e3, True), "class_weight": [None, "balanced"]},
    ),
    Pair(
        KNeighborsClassifier(),
        "satimage",
        {"n_neighbors": Int(1, 100, True), "weights": ["uniform", "distance"], "p": Real(1.0, 5.0)},
    ),
    Pair(
        make_pipeline(PolynomialFeatures(include_bias=False), Ridge()),
        "auto_mpg",
        {
            "polynomialfeatures__degree": Int(1, 3),
            "polynomialfeatures__interaction_only": [True, False],
            "ridge__alpha": Real(1e-4, 1e4, True),
        },
    ),
    Pair(
        DecisionTreeClassifier(random_state=0),
        "adult",
        {
            "max_depth": Int(1, 30, True),
            "min_samples_leaf": Int(1, 100, True),
            "ccp_alpha": Real(1e-6, 0.1, True),
            "criterion": ["gini", "entropy"],
        },
    ),
    Pair(
        SVR(),
        "concrete",
        {
            "C": Real(1e-2, 1e3, True),
            "gamma": Real(1e-4, 10.0, True),
            "epsilon": Real(1e-3, 1.0, True),
        },
    ),
    Pair(
        DecisionTreeRegressor(random_state=0),
        "wage",
        {
            "max_depth": Int(1, 30, True),
            "min_samples_leaf": Int(1, 100, True),
            "min_samples_split": Int(2, 128, True),
            "max_features": Real(0.05, 1.0),
        },
    ),
    Pair(
        ExtraTreesRegressor(n_estimators=30, random_state=0),
        "bike_sharing",
        {
            "min_samples_leaf": Int(1, 50, True),
            "min_samples_split": Int(2, 32, True),
            "max_features": Real(0.05, 1.0),
        },
    ),
]

Searched = tuple[list[dict[str, Any]], list[float]]
"""Params of each candidate in their order, with its mean score (larger is better)."""


def of_results(search: Any, X: Any, y: Any) -> Searched:
    results = search.fit(X, y).cv_results_
    return list(results["params"]), results["mean_test_score"].tolist()


def ours(model: Any, space: Mapping[str, Any], *, settings: dict[str, Any], data: Any) -> Searched:
    def dimension(one: Any) -> Any:
        if isinstance(one, list):
            return one
        return (one.low, one.high, "log-uniform") if one.log else (one.low, one.high)

    spaces = {name: dimension(one) for name, one in space.items()}
    return of_results(BayesSearchCV(model, spaces, **settings), *data)


def randomized(
    model: Any, space: Mapping[str, Any], *, settings: dict[str, Any], data: Any
) -> Searched:
    def distribution(one: Any) -> Any:
        if isinstance(one, list):
            return one
        if isinstance(one, Int):
            every = np.arange(one.low, one.high + 1)
            return LogInt(one.low, one.high) if one.log else randint(one.low, every[-1] + 1)
        return loguniform(one.low, one.high) if one.log else uniform(one.low, one.high - one.low)

    spaces = {name: distribution(one) for name, one in space.items()}
    return of_results(RandomizedSearchCV(model, spaces, **settings), *data)


@dataclass(frozen=True)
class LogInt:
    """Integers whose logarithm is uniform."""

    low: int
    high: int

    def rvs(self, random_state: Any = None) -> int:
        drawn = loguniform(self.low - 0.5, self.high + 0.5).rvs(random_state=random_state)
        return int(np.clip(round(drawn), self.low, self.high))


def scikit_optimize(
    model: Any, space: Mapping[str, Any], *, settings: dict[str, Any], data: Any
) -> Searched:
    from skopt import BayesSearchCV as SkoptSearchCV
    from skopt import space as skopt_space

    def dimension(one: Any) -> Any:
        if isinstance(one, list):
            return skopt_space.Categorical(one)
        kind = skopt_space.Integer if isinstance(one, Int) else skopt_space.Real
        return kind(one.low, one.high, prior="log-uniform" if one.log else "uniform")

    spaces = {name: dimension(one) for name, one in space.items()}
    return of_results(SkoptSearchCV(model, spaces, **settings), *data)


def optuna_search(
    model: Any, space: Mapping[str, Any], *, settings: dict[str, Any], data: Any
) -> Searched:
    from optuna_integration import OptunaSearchCV

    settings = dict(settings)
    spaces = optuna_distributions(space)
    search = OptunaSearchCV(model, spaces, n_trials=settings.pop("n_iter"), **settings)
    trials = search.fit(*data).study_.trials
    return [trial.params for trial in trials], [float(trial.value) for trial in trials]


def optuna_study(
    model: Any, space: Mapping[str, Any], *, settings: dict[str, Any], data: Any
) -> Searched:
    import optuna

    spaces = optuna_distributions(space)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=settings["random_state"]))
    tried, scores = [], []
    for _ in range(settings["n_iter"]):
        trial = study.ask(spaces)
        candidate = clone(model).set_params(**trial.params)
        rules = {"cv": settings["cv"], "scoring": settings["scoring"]}
        tried.append(trial.params)
        scores.append(float(cross_val_score(candidate, *data, **rules).mean()))
        study.tell(trial, -scores[-1])
    return tried, scores


def optuna_distributions(space: Mapping[str, Any]) -> dict[str, Any]:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    kinds = optuna.distributions

    def distribution(one: Any) -> Any:
        if isinstance(one, list):
            return kinds.CategoricalDistribution(one)
        kind = kinds.IntDistribution if isinstance(one, Int) else kinds.FloatDistribution
        return kind(one.low, one.high, log=one.log)

    return {name: distribution(one) for name, one in space.items()}


METHODS: dict[str, Callable[..., Searched]] = {
    "skhp": ours,
    "random": randomized,
    "optuna-tpe": optuna_study,
    "skopt": scikit_optimize,
    "optuna": optuna_search,
}


def one_run(pair: Pair, table: Table, method: str, seed: int) -> dict[str, Any]:
    """Run a search of the longest length; its beginnings are the shorter ones."""
    pipeline = table.pipeline(pair.estimator)
    space = {f"model__{name}": one for name, one in pair.space.items()}
    settings = {
        "n_iter": CHECKPOINTS[-1],
        "cv": FOLDS,
        "scoring": table.scoring,
        "random_state": seed,
        "refit": False,
    }
    begun = time.perf_counter()
    with threadpool_limits(1):
        tried, scores = METHODS[method](pipeline, space, settings=settings, data=table.train)
    seconds = time.perf_counter() - begun
    found = {"pair": pair.name, "method": method, "seed": seed, "seconds": round(seconds, 1)}
    scorer = get_scorer(table.scoring)
    for n in CHECKPOINTS:
        best = int(np.nanargmax(scores[:n]))
        model = clone(pipeline).set_params(**tried[best]).fit(*table.train)
        found[f"cv {n}"], found[f"test {n}"] = scores[best], scorer(model, *table.held_out)
    found["median"] = float(np.nanmedian(scores))
    return found


def summary(runs: list[dict[str, Any]], methods: list[str]) -> str:
    """Return a table over the runs that all methods have."""
    by_key = {(run["pair"], run["seed"], run["method"]): run for run in runs}
    keys = sorted({key[:2] for key in by_key if all((*key[:2], m) in by_key for m in methods)})
    if not keys:
        return "no run is shared by all methods"
    pairs = sorted({pair for pair, _ in keys})
    lines = ["| pair | " + " | ".join(methods) + " |", "| --- " * (len(methods) + 1) + "|"]
    for pair in pairs:
        cells = []
        for method in methods:
            some = [by_key[*key, method] for key in keys if key[0] == pair]
            cells.append(
                " / ".join(f"{np.mean([run[f'cv {n}'] for run in some]):.4f}" for n in CHECKPOINTS)
            )
        lines.append(f"| {pair} | " + " | ".join(cells) + " |")
    for kind, n in ((kind, n) for kind in ("cv", "test") for n in CHECKPOINTS):
        scores = np.array([[by_key[*key, m][f"{kind} {n}"] for m in methods] for key in keys])
        ranks = rankdata(-scores.round(9), axis=1).mean(axis=0)
        gaps = 1e3 * (scores[:, :1] - scores)
        cells = [
            f"rank {rank:.2f}, behind by {gap.mean():.1f} ± {gap.std() / np.sqrt(len(gap)):.1f}"
            for rank, gap in zip(ranks, gaps.T, strict=True)
        ]
        lines.append(f"| {kind} score after {n} (thousandths) | " + " | ".join(cells) + " |")
    seconds = [np.median([by_key[*key, m]["seconds"] for key in keys]) for m in methods]
    lines.append("| seconds, median | " + " | ".join(f"{one:.0f}" for one in seconds) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of CSV files")
    parser.add_argument("--out", type=Path, required=True, help="JSON lines; a run goes on")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS)[:4])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=500)
    wanted = parser.parse_args()
    warnings.filterwarnings("ignore")
    runs = []
    if wanted.out.exists():
        runs = [json.loads(line) for line in wanted.out.read_text().splitlines()]
    done = {(run["pair"], run["seed"], run["method"]) for run in runs}
    with open(wanted.out, "a") as file:
        for seed in range(wanted.seeds):
            for pair in PAIRS:
                path = wanted.data / f"{pair.table}.csv"
                if not path.exists():
                    continue
                table = read_table(path, rows=wanted.rows, seed=seed)
                for method in wanted.methods:
                    if (pair.name, seed, method) in done:
                        continue
                    runs.append(one_run(pair, table, method, seed))
                    print(json.dumps(runs[-1]), file=file, flush=True)
    print(summary(runs, wanted.methods))


if __name__ == "__main__":
    main()
