"""Compares what is taken home from one search: best candidate, mean of five, ensemble, finalist.

Run ``python benchmarks/quality/take_home.py --out results.jsonl``.  Tables are those of
scikit-learn with enough rows, and with ``--data FOLDER`` CSV files with a column `target`.  A
search sees ``--rows`` rows, up to 3,000 others are held out.  Scores are accuracy and R2; an R2
below 0 counts as 0.  Runs are made in random order, so that those of an unfinished benchmark are a
fair sample.  Finished runs are lines of the file, and the same command goes on where it stopped;
``--minutes`` ends it between two runs, and with ``--minutes 0`` it only prints the tables.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from presets_cases import read_table
from sklearn import datasets, ensemble, linear_model, neighbors, neural_network, svm, tree
from sklearn.base import clone
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score

from skhp import BayesSearchCV
from skhp.presets import space_for
from skhp.results import Ensemble
from skhp.space import Layers

ROUNDS: dict[str, Any] = {"max_iter": 20, "max_bins": 63, "random_state": 0}

KINDS: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "tree": (
        lambda: tree.DecisionTreeClassifier(random_state=0),
        lambda: tree.DecisionTreeRegressor(random_state=0),
    ),
    "svm": (
        lambda: svm.SVC(max_iter=20_000, random_state=0),
        lambda: svm.SVR(max_iter=20_000),
    ),
    "neighbors": (neighbors.KNeighborsClassifier, neighbors.KNeighborsRegressor),
    "linear": (lambda: linear_model.LogisticRegression(max_iter=300), linear_model.Ridge),
    "forest": (
        lambda: ensemble.RandomForestClassifier(10, random_state=0),
        lambda: ensemble.RandomForestRegressor(10, random_state=0),
    ),
    "network": (
        lambda: neural_network.MLPClassifier(max_iter=30, random_state=0),
        lambda: neural_network.MLPRegressor(max_iter=30, random_state=0),
    ),
    "boosting": (
        lambda: ensemble.HistGradientBoostingClassifier(**ROUNDS),
        lambda: ensemble.HistGradientBoostingRegressor(**ROUNDS),
    ),
}
FIXED = {"n_estimators", "max_iter", "early_stopping"}
"""Not searched, so that a run takes seconds: forests of 10 trees, boosting of 15 or 20 rounds."""

SMALLER = {"hidden_layer_sizes": Layers(depth=(1, 2), width=(16, 64), shape="constant")}
"""Instead of the dimensions of ready-made spaces that have the same name."""

if importlib.util.find_spec("lightgbm"):
    import lightgbm

    QUICK: dict[str, Any] = {"n_estimators": 15, "max_bin": 63, "n_jobs": 1, "verbose": -1}
    KINDS["lightgbm"] = (
        lambda: lightgbm.LGBMClassifier(**QUICK),
        lambda: lightgbm.LGBMRegressor(**QUICK),
    )

BUNDLED = ("breast_cancer", "digits", "diabetes")
SEARCHES = ("bayes", "random", "racing")
N_FINALISTS = 5
N_REPEATS = 2


def tables(folder: str | None, scratch: Path) -> list[Path]:
    """Return CSV files: those of scikit-learn, and those of a folder."""
    for name in BUNDLED:
        loaded = getattr(datasets, f"load_{name}")(as_frame=True)
        loaded.frame.to_csv(scratch / f"{name}.csv", index=False)
    own = sorted(Path(folder).glob("*.csv")) if folder else []
    named = [path for path in own if "target" in path.read_text(errors="replace").split("\n")[0]]
    return [*sorted(scratch.glob("*.csv")), *named]


@dataclass
class Case:
    """One model on the rows of one table: those to search on and those held out."""

    model: Any
    classes: bool
    seed: int
    train: tuple[Any, Any]
    held_out: tuple[Any, Any]
    fresh: dict[int, list[float]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, kind: str, *, rows: int, seed: int) -> Case:
        table = read_table(path, rows=rows, seed=seed)
        columns = table.pipeline(None).named_steps["columns"]
        dense = [columns.fit_transform(table.train[0]), columns.transform(table.held_out[0])]
        X, Z = (part.toarray() if hasattr(part, "toarray") else np.asarray(part) for part in dense)
        model = KINDS[kind][not table.classes]()
        return cls(model, table.classes, seed, (X, table.train[1]), (Z, table.held_out[1]))

    def score(self, fitted: Any) -> float:
        """Return the score on the rows that no search has seen."""
        Z, truth = self.held_out
        said = fitted.predict(Z)
        return float(accuracy_score(truth, said) if self.classes else max(r2_score(truth, said), 0))

    def fresh_scores(self, search: Any, row: int) -> list[float]:
        """Return the mean score of a candidate on each repeat of five other folds."""
        if row not in self.fresh:
            folds = StratifiedKFold if self.classes else KFold
            splits = [
                folds(5, shuffle=True, random_state=1_000 + self.seed + repeat)
                for repeat in range(N_REPEATS)
            ]
            means = [cross_val_score(search._candidate(row), *self.train, cv=cv) for cv in splits]
            self.fresh[row] = [float(np.mean(scores)) for scores in means]
        return self.fresh[row]


def one_run(path: Path, kind: str, search_kind: str, seed: int, args: Any) -> dict[str, Any]:
    """Search on some rows and score what comes of it on the others."""
    case = Case.of(path, kind, rows=args.rows, seed=seed)
    ready_made = space_for(case.model)
    space = {name: SMALLER.get(name, one) for name, one in ready_made.items() if name not in FIXED}
    n_first, *more = args.candidates
    wishes: dict[str, Any] = {"n_iter": n_first, "random_state": seed, "refit": Ensemble()}
    if search_kind == "random":
        search: Any = BayesSearchCV(case.model, space, strategy="random", **wishes)
    else:
        search = BayesSearchCV(case.model, space, racing=search_kind == "racing", **wishes)
    run: dict[str, Any] = {"untuned": case.score(clone(case.model).fit(*case.train))}
    search.fit(*case.train)
    run[str(n_first)] = after(search, case)
    for earlier, n in zip(args.candidates, more, strict=False):
        search.fit_more(*case.train, n_iter=n - earlier)
        run[str(n)] = after(search, case)
    return run


def after(search: Any, case: Case) -> dict[str, Any]:
    """Return the scores of what can be made of the candidates so far."""
    began = time.perf_counter()
    best = search._candidate(search.best_index_).fit(*case.train)
    fit_best = time.perf_counter() - began
    ranked = np.argsort(search.cv_results_["rank_test_score"], kind="stable")
    rows = [int(row) for row in ranked[:N_FINALISTS]]
    five = [search._candidate(row).fit(*case.train) for row in rows]
    Z = case.held_out[0]
    return {
        "best": case.score(best),
        "five": case.score(_Mean(five)),
        "ensemble": case.score(search.best_estimator_),
        "finalists": {
            "held_out": [case.score(one) for one in five],
            "old": [float(search.cv_results_["mean_test_score"][row]) for row in rows],
            "fresh": [case.fresh_scores(search, row) for row in rows],
        },
        "members": len(search.ensemble_.rows),
        "fit_ratio": search.refit_time_ / fit_best,
        "predict_ratio": _seconds(search.best_estimator_, Z) / _seconds(best, Z),
    }


class _Mean:
    """The mean of probabilities, the majority of labels, or the mean of numbers."""

    def __init__(self, models: list[Any]) -> None:
        self.models = models

    def predict(self, Z: Any) -> Any:
        if all(hasattr(one, "predict_proba") for one in self.models):
            mean = np.mean([one.predict_proba(Z) for one in self.models], axis=0)
            return self.models[0].classes_[mean.argmax(axis=1)]
        said = np.array([one.predict(Z) for one in self.models])
        if not hasattr(self.models[0], "classes_"):
            return said.mean(axis=0)
        classes = self.models[0].classes_
        return classes[(said[..., None] == classes).sum(axis=0).argmax(axis=1)]


def _seconds(model: Any, Z: Any) -> float:
    began = time.perf_counter()
    model.predict(Z)
    return time.perf_counter() - began


def finalist(found: dict[str, Any]) -> float:
    """Return the held-out score of the finalist with the best mean over old and new folds."""
    told = found["finalists"]
    means = np.column_stack([told["old"], told["fresh"]]).mean(axis=1)
    return float(told["held_out"][int(np.nanargmax(means))])


def fresh_finalist(found: dict[str, Any]) -> float:
    """Return the held-out score of the finalist with the best mean over the new folds alone."""
    told = found["finalists"]
    return float(told["held_out"][int(np.nanargmax(np.mean(told["fresh"], axis=1)))])


def gains(runs: list[dict[str, Any]], candidates: list[int], *, by: str) -> str:
    """Return what each choice gains over the best candidate, held out, in thousandths."""
    lines = [
        f"| search | candidates | {by} | runs | untuned | mean of 5 | finalist, old and new folds |"
        " finalist, new folds | ensemble | better, worse | members | fit, predict time |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for n in candidates:
        some = [run for run in runs if str(n) in run]
        lines.append(_line("all", n, "all", some))
        for search in sorted({run["search"] for run in some}):
            lines.append(_line(search, n, "all", [run for run in some if run["search"] == search]))
        groups = defaultdict(list)
        for run in some:
            groups[run[by]].append(run)
        lines += [_line("all", n, name, group) for name, group in sorted(groups.items())]
    return "\n".join(lines)


def _line(search: str, n: int, group: str, runs: list[dict[str, Any]]) -> str:
    found = [run[str(n)] for run in runs]
    best = np.array([one["best"] for one in found])
    columns = {
        "untuned": [run["untuned"] for run in runs],
        "five": [one["five"] for one in found],
        "finalist": [finalist(one) for one in found],
        "fresh": [fresh_finalist(one) for one in found],
        "ensemble": [one["ensemble"] for one in found],
    }
    told = " | ".join(_told(1000 * (np.array(one) - best)) for one in columns.values())
    gain = np.array(columns["ensemble"]) - best
    better, worse = (gain > 1e-9).sum(), (gain < -1e-9).sum()
    ratios = [np.median([one[f"{name}_ratio"] for one in found]) for name in ("fit", "predict")]
    members = np.mean([one["members"] for one in found])
    return (
        f"| {search} | {n} | {group} | {len(runs)} | {told} | {better}, {worse} | {members:.1f} | "
        f"{ratios[0]:.1f}x, {ratios[1]:.1f}x |"
    )


def _told(values: Any) -> str:
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return f"{values.mean():+.1f} ± {error:.1f}"


def cases(args: Any, paths: list[Path]) -> list[tuple[Path, str, str, int]]:
    """Return all runs that are wanted, in random order."""
    wanted = [
        path for path in paths if not args.only or any(part in path.stem for part in args.only)
    ]
    seeds = range(args.first_seed, args.first_seed + args.seeds)
    product = [
        (path, kind, search, seed)
        for path in wanted
        for kind in args.kinds
        for search in args.searches
        for seed in seeds
    ]
    order = np.random.default_rng(0).permutation(len(product))
    return [product[at] for at in order]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="a folder of CSV files")
    parser.add_argument("--out", default="take_home.jsonl", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="parts of names of tables")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--searches", nargs="*", default=list(SEARCHES), choices=SEARCHES)
    parser.add_argument("--candidates", nargs="*", type=int, default=[30, 60])
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=60.0)
    args = parser.parse_args()
    until = time.monotonic() + 60 * args.minutes
    lines = args.out.read_text().splitlines() if args.out.exists() else []
    runs = [json.loads(line) for line in lines]
    done = {(run["table"], run["kind"], run["search"], run["seed"]) for run in runs}
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, kind, search, seed in cases(args, tables(args.data, Path(scratch))):
            key = (path.stem, kind, search, seed)
            if key in done or time.monotonic() > until:
                continue
            began = time.perf_counter()
            run = one_run(path, kind, search, seed, args)
            run |= dict(zip(("table", "kind", "search", "seed"), key, strict=True))
            run["seconds"] = time.perf_counter() - began
            runs.append(run)
            with args.out.open("a") as file:
                file.write(json.dumps(run) + "\n")
    for by in ("kind", "table"):
        print(gains(runs, args.candidates, by=by), end="\n\n")


if __name__ == "__main__":
    main()
