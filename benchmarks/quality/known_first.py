"""Compares searches of spaces that others wrote with and without the known good params first.

Run ``python benchmarks/quality/known_first.py --out results.jsonl --data FOLDER --tables NAMES``.
The spaces are published ones (``presets_cases.py``); without a folder the tables are those of
scikit-learn.  Finished runs are lines of the file, and the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from portfolio import BOOSTED, OPEN, estimator_of
from presets_cases import MODELS, Table, read_table, table_of
from sklearn.base import clone
from sklearn.metrics import get_scorer
from sklearn.model_selection import KFold, StratifiedKFold
from threadpoolctl import threadpool_limits

from skhp import BayesSearchCV
from skhp.defaults import default_initial_params
from skhp.space import Integer, Real, Space

CHECKPOINTS = (5, 10, 25)
FOLDS = 3
WAYS = ("own", "known")
"""The estimator's present params first, or those and after them the known good ones."""


def written(model: str, table: Table) -> dict[str, Any]:
    """Return a space that others wrote; those of TabArena 2025 for boosting of other libraries."""
    if model in BOOSTED:
        shared = {"learning_rate": Real(5e-3, 0.1, log=True), "n_estimators": Integer(50, 500)}
        if model == "LightGBM":
            own: dict[str, Any] = {"num_leaves": Integer(2, 200, log=True)}
            own |= {"min_child_samples": Integer(1, 64, log=True)}
        else:
            own = {"max_depth": Integer(4, 10), "min_child_weight": Real(1e-3, 5.0, log=True)}
        return {**shared, **own, "colsample_bytree": Real(0.4, 1.0)}
    width = clone(table.pipeline("passthrough")[0]).fit_transform(table.train[0]).shape[1]
    return dict(MODELS[model].published(width, table.classes))


def one_run(model: str, table: Table, *, seed: int, way: str) -> dict[str, Any] | None:
    """Run a search of the longest length; its beginnings are the shorter ones."""
    estimator = estimator_of(model, table)
    if estimator is None:
        return None
    pipeline, scorer = table.pipeline(estimator), get_scorer(table.scoring)
    spaces = {"model": written(model, table)}
    own = default_initial_params(Space.read(spaces, estimator=pipeline), pipeline)
    folds = (StratifiedKFold if table.classes else KFold)(FOLDS, shuffle=True, random_state=seed)
    search = BayesSearchCV(
        pipeline,
        spaces,
        n_iter=CHECKPOINTS[-1],
        cv=folds,
        scoring=table.scoring,
        random_state=seed,
        refit=False,
        initial_params=own if way == "own" else None,
    )
    found: dict[str, Any] = {"model": model, "table": table.name, "seed": seed, "way": way}
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = search.fit(*table.train).cv_results_
        scores = np.asarray(results["mean_test_score"])
        for n in CHECKPOINTS:
            best = int(np.nanargmax(scores[:n]))
            fitted = clone(pipeline).set_params(**results["params"][best]).fit(*table.train)
            found[f"cv {n}"] = float(scores[best])
            found[f"test {n}"] = float(scorer(fitted, *table.held_out))
    return found


def tables(wanted: argparse.Namespace, seed: int) -> Iterator[Table]:
    if wanted.data is None:
        for name, make in OPEN.items():
            yield table_of(make(), name, rows=wanted.rows, seed=seed)
    for name in wanted.tables or ():
        yield read_table(wanted.data / f"{name}.csv", rows=wanted.rows, seed=seed)


def summary(runs: list[dict[str, Any]], models: list[str]) -> str:
    """Return how far the known params are ahead, in thousandths, with one standard error.

    Differences are first averaged over seeds: tables are what is drawn.
    """
    by_key = {(run["model"], run["table"], run["seed"], run["way"]): run for run in runs}
    keys = sorted({key[:3] for key in by_key if all((*key[:3], way) in by_key for way in WAYS)})
    columns = [f"{kind} {n}" for kind in ("cv", "test") for n in CHECKPOINTS]
    lines = ["| model | cases | " + " | ".join(columns) + " |", "| --- " * 8 + "|"]
    for model in [*models, "all"]:
        cases = sorted({key[:2] for key in keys if model in ("all", key[0])})
        if not cases:
            continue
        cells = []
        for column in columns:
            gaps = [
                np.mean(
                    [
                        max(by_key[*key, "known"][column], 0) - max(by_key[*key, "own"][column], 0)
                        for key in keys
                        if key[:2] == case
                    ]
                )
                for case in cases
            ]
            spread = np.std(gaps, ddof=1) / np.sqrt(len(gaps)) if len(gaps) > 1 else np.nan
            cells.append(f"{1e3 * np.mean(gaps):+.1f} ± {1e3 * spread:.1f}")
        lines.append(f"| {model} | {len(cases)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="JSON lines; a run goes on")
    parser.add_argument("--data", type=Path, help="folder of CSV files")
    parser.add_argument("--tables", nargs="*", help="names of tables of the folder")
    parser.add_argument("--models", nargs="*", default=[*MODELS, *BOOSTED])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--rows", type=int, default=300)
    wanted = parser.parse_args()
    runs = []
    if wanted.out.exists():
        runs = [json.loads(line) for line in wanted.out.read_text().splitlines()]
    done = {(run["model"], run["table"], run["seed"], run["way"]) for run in runs}
    with open(wanted.out, "a", encoding="utf-8") as file:
        for seed in range(wanted.seeds):
            some = list(tables(wanted, seed))
            for model, table, way in (
                (model, table, way) for model in wanted.models for table in some for way in WAYS
            ):
                if (model, table.name, seed, way) in done:
                    continue
                run = one_run(model, table, seed=seed, way=way)
                if run is not None:
                    runs.append(run)
                    print(json.dumps(run), file=file, flush=True)
    print(summary(runs, wanted.models))


if __name__ == "__main__":
    main()
