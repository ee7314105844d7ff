"""Compares searches of decision trees, whose params often make the same model, with Optuna's TPE.

Run ``python benchmarks/quality/trees.py --data FOLDER --tables NAMES --out trees.jsonl``.  Scores
of params are computed once and remembered, so that many seeds are affordable; each seed draws rows
of its own.  Finished runs are lines of the file, and the same command goes on where it stopped.
What is printed is how far each method is ahead of TPE, in thousandths, with one standard error over
tables.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from presets_cases import Table, read_table
from sklearn.base import clone
from sklearn.metrics import get_scorer
from sklearn.model_selection import check_cv
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skhp.defaults import default_initial_params
from skhp.history import Fold, History
from skhp.presets._counts import counted
from skhp.space import Choice, Integer, Real, Space
from skhp.strategies import Bayes, Initial, Random, Strategy

CHECKPOINTS = (15, 30, 60)
FOLDS = 5
Found = tuple[list[dict[str, Any]], list[float]]

SPACES: dict[str, dict[str, Any]] = {
    "pruned": {
        "max_depth": Integer(1, 30, log=True),
        "min_samples_leaf": Integer(1, 100, log=True),
        "ccp_alpha": Real(1e-6, 0.1, log=True),
    },
    "drawn": {
        "max_depth": Integer(1, 30, log=True),
        "min_samples_leaf": Integer(1, 100, log=True),
        "min_samples_split": Integer(2, 128, log=True),
        "max_features": Real(0.05, 1.0),
    },
}


class Case:
    """Trees on a table, of which the first steps of a pipeline have made numbers."""

    def __init__(self, table: Table, space: str) -> None:
        self.classes = bool(table.classes)
        kind = DecisionTreeClassifier if self.classes else DecisionTreeRegressor
        self.model = kind(random_state=0)
        criteria = ["gini", "entropy"] if self.classes else ["squared_error", "absolute_error"]
        self.dimensions = {**SPACES[space], "criterion": Choice(criteria)}
        self._table, self._scorer = table, get_scorer(table.scoring)
        self._scores: dict[Any, float] = {}

    @cached_property
    def _folds(self) -> list[Any]:
        X, y = self._table.train[0], np.asarray(self._table.train[1])
        splits = check_cv(FOLDS, y, classifier=self.classes).split(X, y)
        return [(*self._numbers(X.iloc[a], X.iloc[b], y[a]), y[a], y[b]) for a, b in splits]

    def _numbers(self, train: Any, test: Any, y: Any) -> tuple[Any, Any]:
        steps = self._table.pipeline(self.model)[:-1].fit(train, y)
        return steps.transform(train), steps.transform(test)

    @cached_property
    def space(self) -> Space:
        """The space of our searches, which knows the params that make the same model."""
        space = Space.read(self.dimensions)
        sizes = [*(len(fold[2]) for fold in self._folds), len(self._table.train[0])]
        columns = self._folds[0][0].shape[1]
        same = counted(self.model, space.names, n_features=columns, sizes=sizes)
        return replace(space, counted=same)

    def score(self, params: dict[str, Any]) -> float:
        key = tuple(sorted(params.items()))
        if key not in self._scores:
            model = clone(self.model).set_params(**params)
            scores = [self._scorer(model.fit(X, y), Z, z) for X, Z, y, z in self._folds]
            self._scores[key] = float(np.mean(scores))
        return self._scores[key]

    def held_out(self, params: dict[str, Any]) -> float:
        (X, y), (Z, z) = self._table.train, self._table.held_out
        model = self._table.pipeline(clone(self.model).set_params(**params))
        return float(self._scorer(model.fit(X, y), Z, z))


def by(strategy: Strategy, case: Case, *, seed: int, in_flight: int) -> Found:
    """Search with so many candidates under way; the present params come first."""
    history = History(case.space, seed=seed)
    strategy = Initial(default_initial_params(case.space, case.model), strategy)
    for number in range(CHECKPOINTS[-1] + in_flight - 1):
        if number < CHECKPOINTS[-1]:
            for params in strategy.propose(history, 1):
                history.add(params)
        done = number - in_flight + 1
        if 0 <= done < len(history):
            history.record(done, Fold(0, {"score": case.score(history[done].params)}))
    return [trial.params for trial in history], [trial.score for trial in history]


def by_tpe(case: Case, *, seed: int) -> Found:
    """Search with Optuna's default sampler, which knows each result before the next candidate."""
    tried: list[dict[str, Any]] = []
    scores: list[float] = []

    def objective(trial: optuna.Trial) -> float:
        params: dict[str, Any] = {}
        for name, one in case.dimensions.items():
            if isinstance(one, Choice):
                params[name] = trial.suggest_categorical(name, one.values)
            else:
                whole = isinstance(one, Integer)
                suggest = trial.suggest_int if whole else trial.suggest_float
                params[name] = suggest(name, one.low, one.high, log=one.log)
        tried.append(params)
        scores.append(case.score(params))
        return scores[-1]

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(seed=seed)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.optimize(objective, n_trials=CHECKPOINTS[-1])
    return tried, scores


METHODS: dict[str, Any] = {
    "one in flight": lambda case, seed: by(Bayes(), case, seed=seed, in_flight=1),
    "four in flight": lambda case, seed: by(Bayes(), case, seed=seed, in_flight=4),
    "random": lambda case, seed: by(Random(), case, seed=seed, in_flight=1),
    "TPE": lambda case, seed: by_tpe(case, seed=seed),
}


def one_run(case: Case, method: str, seed: int) -> dict[str, Any]:
    tried, scores = METHODS[method](case, seed)
    found: dict[str, Any] = {"repeats": len(scores) - len(set(scores))}
    for n in CHECKPOINTS:
        best = int(np.argmax(scores[:n]))
        found |= {f"CV {n}": scores[best], f"held out {n}": case.held_out(tried[best])}
    return found


def summary(runs: dict[tuple[str, str, int, str], dict[str, Any]]) -> str:
    columns = [f"{kind} {n}" for kind in ("CV", "held out") for n in CHECKPOINTS]
    lines = ["| space | method | " + " | ".join(columns) + " | scores seen before |"]
    lines.append("| --- " * (len(columns) + 3) + "|")
    for space in SPACES:
        for method in METHODS:
            keys = [key for key in runs if key[0] == space and key[3] == method]
            keys = [key for key in keys if (*key[:3], "TPE") in runs]
            tables = sorted({key[1] for key in keys})
            cells = []
            for column in columns:
                gaps = [
                    np.mean(
                        [
                            runs[key][column] - runs[(*key[:3], "TPE")][column]
                            for key in keys
                            if key[1] == table
                        ]
                    )
                    for table in tables
                ]
                error = np.std(gaps, ddof=1) / np.sqrt(len(gaps)) if len(gaps) > 1 else np.nan
                cells.append(f"{1e3 * np.mean(gaps):+.1f} ± {1e3 * error:.1f}" if gaps else "")
            repeats = np.mean([runs[key]["repeats"] for key in keys]) if keys else np.nan
            lines.append(f"| {space} | {method} | " + " | ".join(cells) + f" | {repeats:.1f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of CSV files")
    parser.add_argument("--tables", nargs="+", required=True, help="names of some of them")
    parser.add_argument("--out", type=Path, required=True, help="JSON lines; a run goes on")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--rows", type=int, default=400)
    wanted = parser.parse_args()
    lines = wanted.out.read_text().splitlines() if wanted.out.exists() else []
    runs = {tuple(key): run for key, run in map(json.loads, lines)}
    for seed in range(wanted.seeds):
        for name in wanted.tables:
            table = read_table(wanted.data / f"{name}.csv", rows=wanted.rows, seed=seed)
            for space in SPACES:
                case = Case(table, space)
                for method in METHODS:
                    key = (space, name, seed, method)
                    if key not in runs:
                        runs[key] = one_run(case, method, seed)
                        with open(wanted.out, "a", encoding="utf-8") as file:
                            print(json.dumps([key, runs[key]]), file=file)
    print(summary(runs))


if __name__ == "__main__":
    main()
