"""Compares ready-made spaces with published ones on a folder of tables; see README.md."""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Any

import presets_table
from presets_cases import MODELS, Model, Table, read_table
from sklearn.base import clone
from sklearn.metrics import get_scorer
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from threadpoolctl import threadpool_limits

from skhp import BayesSearchCV
from skhp.presets import space_for

Case = tuple[str, str, int]
"""Table, model, seed."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of CSV files")
    parser.add_argument("--resume", type=Path, required=True, help="file of results; a run goes on")
    parser.add_argument("--rows", type=int, default=400, help="how many rows a search sees")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--n-iter", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=1, help="how many cases run at once")
    parser.add_argument("--minutes", type=float, help="begin no case after so many")
    parser.add_argument("--tables", nargs="*", help="names of tables; all of the folder if none")
    parser.add_argument("--models", nargs="*", choices=MODELS, default=list(MODELS))
    return parser.parse_args()


def searches(model: Model, table: Table, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the settings of each search by its name."""
    X, y = table.train
    pipeline = table.pipeline(model.make(table, seed))
    yield "ready-made", {}
    ready = space_for(pipeline, X=X, y=y)
    yield "random", {"search_spaces": ready, "strategy": "random", "initial_params": []}
    n_features = clone(pipeline[0]).fit_transform(X).shape[1]
    published = model.published(n_features, table.classes)
    yield "published", {"search_spaces": {"model": dict(published)}}


def one_case(case: Case, *, folder: Path, rows: int, n_iter: int) -> dict[str, Any]:
    """Return the CV and held-out scores of a model untuned and after each search."""
    warnings.simplefilter("ignore")
    name, of_model, seed = case
    found: dict[str, Any] = {"table": name, "model": of_model, "seed": seed, "rows": rows}
    table = read_table(folder / f"{name}.csv", rows=rows, seed=seed)
    model = MODELS[of_model]
    estimator = model.make(table, seed)
    if estimator is None:
        return found
    pipeline, scorer = table.pipeline(estimator), get_scorer(table.scoring)
    folds = StratifiedKFold if table.classes else KFold
    settings = {"scoring": table.scoring, "cv": folds(5, shuffle=True, random_state=seed)}
    with threadpool_limits(1):
        began = time.perf_counter()
        score = cross_val_score(pipeline, *table.train, **settings).mean()
        held_out = scorer(clone(pipeline).fit(*table.train), *table.held_out)
        found["untuned"] = told(score, held_out, began)
        for kind, more in searches(model, table, seed):
            began = time.perf_counter()
            search = BayesSearchCV(
                pipeline, n_iter=n_iter, random_state=seed, **settings, **more
            ).fit(*table.train)
            held_out = scorer(search.best_estimator_, *table.held_out)
            found[kind] = told(search.best_score_, held_out, began)
            found[kind]["params"] = repr(search.best_params_)
    return found


def told(score: float, held_out: float, began: float) -> dict[str, Any]:
    seconds = round(time.perf_counter() - began, 1)
    return {"cv": float(score), "held_out": float(held_out), "seconds": seconds}


def load(path: Path, rows: int) -> dict[Case, dict[str, Any]]:
    """Return the cases that a file of results has."""
    if not path.exists():
        return {}
    found = [json.loads(line) for line in path.read_text().splitlines()]
    return {(one["table"], one["model"], one["seed"]): one for one in found if one["rows"] == rows}


def run(cases: list[Case], wanted: argparse.Namespace) -> None:
    """Run cases until all are done or the time is up; each result is a line of the file."""
    end = time.monotonic() + 60 * (float("inf") if wanted.minutes is None else wanted.minutes)
    settings = {"folder": wanted.data, "rows": wanted.rows, "n_iter": wanted.n_iter}
    left = iter(cases)
    with ProcessPoolExecutor(wanted.jobs) as pool, open(wanted.resume, "a") as file:
        running: set[Future[dict[str, Any]]] = set()
        while True:
            while len(running) < wanted.jobs and time.monotonic() < end:
                case = next(left, None)
                if case is None:
                    break
                running.add(pool.submit(one_case, case, **settings))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                print(json.dumps(one.result()), file=file, flush=True)


def main() -> None:
    wanted = arguments()
    tables = wanted.tables or sorted(path.stem for path in wanted.data.glob("*.csv"))
    tables = [name for name in tables if (wanted.data / f"{name}.csv").exists()]
    tables = [name for name in tables if has_target(wanted.data / f"{name}.csv")]
    asked = [
        (table, model, seed)
        for seed in range(wanted.seeds)
        for model in wanted.models
        for table in tables
    ]
    done = load(wanted.resume, wanted.rows)
    run([case for case in asked if case not in done], wanted)
    done = load(wanted.resume, wanted.rows)
    print(presets_table.write([done[case] for case in asked if case in done]))


def has_target(path: Path) -> bool:
    with open(path, encoding="utf-8") as file:
        return "target" in file.readline().strip().split(",")


if __name__ == "__main__":
    main()
