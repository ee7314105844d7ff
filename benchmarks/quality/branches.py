"""Compares searches of conditional spaces with and without doubt about rarely tried branches.

Run ``python benchmarks/quality/branches.py --out runs.jsonl``, with ``--problems FOLDER`` on those
of a folder that have conditions.  The same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import problems
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from skhp.history import Fold, History
from skhp.space import Space, When
from skhp.strategies import Bayes
from skhp.strategies._bayes_widened import Widened

Array = NDArray[np.float64]

SHOWN = (10, 15, 25, 50, 80)
_WITHOUT = classmethod(lambda cls, posterior, U, space: posterior)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="file of runs; a run goes on")
    parser.add_argument("--problems", type=Path, help="folder with registry.py, else made-up ones")
    parser.add_argument("--only", nargs="*", default=[""], help="parts of names of problems")
    parser.add_argument("--made", type=int, default=24, help="how many made-up problems")
    parser.add_argument("--first", type=int, default=0, help="number of the first of them")
    parser.add_argument("--seeds", type=int, default=5)
    return parser.parse_args()


@dataclass(frozen=True)
class Branch:
    """A branch of a made-up problem: an offset and a spread times a function of its columns."""

    n_columns: int
    offset: float
    spread: float
    function: Callable[[Array], Array]

    def losses(self, u: Array) -> Array:
        return self.offset + self.spread * self.function(u)

    def lowest(self, sample: Array) -> float:
        losses = self.losses(sample)
        found = [
            minimize(
                lambda x: self.losses(np.clip(x, 0, 1)[None])[0],
                sample[start],
                method="L-BFGS-B",
                bounds=[(0, 1)] * sample.shape[1],
            ).fun
            for start in np.argsort(losses)[:4]
        ]
        return float(min([losses.min(), *found]))


class Made:
    """A made-up problem: 2 to 6 branches of 1 to 8 columns of their own, and up to 2 shared ones.

    Parameters
    ----------
    number : int
        Which one.
    """

    def __init__(self, number: int) -> None:
        rng = np.random.default_rng([77, number])
        n_branches, self.n_shared = int(rng.integers(2, 7)), int(rng.integers(0, 3))
        n_columns = [int(n) for n in rng.integers(1, 9, n_branches)]
        offsets = rng.normal(0, 0.3, n_branches)
        spreads = np.exp(rng.normal(0, 0.5, n_branches))
        self.branches = [
            Branch(n, offset, spread, _function(rng, n + self.n_shared))
            for n, offset, spread in zip(n_columns, offsets, spreads, strict=True)
        ]
        samples = [rng.random((2000, n + self.n_shared)) for n in n_columns]
        pairs = list(zip(self.branches, samples, strict=True))
        self.best = min(branch.lowest(sample) for branch, sample in pairs)
        self.median = np.median([branch.losses(sample[:400]) for branch, sample in pairs])

    @property
    def read(self) -> Space:
        """The space."""
        space: dict[str, Any] = {"branch": [f"b{b}" for b in range(len(self.branches))]}
        space |= {f"shared{j}": (0.0, 1.0) for j in range(self.n_shared)}
        for b, branch in enumerate(self.branches):
            for j in range(branch.n_columns):
                space[f"own{b}_{j}"] = When("branch", f"b{b}", (0.0, 1.0))
        return Space.read(space)

    def evaluate(self, params: dict[str, Any]) -> float:
        b = int(params["branch"][1:])
        branch = self.branches[b]
        u = [params[f"shared{j}"] for j in range(self.n_shared)]
        u += [params[f"own{b}_{j}"] for j in range(branch.n_columns)]
        return float(branch.losses(np.array([u]))[0])

    def regret(self, loss: float) -> float:
        return float((loss - self.best) / (self.median - self.best))


def _function(rng: np.random.Generator, n: int) -> Callable[[Array], Array]:
    """Return a bowl, a funnel with ripples, or a draw of a smooth random function."""
    kind = rng.integers(3)
    weights, centre = np.exp(rng.normal(0, 1, n)), rng.random(n)
    weights /= weights.sum()
    if kind == 0:
        return lambda u: 6 * ((u - centre) ** 2 @ weights)
    if kind == 1:
        return lambda u: (
            1
            - np.exp(-4 * np.sqrt((u - centre) ** 2 @ weights))
            + 0.05 * (1 - np.cos(6 * np.pi * (u - centre))).mean(axis=1)
        )
    m, lengths = 300, 0.35 * np.sqrt(n) * np.exp(rng.normal(0, 0.5, n))
    waves, phases = rng.standard_t(5, (m, n)) / lengths, 2 * np.pi * rng.random(m)
    heights = 0.35 * np.sqrt(2 / m) * rng.normal(0, 1, m)
    return lambda u: np.cos(u @ waves.T + phases) @ heights


def asked(wanted: argparse.Namespace) -> Iterator[tuple[str, Any, Space]]:
    """Yield the problems, each with its name and space; only conditional ones of a folder."""
    if wanted.problems is None:
        for number in range(wanted.first, wanted.first + wanted.made):
            problem = Made(number)
            yield f"made/{number}", problem, problem.read
        return
    registry = problems.load_registry(wanted.problems)
    for name in registry.list_problems():
        if any(part in name for part in wanted.only):
            problem = registry.get_problem(name)
            if any(problems.conditions(one) for one in problem.space):
                yield name, problem, problems.read_space(problem.space)


def regrets(problem: Any, space: Space, seed: int) -> list[float]:
    history, strategy = History(space, seed=seed), Bayes()
    best: list[float] = []
    for number in range(SHOWN[-1]):
        proposed = strategy.propose(history, 1)
        if not proposed:
            break
        history.add(proposed[0])
        loss = problem.evaluate(proposed[0])
        history.record(number, Fold(0, {"score": -loss}))
        best.append(min([problem.regret(loss), *best[-1:]]))
    return [round(best[min(n, len(best)) - 1], 5) for n in SHOWN]


def table(runs: list[dict[str, Any]]) -> str:
    """Return the mean difference over problems, in thousandths; minus favours doubt."""
    of_problem = defaultdict(list)
    for run in runs:
        of_problem[run["problem"]].append((run["without"], run["with"]))
    pairs = np.array([np.mean(found, axis=0) for found in of_problem.values()]) * 1e3
    difference = pairs[:, 1] - pairs[:, 0]
    error = difference.std(axis=0, ddof=1) / np.sqrt(len(difference))
    lines = [f"{len(runs)} pairs of runs on {len(pairs)} problems"]
    for k, n in enumerate(SHOWN):
        without, change = pairs[:, 0, k].mean(), difference[:, k].mean()
        lines.append(f"after {n:2d} trials: {without:4.0f} {change:+4.0f} +- {error[k]:.0f}")
    return "\n".join(lines)


def main() -> None:
    wanted = arguments()
    lines = wanted.out.read_text().splitlines() if wanted.out.exists() else []
    runs = [json.loads(line) for line in lines]
    done = {(run["problem"], run["seed"]) for run in runs}
    chosen = list(asked(wanted))
    with open(wanted.out, "a") as file, threadpool_limits(1):
        for seed in range(wanted.seeds):
            for name, problem, space in chosen:
                if (name, seed) in done:
                    continue
                run = {"problem": name, "seed": seed, "with": regrets(problem, space, seed)}
                with patch.object(Widened, "where_rare", _WITHOUT):
                    run["without"] = regrets(problem, space, seed)
                print(json.dumps(run), file=file, flush=True)
                runs.append(run)
    print(table(runs))


if __name__ == "__main__":
    main()
