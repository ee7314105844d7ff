"""Compares what is taken home from one search: best candidate, mean of five, ensemble; honestly?

Run ``python benchmarks/quality/take_home.py --out results.jsonl``.  Tables are those of
scikit-learn, and with ``--data FOLDER`` CSV files with a column `target`.  A search sees ``--rows``
rows, up to 3,000 others are held out.  Scores are accuracy and R2.  With ``--honest`` the estimates
of the score of what was chosen are compared with its score on the held-out rows.  Finished runs are
lines of the file, and the same command goes on where it stopped; ``--minutes`` ends it between two
runs, and with ``--minutes 0`` it only prints the tables.
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
from presets_cases import read_table
from sklearn import datasets, ensemble, linear_model, neighbors, neural_network, svm, tree
from sklearn.base import clone
from sklearn.metrics import accuracy_score, r2_score

from skhp import BayesSearchCV
from skhp.presets import space_for
from skhp.results import Ensemble

KINDS: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "tree": (
        lambda: tree.DecisionTreeClassifier(random_state=0),
        lambda: tree.DecisionTreeRegressor(random_state=0),
    ),
    "svm": (svm.SVC, svm.SVR),
    "neighbors": (neighbors.KNeighborsClassifier, neighbors.KNeighborsRegressor),
    "linear": (lambda: linear_model.LogisticRegression(max_iter=300), linear_model.Ridge),
    "extra trees": (
        lambda: ensemble.ExtraTreesClassifier(20, random_state=0),
        lambda: ensemble.ExtraTreesRegressor(20, random_state=0),
    ),
    "forest": (
        lambda: ensemble.RandomForestClassifier(20, random_state=0),
        lambda: ensemble.RandomForestRegressor(20, random_state=0),
    ),
    "network": (
        lambda: neural_network.MLPClassifier(max_iter=60, random_state=0),
        lambda: neural_network.MLPRegressor(max_iter=60, random_state=0),
    ),
    "boosting": (
        lambda: ensemble.HistGradientBoostingClassifier(max_iter=40, random_state=0),
        lambda: ensemble.HistGradientBoostingRegressor(max_iter=40, random_state=0),
    ),
}
FIXED = {"n_estimators", "max_iter", "early_stopping"}
"""Not searched, so that a run takes seconds: forests of 20 trees, boosting of 40 rounds."""

BUNDLED = ("breast_cancer", "digits", "diabetes", "wine")


def tables(folder: str | None, scratch: Path) -> list[Path]:
    """Return CSV files: those of scikit-learn, and those of a folder."""
    for name in BUNDLED:
        loaded = getattr(datasets, f"load_{name}")(as_frame=True)
        loaded.frame.to_csv(scratch / f"{name}.csv", index=False)
    own = sorted(Path(folder).glob("*.csv")) if folder else []
    named = [path for path in own if "target" in path.read_text(errors="replace").split("\n")[0]]
    return [*sorted(scratch.glob("*.csv")), *named]


def one_run(path: Path, kind: str, search_kind: str, seed: int, args: Any) -> dict[str, Any]:
    """Search on some rows and score what comes of it on the others."""
    table = read_table(path, rows=args.rows, seed=seed)
    columns = table.pipeline(None).named_steps["columns"]
    dense = [columns.fit_transform(table.train[0]), columns.transform(table.held_out[0])]
    X, Z = (part.toarray() if hasattr(part, "toarray") else np.asarray(part) for part in dense)
    y, truth = table.train[1], table.held_out[1]
    model = KINDS[kind][not table.classes]()
    measure = accuracy_score if table.classes else r2_score

    def held_out(fitted: Any) -> float:
        return float(measure(truth, fitted.predict(Z)))

    space = space_for(model)
    space = {name: one for name, one in space.items() if name not in FIXED}
    wishes: dict[str, Any] = {
        "n_iter": args.candidates[0],
        "random_state": seed,
        "refit": Ensemble(),
        "racing": True if search_kind == "racing" else None,
    }
    if search_kind == "random":
        search: Any = BayesSearchCV(model, space, strategy="random", **wishes)
    else:
        search = BayesSearchCV(model, space, **wishes)
    run: dict[str, Any] = {"untuned": held_out(clone(model).fit(X, y))}
    for number, n in enumerate(args.candidates):
        search.fit(X, y) if not number else search.fit_more(
            X, y, n_iter=n - args.candidates[number - 1]
        )
        run[str(n)] = after(search, X, y, held_out=held_out, Z=Z, honest=args.honest)
    return run


def after(
    search: Any, X: Any, y: Any, *, held_out: Callable[[Any], float], Z: Any, honest: bool
) -> dict[str, Any]:
    """Return the scores of what can be made of the candidates so far."""
    began = time.perf_counter()
    best = search._candidate(search.best_index_).fit(X, y)
    fit_best = time.perf_counter() - began
    ranked = np.argsort(search.cv_results_["rank_test_score"], kind="stable")[:5]
    five = [search._candidate(int(row)).fit(X, y) for row in ranked]
    found = {
        "best": held_out(best),
        "five": held_out(_Mean(five)),
        "ensemble": held_out(search.best_estimator_),
        "members": len(search.ensemble_.rows),
        "fit_ratio": search.refit_time_ / fit_best,
        "predict_ratio": _seconds(search.best_estimator_, Z) / _seconds(best, Z),
        "naive": float(search.best_score_),
        "tibshirani": float(search.best_score_corrected_),
    }
    if honest:
        joined = search.honest_score()
        search.refit = True
        single = search.honest_score()
        search.refit = Ensemble()
        found |= {
            "bbc": [single.score, single.low, single.high],
            "bbc_ensemble": [joined.score, joined.low, joined.high],
        }
    return found


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


def gains(runs: list[dict[str, Any]], candidates: list[int]) -> str:
    """Return what each choice gains over the best candidate, held out, in thousandths."""
    lines = [
        "| search | candidates | kind | runs | untuned | mean of 5 | ensemble | better, worse |"
        " members | fit, predict time |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for search in sorted({run["search"] for run in runs}):
        for n in candidates:
            some = [run for run in runs if run["search"] == search and str(n) in run]
            groups = defaultdict(list)
            for run in some:
                groups[run["kind"]].append(run)
            for kind, group in [("all", some), *sorted(groups.items())]:
                lines.append(_line(search, n, kind, group))
    return "\n".join(lines)


def _line(search: str, n: int, kind: str, runs: list[dict[str, Any]]) -> str:
    best = np.array([run[str(n)]["best"] for run in runs])
    gain = {
        name: np.array([run[str(n)][name] for run in runs]) - best for name in ("five", "ensemble")
    }
    gain["untuned"] = np.array([run["untuned"] for run in runs]) - best
    told = {name: _told(1000 * one) for name, one in gain.items()}
    better, worse = (gain["ensemble"] > 1e-9).sum(), (gain["ensemble"] < -1e-9).sum()
    ratios = [
        np.median([run[str(n)][f"{one}_ratio"] for run in runs]) for one in ("fit", "predict")
    ]
    members = np.mean([run[str(n)]["members"] for run in runs])
    return (
        f"| {search} | {n} | {kind} | {len(runs)} | {told['untuned']} | {told['five']} | "
        f"{told['ensemble']} | {better}, {worse} | {members:.1f} | "
        f"{ratios[0]:.1f}x, {ratios[1]:.1f}x |"
    )


def _told(values: Any) -> str:
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return f"{values.mean():+.1f} ± {error:.1f}"


def honesty(runs: list[dict[str, Any]], candidates: list[int]) -> str:
    """Return how far estimates lie above the held-out score, in thousandths."""
    lines = [
        "| candidates | estimate | of | runs | bias | mean absolute error | 95% interval covers |",
        "| ---: | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for n in candidates:
        some = [run[str(n)] for run in runs if "bbc" in run.get(str(n), {})]
        if not some:
            continue
        for name, of in (
            ("naive", "best"),
            ("tibshirani", "best"),
            ("bbc", "best"),
            ("bbc_ensemble", "ensemble"),
        ):
            truth = np.array([run[of] for run in some])
            told = np.array([np.atleast_1d(run[name]) for run in some])
            error = 1000 * (told[:, 0] - truth)
            covered = "" if told.shape[1] == 1 else f"{_covered(told, truth):.2f}"
            lines.append(
                f"| {n} | {name} | {of} | {len(some)} | {_told(error)} | "
                f"{np.abs(error).mean():.1f} | {covered} |"
            )
    return "\n".join(lines) if len(lines) > 2 else ""


def _covered(told: Any, truth: Any) -> float:
    return float(((told[:, 1] <= truth) & (truth <= told[:, 2])).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="a folder of CSV files")
    parser.add_argument("--out", default="take_home.jsonl", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="parts of names of tables")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument(
        "--searches", nargs="*", default=["bayes"], choices=["bayes", "random", "racing"]
    )
    parser.add_argument("--candidates", nargs="*", type=int, default=[30, 60])
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--honest", action="store_true")
    args = parser.parse_args()
    until = time.monotonic() + 60 * args.minutes
    lines = args.out.read_text().splitlines() if args.out.exists() else []
    runs = [json.loads(line) for line in lines]
    done = {(run["table"], run["kind"], run["search"], run["seed"]) for run in runs}
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        paths = tables(args.data, Path(scratch))
        for seed in range(args.seeds):
            for path in paths:
                for case in ((kind, search) for kind in args.kinds for search in args.searches):
                    key = (path.stem, *case, seed)
                    wanted = not args.only or any(part in path.stem for part in args.only)
                    if key in done or not wanted or time.monotonic() > until:
                        continue
                    run = one_run(path, *case, seed, args)
                    table, kind, search, seed = key
                    run |= {"table": table, "kind": kind, "search": search, "seed": seed}
                    runs.append(run)
                    with args.out.open("a") as file:
                        file.write(json.dumps(run) + "\n")
    print(gains(runs, args.candidates))
    print(f"\n{honesty(runs, args.candidates)}")


if __name__ == "__main__":
    main()
