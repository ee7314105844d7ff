"""Compares estimates of the score of what a search has chosen with its score on held-out rows.

Run ``python benchmarks/quality/honest_score.py --out results.jsonl``.  Tables are drawn from
functions of scikit-learn, and with ``--data FOLDER`` they are CSV files with a column `target`.  A
random search sees ``--rows`` rows, up to 3,000 others are held out; scores are accuracy and R2.
Compared are ``best_score_``, Tibshirani's correction, the bootstrap of predictions (of the best
candidate, of the choice by one standard error, of the ensemble) and nested cross-validation.  Runs
are made in random order; finished runs are lines of the file, and the same command goes on where it
stopped; ``--minutes`` ends it between two runs, and with ``--minutes 0`` it only prints the table.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from presets_cases import read_table
from sklearn import datasets
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skhp import BayesSearchCV
from skhp.presets import space_for
from skhp.results import Ensemble

KINDS: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "tree": (
        lambda: DecisionTreeClassifier(random_state=0),
        lambda: DecisionTreeRegressor(random_state=0),
    ),
    "neighbors": (KNeighborsClassifier, KNeighborsRegressor),
    "linear": (lambda: LogisticRegression(max_iter=300), Ridge),
}

DRAWN: dict[str, Callable[..., Any]] = {
    "hastie": lambda n: datasets.make_hastie_10_2(n, random_state=0),
    "friedman": lambda n: datasets.make_friedman1(n, noise=2.0, random_state=0),
    "noisy": lambda n: datasets.make_classification(
        n, n_features=30, n_informative=5, flip_y=0.2, random_state=0
    ),
    "three": lambda n: datasets.make_classification(
        n, n_features=15, n_informative=6, n_classes=3, class_sep=0.7, random_state=0
    ),
}
N_DRAWN = 10_000

RULES: dict[str, Any] = {
    "best": True,
    "one_standard_error": "one_standard_error",
    "ensemble": Ensemble(),
}


def tables(folder: str | None, scratch: Path) -> list[Path]:
    """Return CSV files: those drawn, and those of a folder."""
    for name, draw in DRAWN.items():
        X, y = draw(N_DRAWN)
        frame = pd.DataFrame(X).add_prefix("x").assign(target=y)
        frame.to_csv(scratch / f"{name}.csv", index=False)
    own = sorted(Path(folder).glob("*.csv")) if folder else []
    named = [path for path in own if "target" in path.read_text(errors="replace").split("\n")[0]]
    return [*sorted(scratch.glob("*.csv")), *named]


def one_run(path: Path, kind: str, seed: int, args: Any) -> dict[str, Any]:
    """Search on some rows; estimate, and score on the others."""
    table = read_table(path, rows=args.rows, seed=seed)
    columns = table.pipeline(None).named_steps["columns"]
    X, Z = columns.fit_transform(table.train[0]), columns.transform(table.held_out[0])
    y, truth = table.train[1], table.held_out[1]
    measure = get_scorer("accuracy" if table.classes else "r2")
    model = KINDS[kind][not table.classes]()
    wishes: dict[str, Any] = {"n_iter": args.candidates, "random_state": seed}
    search = BayesSearchCV(
        model, space_for(model), strategy="random", keep_predictions=True, **wishes
    )
    run: dict[str, Any] = {
        "nested": float(cross_val_score(search.set_params(refit=True), X, y, cv=5).mean())
    }
    for rule, refit in RULES.items():
        fitted = clone(search).set_params(refit=refit).fit(X, y)
        run[rule] = {"held_out": float(measure(fitted.best_estimator_, Z, truth))} | told(fitted)
    return run


def told(search: Any) -> dict[str, Any]:
    """Return what a search says of the score of its choice."""
    honest = search.honest_score()
    return {
        "naive": float(search.best_score_),
        "tibshirani": float(search.best_score_corrected_),
        "honest": [honest.score, honest.low, honest.high],
    }


def report(runs: list[dict[str, Any]]) -> str:
    """Return how far estimates lie above the held-out score, in thousandths."""
    lines = [
        "| estimate | of | tables | runs | bias | mean absolute error | 95% interval covers |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for of, name in (
        ("best", "naive"),
        ("best", "tibshirani"),
        ("best", "nested"),
        ("best", "honest"),
        ("one_standard_error", "honest"),
        ("ensemble", "honest"),
    ):
        lines.append(_line(name, of, "all", runs))
        if name == "honest":
            groups = defaultdict(list)
            for run in runs:
                groups[run["table"]].append(run)
            lines += [_line(name, of, table, group) for table, group in sorted(groups.items())]
    return "\n".join(lines)


def _line(name: str, of: str, group: str, runs: list[dict[str, Any]]) -> str:
    truth = np.array([run[of]["held_out"] for run in runs])
    said = [run[name] if name == "nested" else run[of][name] for run in runs]
    values = np.array([np.atleast_1d(one) for one in said])
    error = 1000 * (values[:, 0] - truth)
    spread = error.std(ddof=1) / np.sqrt(len(error)) if len(error) > 1 else np.nan
    covered = ""
    if values.shape[1] > 1:
        covered = f"{((values[:, 1] <= truth) & (truth <= values[:, 2])).mean():.3f}"
    return (
        f"| {name} | {of} | {group} | {len(runs)} | {error.mean():+.1f} ± {spread:.1f} | "
        f"{np.abs(error).mean():.1f} | {covered} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="a folder of CSV files")
    parser.add_argument("--out", default="honest_score.jsonl", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="parts of names of tables")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--candidates", type=int, default=30)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=60.0)
    args = parser.parse_args()
    until = time.monotonic() + 60 * args.minutes
    lines = args.out.read_text().splitlines() if args.out.exists() else []
    runs = [json.loads(line) for line in lines]
    done = {(run["table"], run["kind"], run["seed"]) for run in runs}
    seeds = range(args.first_seed, args.first_seed + args.repeats)
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        paths = tables(args.data, Path(scratch))
        wanted = [one for one in paths if not args.only or any(p in one.stem for p in args.only)]
        cases = [(path, kind, seed) for path in wanted for kind in args.kinds for seed in seeds]
        for at in np.random.default_rng(0).permutation(len(cases)):
            path, kind, seed = cases[at]
            if (path.stem, kind, seed) in done or time.monotonic() > until:
                continue
            run = one_run(path, kind, seed, args)
            run |= {"table": path.stem, "kind": kind, "seed": seed}
            runs.append(run)
            with args.out.open("a") as file:
                file.write(json.dumps(run) + "\n")
    for kind in args.kinds:
        some = [run for run in runs if run["kind"] == kind]
        if some:
            print(f"{kind}\n\n{report(some)}\n")


if __name__ == "__main__":
    main()
