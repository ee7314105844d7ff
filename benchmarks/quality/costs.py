"""Measures what counting costs gains where time is the budget: the best score by seconds.

Run ``python benchmarks/quality/costs.py --out FILE``.  Clocks are simulated, so that a run takes
as long as its proposals: a trial moves the clock by the seconds that its problem says, and the
search ends with the first trial that would end after the budget, which is 30 times what random
params take on average.  Regret is 0 for the best known params and 1 for the median of random ones,
and never counts as more.  ``--problems FOLDER`` takes problems of other people (see `problems.py`)
whose registry has a clock beside the loss: of ``name:metric`` it is ``name:timetrain`` or
``name:time``.  ``--real`` fits ready-made spaces to tables, and the clock moves by the seconds of
the processor that five folds take; the score is then the best mean over folds.
"""

from __future__ import annotations

import argparse
import json
import math
import time
import warnings
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from problems import load_registry, read_space
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingRegressor
from sklearn.model_selection import cross_val_score
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from threadpoolctl import threadpool_limits

from skhp.history import Fold, History
from skhp.presets import space_for
from skhp.space import Space
from skhp.strategies import Bayes, FrugalBayes, Strategy

Params = dict[str, Any]

METHODS: dict[str, Callable[[float], Strategy]] = {
    "without": lambda budget: Bayes(),
    "with": FrugalBayes,
}
SHARES = (0.25, 0.5, 1.0)
"""Parts of the budget after which searches are compared."""

TRIALS = 30
"""How many random trials the budget is good for, on average."""

MOST_TRIALS = 200

A_PROPOSAL = 0.01
"""Seconds that the clock moves for a proposal."""


@dataclass(frozen=True)
class Problem:
    """A space, what params are worth and take there, and what scores mean.

    `outcome` gives a score, larger is better, and seconds; `regret` turns a score into what is
    compared, less is better.
    """

    space: Space
    outcome: Callable[[Params], tuple[float, float]]
    budget: float
    regret: Callable[[float], float]


def unit(params: Params) -> np.ndarray:
    return np.array([value for name, value in params.items() if name.startswith("x")])


def even(rng: np.random.Generator) -> Callable[[Params], float]:
    return lambda params: 1.0


def sloped(rng: np.random.Generator) -> Callable[[Params], float]:
    """From 1 to 300 seconds, along some direction that has nothing to do with the score."""
    along = rng.dirichlet(np.ones(3))
    return lambda params: 300.0 ** float(along @ unit(params))


def dear_kinds(rng: np.random.Generator) -> Callable[[Params], float]:
    """Kinds that differ by up to a thousand times."""
    of = dict(zip("abcd", rng.permutation([1.0, 10.0, 100.0, 1000.0]), strict=True))
    return lambda params: of[params["kind"]]


def cliff(rng: np.random.Generator) -> Callable[[Params], float]:
    """A second, but up to a thousand in the last third of a column, as with a large C."""
    column = rng.integers(3)
    return lambda params: 1000.0 ** max(0.0, 3.0 * float(unit(params)[column]) - 2.0)


CLOCKS = {"even": even, "sloped": sloped, "dear kinds": dear_kinds, "cliff": cliff}
PLACES = ("anywhere", "cheap", "dear")
"""Where the best is: not chosen, or among the cheapest or dearest tenth of the space."""


def made_up(clock: str, place: str, seed: int) -> Problem:
    """Return a hill over three columns and a kind, with ripples, and a clock."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{clock} {place}".encode())])
    space = Space.read({**{f"x{k}": (0.0, 1.0) for k in range(3)}, "kind": list("abcd")})
    seconds = CLOCKS[clock](rng)
    some = space.decode(space.sample(20_000, rng))
    taken = np.array([seconds(params) for params in some])
    order = np.argsort(taken, kind="stable")
    tenth = {"anywhere": order, "cheap": order[:2000], "dear": order[-2000:]}[place]
    top = some[int(rng.choice(tenth))]
    width = rng.uniform(0.1, 0.4, 3)
    less = dict(zip("abcd", rng.uniform(0.2, 2.0, 4), strict=True)) | {top["kind"]: 0.0}

    def score(params: Params) -> float:
        z = (unit(params) - unit(top)) / width
        return float(-np.log1p((z**2).sum()) + 0.1 * np.cos(3 * z).mean()) - less[params["kind"]]

    middle, best = np.median([score(params) for params in some]), score(top)
    return Problem(
        space,
        lambda params: (score(params), seconds(params)),
        TRIALS * float(taken.mean()),
        lambda found: float(np.clip((best - found) / (best - middle), 0.0, 1.0)),
    )


def of_folder(registry: Any, name: str) -> Problem:
    problem, before = registry.get_problem(name), name.rpartition(":")[0]
    clock = None
    for metric in ("timetrain", "time"):
        try:
            clock = registry.get_problem(f"{before}:{metric}")
            break
        except (KeyError, ValueError):
            continue
    if clock is None:
        raise SystemExit(f"{name} has no clock: {before}:timetrain")
    space = read_space(problem.space)
    some = space.decode(space.sample(200, np.random.default_rng(0)))

    def seconds(params: Params) -> float:
        return max(0.01, float(clock.evaluate(params)))

    return Problem(
        space,
        lambda params: (-float(problem.evaluate(params)), seconds(params)),
        TRIALS * float(np.mean([seconds(params) for params in some])),
        lambda found: float(np.clip(problem.regret(-found), 0.0, 1.0)),
    )


TABLES = {"cancer": load_breast_cancer, "diabetes": load_diabetes, "digits": load_digits}
PAIRS: dict[str, tuple[Callable[[], Any], str]] = {
    "SVC, cancer": (SVC, "cancer"),
    "SVC, digits": (SVC, "digits"),
    "SVR, diabetes": (SVR, "diabetes"),
    "extra trees, cancer": (lambda: ExtraTreesClassifier(random_state=0), "cancer"),
    "boosting, diabetes": (lambda: GradientBoostingRegressor(random_state=0), "diabetes"),
    "network, cancer": (lambda: MLPClassifier(random_state=0), "cancer"),
}


def real(pair: str) -> Problem:
    """Return a ready-made space and five folds of up to 600 scaled rows; regret is minus score."""
    make, table = PAIRS[pair]
    X, y = TABLES[table](return_X_y=True)
    X = StandardScaler().fit_transform(X)
    rows = np.random.default_rng(0).permutation(len(X))[:600]
    X, y = X[rows], y[rows]
    space = Space.read(space_for(make(), X=X, y=y))

    def outcome(params: Params) -> tuple[float, float]:
        start = time.process_time()
        scores = cross_val_score(make().set_params(**params), X, y, cv=5)
        return float(scores.mean()), time.process_time() - start

    some = space.decode(space.sample(20, np.random.default_rng(0)))
    budget = TRIALS * float(np.mean([outcome(params)[1] for params in some]))
    return Problem(space, outcome, budget, lambda found: -found)


def searched(problem: Problem, strategy: Strategy, seed: int) -> dict[str, Any]:
    """Return what a search has found after each share of its budget, and how often it tried."""
    history = History(problem.space, seed=seed, reproducible=False)
    clock, worst = 0.0, math.inf
    found = [worst] * len(SHARES)
    while len(history) < MOST_TRIALS:
        history.since = time.monotonic() - clock
        proposed = strategy.propose(history, 1)
        if not proposed:
            break
        score, seconds = problem.outcome(proposed[0])
        clock += seconds + A_PROPOSAL
        if clock > problem.budget:
            break
        number = history.add(proposed[0]).number
        history.record(number, Fold(0, {"score": score}, fit_time=seconds))
        regret = problem.regret(score)
        for k, share in enumerate(SHARES):
            if clock <= share * problem.budget:
                found[k] = min(found[k], regret)
    return {"found": [min(one, 1.0) for one in found], "n": len(history)}


def cases(wanted: argparse.Namespace) -> Iterator[tuple[str, str, Callable[[int], Problem]]]:
    """Yield the kind of a problem, its name, and what makes it for a seed."""
    if wanted.real:
        for pair in PAIRS:
            problem = real(pair)
            yield pair, pair, lambda seed, problem=problem: problem
    elif wanted.problems is not None:
        registry = load_registry(wanted.problems)
        for name in registry.list_problems():
            if any(part in name for part in wanted.only):
                problem = of_folder(registry, name)
                yield name.split(":")[0], name, lambda seed, problem=problem: problem
    else:
        for clock in CLOCKS:
            for place in PLACES[: 1 if clock == "even" else None]:
                name = f"{clock}, best {place}"

                def make(seed: int, clock: str = clock, place: str = place) -> Problem:
                    return made_up(clock, place, seed)

                yield name, name, make


def table(runs: list[dict[str, Any]]) -> None:
    """Print regret without costs and paired differences with them, in thousandths."""
    by = {(run["name"], run["seed"], run["method"]): run for run in runs}
    pairs: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for (name, seed, method), run in by.items():
        other = by.get((name, seed, "with"))
        if method == "without" and other is not None:
            pairs[run["kind"]].append((run, other))
    pairs["**all**"] = [pair for those in pairs.values() for pair in those]
    print("| problems | runs | trials without, with | regret without, at " + ", ".join(
        f"{share:g}" for share in SHARES) + " | with minus without, thousandths |")  # fmt: skip
    print("| --- | ---: | --- | --- | --- |")
    for kind, those in pairs.items():
        before = np.array([one["found"] for one, _ in those])
        gain = 1000 * (np.array([other["found"] for _, other in those]) - before)
        error = gain.std(axis=0, ddof=1) / math.sqrt(len(gain)) if len(gain) > 1 else gain[0] * 0
        counts = (np.mean([run[k]["n"] for run in those]) for k in (0, 1))
        cells = [
            f"{kind} | {len(those)}",
            ", ".join(f"{n:.0f}" for n in counts),
            ", ".join(f"{mean:.3f}" for mean in before.mean(axis=0)),
            ", ".join(f"{g:+.0f} ± {e:.0f}" for g, e in zip(gain.mean(axis=0), error, strict=True)),
        ]
        print("| " + " | ".join(cells) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="finished runs, a line each")
    parser.add_argument("--problems", type=Path)
    parser.add_argument("--only", nargs="+", default=[""], help="parts of names of problems")
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    wanted = parser.parse_args()
    lines = wanted.out.read_text().splitlines() if wanted.out.exists() else []
    runs = [json.loads(line) for line in lines]
    done = {(run["name"], run["seed"], run["method"]) for run in runs}
    warnings.simplefilter("ignore")
    with threadpool_limits(1), wanted.out.open("a") as file:
        for kind, name, make in cases(wanted):
            for seed in range(wanted.first, wanted.first + wanted.seeds):
                for method, strategy in METHODS.items():
                    if (name, seed, method) in done:
                        continue
                    problem = make(seed)
                    run = {"kind": kind, "name": name, "seed": seed, "method": method}
                    run |= searched(problem, strategy(problem.budget), seed)
                    runs.append(run)
                    file.write(json.dumps(run) + "\n")
                    file.flush()
    table(runs)


if __name__ == "__main__":
    main()
