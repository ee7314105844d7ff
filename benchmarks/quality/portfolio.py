"""Learns params that are worth trying first from open tables, in terms that carry over.

Run ``python benchmarks/quality/portfolio.py --out scores.jsonl``.  The same params of each model
are scored by cross-validation on scikit-learn's own data sets and, with ``--data``, on tables of a
folder (CSV files with a column `target`).  Then those are taken one after the other that leave the
least regret over all tables, and what the first ones are worth is said with each table left out in
its turn.  Finished scores are lines of the file, and the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from presets_cases import MODELS, Table, read_table, table_of
from sklearn import datasets
from sklearn.base import clone
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from skhp.presets import space_for
from skhp.space import Real, Space

FOLDS = 3
LENGTHS = (1, 2, 3, 5, 8)
STEP = "model"

Matrix = NDArray[np.float64]


def _frame(X: Any, y: Any) -> pd.DataFrame:
    frame = pd.DataFrame(np.asarray(X)).rename(columns=str)
    return frame.assign(target=y)


def _shipped(load: Callable[..., Any]) -> pd.DataFrame:
    return _frame(*load(return_X_y=True))


OPEN: dict[str, Callable[[], pd.DataFrame]] = {
    "iris": lambda: _shipped(datasets.load_iris),
    "wine": lambda: _shipped(datasets.load_wine),
    "breast cancer": lambda: _shipped(datasets.load_breast_cancer),
    "digits": lambda: _shipped(datasets.load_digits),
    "hastie": lambda: _frame(*datasets.make_hastie_10_2(1000, random_state=0)),
    "clusters": lambda: _frame(
        *datasets.make_classification(
            1000, 20, n_informative=8, n_classes=4, flip_y=0.1, random_state=0
        )
    ),
    "diabetes": lambda: _shipped(datasets.load_diabetes),
    "friedman 1": lambda: _frame(*datasets.make_friedman1(1000, noise=1.0, random_state=0)),
    "friedman 2": lambda: _frame(*datasets.make_friedman2(1000, noise=100.0, random_state=0)),
    "friedman 3": lambda: _frame(*datasets.make_friedman3(1000, noise=0.2, random_state=0)),
    "sparse": lambda: _frame(
        *datasets.make_regression(1000, 40, n_informative=6, noise=60.0, random_state=0)
    ),
}
"""What scikit-learn ships, and what its generators make."""


def boosted(library: str, classes: bool, seed: int) -> Any:
    """Return an estimator of another library, at the quietest."""
    kind = "Classifier" if classes else "Regressor"
    if library == "XGBoost":
        import xgboost

        return getattr(xgboost, f"XGB{kind}")(n_jobs=1, random_state=seed, verbosity=0)
    import lightgbm

    return getattr(lightgbm, f"LGBM{kind}")(n_jobs=1, random_state=seed, verbosity=-1)


BOOSTED = ("XGBoost", "LightGBM")
PER_FEATURE = ("SVM",)
"""Models whose `gamma` is drawn in units of one over the number of features."""


def estimator_of(model: str, table: Table) -> Any:
    """Return the estimator of a model for a table, None where there is none."""
    if model in BOOSTED:
        return boosted(model, table.classes, 0)
    return MODELS[model].make(table, 0)


def tables(wanted: argparse.Namespace) -> list[Table]:
    found = [table_of(make(), name, rows=wanted.rows, seed=0) for name, make in OPEN.items()]
    for name in wanted.tables or ():
        found.append(read_table(wanted.data / f"{name}.csv", rows=wanted.rows, seed=0))
    return found


def candidates(estimator: Any, table: Table, *, model: str, n: int) -> list[dict[str, Any]]:
    """Return the estimator as it is, what is known to be good, and params drawn at random.

    They are the same for all tables of a kind: the space knows targets of unit spread and
    columns of unit variance, no number of rows or columns.
    """
    target = [0, 1] * 50 if table.classes else np.repeat([-1.0, 1.0], 50)
    pipeline = make_pipeline(StandardScaler(), estimator)
    last = pipeline.steps[-1][0]
    size = "wide" if model == "network" else "core"
    ready = space_for(pipeline, size, X=None, y=target)
    known = list(ready.good)
    if model in PER_FEATURE:
        ready[f"{last}__gamma"] = Real(0.01, 20.0, log=True)
    space = Space.read(ready)
    drawn = space.decode(space.sample(n, np.random.default_rng(0)))
    return [
        {name.removeprefix(f"{last}__"): value for name, value in params.items()}
        for params in [{}, *known, *drawn]
    ]


def meant(params: dict[str, Any], table: Table, *, model: str) -> dict[str, Any]:
    """Return params as the pipeline of a table takes them."""
    params = dict(params)
    gamma = params.get("gamma")
    if model in PER_FEATURE and isinstance(gamma, float):
        width = table.pipeline("passthrough")[0].fit_transform(table.train[0]).shape[1]
        params["gamma"] = gamma / width
    return {f"{STEP}__{name}": value for name, value in params.items()}


def scored(estimator: Any, params: dict[str, Any], table: Table, *, model: str) -> float:
    folds = (StratifiedKFold if table.classes else KFold)(FOLDS, shuffle=True, random_state=0)
    pipeline = clone(table.pipeline(estimator)).set_params(**meant(params, table, model=model))
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(
            cross_val_score(
                pipeline, *table.train, cv=folds, scoring=table.scoring, error_score=np.nan
            ).mean()
        )


Key = tuple[str, bool, str, str]
"""Model, whether classes, params, table."""


def load(path: Path) -> dict[Key, float]:
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return {
        (one["model"], one["classes"], one["params"], one["table"]): one["score"] for one in lines
    }


def run(wanted: argparse.Namespace, those: list[Table]) -> None:
    """Score what is not yet scored, one model after the other."""
    done = load(wanted.out)
    with open(wanted.out, "a", encoding="utf-8") as file:
        for model in wanted.models:
            for table in those:
                estimator = estimator_of(model, table)
                if estimator is None:
                    continue
                for params in candidates(estimator, table, model=model, n=wanted.draws):
                    key = (model, table.classes, repr(params), table.name)
                    if key not in done:
                        score = scored(estimator, params, table, model=model)
                        named = dict(zip(("model", "classes", "params", "table"), key, strict=True))
                        print(json.dumps({**named, "score": score}), file=file, flush=True)


def regrets(scores: Matrix) -> Matrix:
    """Return the regret (tables, params): 0 is the best seen, 1 that of the median params."""
    filled = np.where(np.isnan(scores), -np.inf, scores)
    best = filled.max(axis=1, keepdims=True)
    gap = best - np.median(filled, axis=1, keepdims=True)
    return np.clip((best - filled) / np.where(gap > 0, gap, 1.0), 0.0, 1.0)


def greedy(regret: Matrix, n: int) -> list[int]:
    """Return the params that leave the least mean regret, one after the other, after column 0."""
    left = regret[:, 0]
    chosen: list[int] = []
    for _ in range(n):
        after = np.minimum(left[:, np.newaxis], regret).mean(axis=0)
        chosen.append(int(np.argmin(after)))
        left = np.minimum(left, regret[:, chosen[-1]])
    return chosen


def left_out(regret: Matrix, n_known: int, *, n: int) -> dict[str, Matrix]:
    """Return the regret (tables, 1 + n) after 0, 1, ... params, each table's own not looked at."""
    rng = np.random.default_rng(0)
    orders: dict[str, list[list[int]]] = {"learned": [], "known": [], "random": []}
    for table in range(len(regret)):
        orders["learned"].append(greedy(np.delete(regret, table, axis=0), n))
        orders["known"].append([*range(1, n_known)][:n])
    curves = {
        kind: np.array([_after(row, order, n) for row, order in zip(regret, lists, strict=True)])
        for kind, lists in orders.items()
        if lists
    }
    drawn = [
        [_after(row, rng.permutation(range(n_known, len(row)))[:n].tolist(), n) for row in regret]
        for _ in range(50)
    ]
    return {**curves, "random": np.mean(drawn, axis=0)}


def _after(row: Matrix, order: list[int], n: int) -> list[float]:
    found = np.minimum.accumulate(row[[0, *order]]).tolist()
    return found + [found[-1]] * (n + 1 - len(found))


def told(wanted: argparse.Namespace, those: list[Table]) -> Iterator[str]:
    """Yield for each model its order of params, and what the first ones are worth."""
    done, n = load(wanted.out), max(LENGTHS)
    for model in wanted.models:
        for classes in (True, False):
            some = [table for table in those if table.classes == classes]
            estimator = estimator_of(model, some[0]) if some else None
            if estimator is None:
                continue
            params = candidates(estimator, some[0], model=model, n=wanted.draws)
            keys = [[(model, classes, repr(one), table.name) for one in params] for table in some]
            keys = [row for row in keys if all(key in done for key in row)]
            if len(keys) < 2:
                continue
            regret = regrets(np.array([[done[key] for key in row] for row in keys]))
            n_known = len(params) - wanted.draws
            yield f"\n{model}, {'classes' if classes else 'numbers'}, {len(keys)} tables"
            for kind, curve in left_out(regret, n_known, n=n).items():
                at = [curve[:, k] for k in (0, *LENGTHS)]
                spread = np.sqrt(len(keys))
                cells = " ".join(f"{one.mean():.3f}+-{one.std() / spread:.3f}" for one in at)
                yield f"  {kind:8} regret after 0, {', '.join(map(str, LENGTHS))}: {cells}"
            for number in greedy(regret, n):
                source = "known" if number < n_known else "drawn"
                short = {name: _short(value) for name, value in params[number].items()}
                yield f"  {source} {short} alone {regret[:, number].mean():.3f}"


def _short(value: Any) -> Any:
    return float(f"{value:.2g}") if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="JSON lines; a run goes on")
    parser.add_argument("--data", type=Path, help="folder of CSV files")
    parser.add_argument("--tables", nargs="*", help="names of tables of the folder")
    parser.add_argument("--models", nargs="*", default=[*MODELS, *BOOSTED])
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--only-tell", action="store_true", help="score nothing more")
    wanted = parser.parse_args()
    those = tables(wanted)
    if not wanted.only_tell:
        run(wanted, those)
    print("\n".join(told(wanted, those)))


if __name__ == "__main__":
    main()
