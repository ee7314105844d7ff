"""Measures how well searches do where many fits fail: regret by trials, over kinds of regions."""

from __future__ import annotations

import argparse
import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from skhp.history import History
from skhp.space import Space
from skhp.strategies import Bayes, Optuna, Random, Strategy

STRATEGIES: dict[str, Callable[[], Strategy]] = {
    "bayes": Bayes,
    "random": Random,
    "optuna-tpe": lambda: Optuna("tpe"),
    "optuna-gp": lambda: Optuna("gp"),
}
AFTER = (15, 25, 40)


@dataclass(frozen=True)
class Problem:
    """A space, a score in which NaN is a failure, and params that are known to work, if any."""

    space: dict[str, Any]
    score: Callable[[dict[str, Any]], float]
    known: dict[str, Any] | None = None


def hill(center: np.ndarray, width: np.ndarray) -> Callable[[np.ndarray], float]:
    """Return a smooth score with its best at the center and ripples of a tenth round it."""

    def score(u: np.ndarray) -> float:
        z = (u - center) / width
        return float(-np.log1p((z**2).sum()) + 0.1 * np.cos(3.0 * z).mean())

    return score


def unit(n: int) -> dict[str, Any]:
    return {f"x{k}": (0.0, 1.0) for k in range(n)}


def point(params: dict[str, Any]) -> np.ndarray:
    return np.array([value for name, value in params.items() if name.startswith("x")])


def components(rng: np.random.Generator) -> Problem:
    """Of 200 numbers of components 4 can be fitted, of which one is the user's own."""
    scores = rng.normal(size=5)
    own = int(rng.integers(1, 5))
    return Problem(
        {"n": (1, 200)}, lambda p: scores[p["n"]] if p["n"] <= 4 else math.nan, {"n": own}
    )


def half_space(rng: np.random.Generator, *, n: int, share: float) -> Problem:
    """What lies beyond a plane fails; the best lies anywhere before it."""
    normal = np.abs(rng.normal(size=n))
    some = rng.random((4000, n))
    limit = np.quantile(some @ normal, share)
    inside = some[some @ normal <= limit]
    score = hill(inside[0], rng.uniform(0.1, 0.4, n))
    return Problem(unit(n), lambda p: score(point(p)) if point(p) @ normal <= limit else math.nan)


def ball(rng: np.random.Generator, *, n: int, share: float) -> Problem:
    """Only what lies near some point can be fitted; that point is known."""
    center = rng.uniform(0.2, 0.8, n)
    some = rng.random((4000, n))
    radius = np.quantile(np.linalg.norm(some - center, axis=1), share)
    inside = some[np.linalg.norm(some - center, axis=1) <= radius]
    score = hill(inside[0], rng.uniform(0.05, 0.2, n))
    return Problem(
        unit(n),
        lambda p: score(point(p)) if np.linalg.norm(point(p) - center) <= radius else math.nan,
        dict(zip(unit(n), map(float, center), strict=True)),
    )


def kinds(rng: np.random.Generator) -> Problem:
    """Three of five kinds always fail, as a solver that does not know a penalty."""
    works = rng.permutation(5)[:2]
    scores = {f"k{k}": hill(rng.random(2), rng.uniform(0.1, 0.4, 2)) for k in works}
    return Problem(
        {"kind": [f"k{k}" for k in range(5)], **unit(2)},
        lambda p: scores[p["kind"]](point(p)) if p["kind"] in scores else math.nan,
    )


def by_chance(rng: np.random.Generator, *, share: float) -> Problem:
    """Some fail wherever they lie, as on a machine short of memory."""
    score = hill(rng.random(3), rng.uniform(0.1, 0.4, 3))
    salt = int(rng.integers(1 << 30))

    def outcome(p: dict[str, Any]) -> float:
        fails = zlib.crc32(f"{salt}{p}".encode()) < share * 2**32
        return math.nan if fails else score(point(p))

    return Problem(unit(3), outcome)


PROBLEMS: dict[str, Callable[[np.random.Generator], Problem]] = {
    "components, 4 of 200": components,
    "before a plane, 2 columns, 50 %": lambda rng: half_space(rng, n=2, share=0.5),
    "before a plane, 5 columns, 20 %": lambda rng: half_space(rng, n=5, share=0.2),
    "before a plane, 3 columns, 90 %": lambda rng: half_space(rng, n=3, share=0.9),
    "near a point, 2 columns, 5 %": lambda rng: ball(rng, n=2, share=0.05),
    "near a point, 4 columns, 2 %": lambda rng: ball(rng, n=4, share=0.02),
    "two kinds of five": kinds,
    "by chance, 15 %": lambda rng: by_chance(rng, share=0.15),
}


def regrets(problem: Problem, strategy: Strategy, seed: int) -> list[float]:
    """Return the regret after each trial: 0 is the best of a great many, 1 their median."""
    history = History(Space.read(problem.space), seed=seed)
    if problem.known is not None:
        history.tell(problem.known, problem.score(problem.known))
    with threadpool_limits(1):
        while len(history) < AFTER[-1]:
            proposed = strategy.propose(history, 1)
            if not proposed:
                break
            history.tell(proposed[0], problem.score(proposed[0]))
    some = history.space.decode(history.space.sample(20_000, np.random.default_rng(0)))
    reference = np.array([problem.score(params) for params in some])
    scores = np.array([trial.mean if trial.status == "complete" else -np.inf for trial in history])
    best = np.maximum.accumulate(scores)
    top, middle = np.nanmax(reference), np.nanmedian(reference)
    if top == middle:  # few values
        middle = np.nanmin(reference)
    out = np.clip((top - best) / (top - middle), 0.0, 1.0)
    return [*out, *out[-1:].repeat(AFTER[-1] - len(out))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--methods", nargs="+", choices=STRATEGIES, default=["bayes", "random"])
    wanted = parser.parse_args()
    print(f"{'':34}" + "".join(f"{f'@{n}':>16}" for n in AFTER))
    for name, make in PROBLEMS.items():
        for method in wanted.methods:
            runs = []
            for seed in range(wanted.first, wanted.first + wanted.seeds):
                problem = make(np.random.default_rng([seed, zlib.crc32(name.encode())]))
                runs.append(regrets(problem, STRATEGIES[method](), seed))
            at = np.array(runs)[:, [n - 1 for n in AFTER]]
            error = at.std(axis=0, ddof=1) / math.sqrt(len(at))
            cells = [f"{m:.3f} +- {e:.3f}" for m, e in zip(at.mean(axis=0), error, strict=True)]
            print(
                f"{name:34}" + "".join(f"{cell:>16}" for cell in cells) + f"  {method}", flush=True
            )


if __name__ == "__main__":
    main()
