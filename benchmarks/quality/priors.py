"""Measures what priors are worth: paired regrets with and without, right ones and wrong ones.

Earlier searches of other data are told as ``warm_start_from`` does: of related data, of data that
have nothing to do with these, and of the opposite of these.  Beliefs of the user lie round the best
of 2,000 random params, the hundredth, the median and the worst.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import problems
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from skhp.history import History
from skhp.space import Dimension, Space
from skhp.strategies import Bayes, Initial, Strategy

AFTER = (5, 10, 15, 25, 40)
N_EARLIER = 30
N_FIRST = 5
WIDTH = 0.2
ODDS = 4.0

Score = Callable[[dict[str, Any]], float]
Run = dict[str, list[float]]


@dataclass(frozen=True)
class Case:
    """A score, what maps it to a regret, and the scores that the same params have elsewhere."""

    space: Space
    score: Score
    regret: Callable[[float], float]
    elsewhere: dict[str, list[Score]]


@dataclass(frozen=True)
class Hills:
    """A smooth score with ripples: one hill for each kind."""

    centers: np.ndarray
    widths: np.ndarray
    heights: np.ndarray

    @classmethod
    def drawn(cls, rng: np.random.Generator, n_kinds: int, n: int) -> Hills:
        shape = (n_kinds, n)
        return cls(
            rng.uniform(0.05, 0.95, shape),
            rng.uniform(0.1, 0.5, shape),
            rng.uniform(-0.5, 0.5, n_kinds),
        )

    def moved(self, rng: np.random.Generator) -> Hills:
        """Return what related data may look like."""
        return Hills(
            np.clip(self.centers + rng.normal(0.0, 0.08, self.centers.shape), 0.0, 1.0),
            self.widths * np.exp(rng.normal(0.0, 0.2, self.widths.shape)),
            self.heights + rng.normal(0.0, 0.1, self.heights.shape),
        )

    def __call__(self, params: dict[str, Any]) -> float:
        kind = params["kind"]
        u = np.array([params[f"x{k}"] for k in range(self.centers.shape[1])])
        z = (u - self.centers[kind]) / self.widths[kind]
        return float(self.heights[kind] - np.log1p((z**2).sum()) + 0.1 * np.cos(3.0 * z).mean())


def toy(rng: np.random.Generator, *, n: int, n_kinds: int = 1) -> Case:
    """Hills, one of each kind; on related data they have moved a little."""
    names = [f"x{k}" for k in range(n)]
    space = Space.read({**dict.fromkeys(names, (0.0, 1.0)), "kind": list(range(n_kinds))})
    score = Hills.drawn(rng, n_kinds, n)
    related = [score.moved(rng) for _ in range(5)]
    some = space.decode(space.sample(2000, np.random.default_rng(0)))
    tops = [
        {**dict(zip(names, center.tolist(), strict=True)), "kind": kind}
        for kind, center in enumerate(score.centers)
    ]
    top, middle = max(map(score, [*some, *tops])), float(np.median([*map(score, some)]))
    elsewhere: dict[str, list[Score]] = {
        "related": related[:1],
        "five related": related,
        "unrelated": [Hills.drawn(rng, n_kinds, n)],
        "opposite": [lambda params: -score(params)],
    }
    return Case(space, score, lambda s: max(0.0, (top - s) / (top - middle)), elsewhere)


TOYS: dict[str, Callable[[np.random.Generator], Case]] = {
    "toy/2 columns": lambda rng: toy(rng, n=2),
    "toy/5 columns": lambda rng: toy(rng, n=5),
    "toy/3 columns, 4 kinds": lambda rng: toy(rng, n=3, n_kinds=4),
    "toy/8 columns": lambda rng: toy(rng, n=8),
}


def of_folder(folder: Path, name: str, rng: np.random.Generator) -> Case | None:
    """A problem of the folder; others with the same space are related; None if there are none."""
    registry = problems.load_registry(folder)
    target = registry.get_problem(name)
    alike = [one for one in registry.list_problems() if one.split("/")[0] == name.split("/")[0]]
    others = [registry.get_problem(one) for one in alike if one != name]
    others = [other for other in others if other.space == target.space]
    if not others:
        return None

    def scored(problem: problems.Problem) -> Score:
        return lambda params: -float(problem.evaluate(params))

    related = [scored(others[k]) for k in rng.permutation(len(others))[:5]]
    salt = int(rng.integers(1 << 30))
    elsewhere: dict[str, list[Score]] = {
        "related": related[:1],
        "five related": related,
        "unrelated": [lambda p: zlib.crc32(f"{salt}{sorted(p.items())}".encode()) / 2**32],
        "opposite": [lambda p: float(target.evaluate(p))],
    }
    space = problems.read_space(target.space)
    return Case(space, scored(target), lambda s: float(target.regret(-s)), elsewhere)


def run(space: Space, strategy: Strategy, score: Score, *, seed: int, n: int) -> History:
    history = History(space, seed=seed)
    with threadpool_limits(1):
        while len(history) < n:
            proposed = strategy.propose(history, 1)
            if not proposed:
                break
            history.tell(proposed[0], score(proposed[0]))
    return history


def found(case: Case, score: Score, seed: int) -> list[dict[str, Any]]:
    """Return what a search of other data has tried, the best first."""
    trials = run(case.space, Bayes(), score, seed=seed, n=N_EARLIER).trials
    return [trial.params for trial in sorted(trials, key=lambda trial: -trial.score)]


def told(case: Case, seed: int) -> Iterator[tuple[str, Strategy]]:
    """Yield searches that begin with the best of each earlier one, with five, or five as hints."""
    for kind, scores in case.elsewhere.items():
        params = [found(case, score, 1000 + 10 * seed + k) for k, score in enumerate(scores)]
        first = [one[k] for k in range(N_FIRST) for one in params]
        if len(params) < N_FIRST:
            yield f"{kind}, {N_FIRST} of them", Initial(first[:N_FIRST], Bayes())
        yield f"{kind}, {N_FIRST} as hints", Initial(first[:1], Bayes(), first[1:N_FIRST])
        yield f"{kind}, 1 of each", Initial(first[: len(params)], Bayes())


class Around:
    """The values whose places in the unit cube are normal."""

    def __init__(self, dimension: Dimension, center: float) -> None:
        self._center = center
        self._u = np.linspace(0.0, 1.0, 2001)
        self._values = np.array(dimension.decode(dimension.snap(self._u[:, None])), dtype=float)

    def cdf(self, values: Any) -> Any:
        return norm.cdf(np.interp(values, self._values, self._u), self._center, WIDTH)


def around(params: dict[str, Any], space: Space) -> dict[str, Any]:
    """Return the belief that the best lies near some params."""
    [u] = space.encode([params])
    beliefs: dict[str, Any] = {}
    for parameter, block in zip(space.parameters, space.layout.blocks, strict=True):
        name, dimension = parameter.name, parameter.dimension
        if name in params and dimension.size > 1:
            is_ordered = space.is_ordered[block.start]
            weighed = {params[name]: ODDS}
            beliefs[name] = Around(dimension, float(u[block.start])) if is_ordered else weighed
    return beliefs


def believed(case: Case, seed: int) -> Iterator[tuple[str, Strategy]]:
    """Yield searches whose user believes something."""
    some = case.space.decode(case.space.sample(2000, np.random.default_rng(seed)))
    order = np.argsort([-case.score(params) for params in some])
    for kind, place in {"right": 0, "hundredth": 99, "median": 999, "wrong": -1}.items():
        yield f"belief, {kind}", Bayes(beliefs=around(some[order[place]], case.space))


def regrets(case: Case, strategy: Strategy, seed: int) -> list[float]:
    """Return the regret of the best so far after each trial."""
    trials = run(case.space, strategy, case.score, seed=seed, n=AFTER[-1]).trials
    best = [case.regret(score) for score in np.maximum.accumulate([one.mean for one in trials])]
    return best + best[-1:] * (AFTER[-1] - len(best))


def measured(name: str, seed: int, wanted: argparse.Namespace) -> Run | None:
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    case = TOYS[name](rng) if name in TOYS else of_folder(wanted.problems, name, rng)
    if case is None:
        return None
    strategies = {"without": Bayes(), **dict((believed if wanted.beliefs else told)(case, seed))}
    return {label: regrets(case, strategy, seed) for label, strategy in strategies.items()}


def table(done: dict[str, list[Run]]) -> str:
    """Return mean regrets without, and differences to them, over problems of several seeds each."""
    means = [
        {label: np.mean([run[label] for run in runs], axis=0) for label in runs[0]}
        for runs in done.values()
    ]
    at = [n - 1 for n in AFTER]
    lines = [f"| {len(means)} problems | " + " | ".join(f"@{n}" for n in AFTER) + " |"]
    lines.append("| --- |" + " ---: |" * len(AFTER))
    for label in means[0]:
        rows = np.array([mean[label][at] for mean in means])
        if label != "without":
            rows -= np.array([mean["without"][at] for mean in means])
        error = rows.std(axis=0, ddof=1) / np.sqrt(len(rows)) if len(rows) > 1 else rows[0] * np.nan
        sign = "" if label == "without" else "+"
        cells = [f"{m:{sign}.3f} ± {e:.3f}" for m, e in zip(rows.mean(axis=0), error, strict=True)]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=Path, help="folder with registry.py, in place of toys")
    parser.add_argument("--only", nargs="*", default=[""], help="parts of names of problems")
    parser.add_argument("--every", type=int, default=1, help="take every so manieth problem")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--beliefs", action="store_true", help="the user's, not earlier searches")
    parser.add_argument("--out", type=Path, required=True, help="file of results; a run goes on")
    wanted = parser.parse_args()
    names = list(TOYS)
    if wanted.problems is not None:
        names = problems.load_registry(wanted.problems).list_problems()[:: wanted.every]
    names = [name for name in names if any(part in name for part in wanted.only)]
    lines = wanted.out.read_text().splitlines() if wanted.out.exists() else []
    known = {(name, seed): run for name, seed, run in map(json.loads, lines)}
    done: dict[str, list[Run]] = {}
    for seed in range(wanted.seeds):
        for name in names:
            if (name, seed) not in known:
                known[name, seed] = measured(name, seed, wanted)
                with open(wanted.out, "a") as file:
                    print(json.dumps([name, seed, known[name, seed]]), file=file)
            if known[name, seed] is not None:
                done.setdefault(name, []).append(known[name, seed])
    print(table(done))


if __name__ == "__main__":
    main()
