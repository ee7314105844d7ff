"""Summarises regrets as a table of means, mean ranks and paired intervals."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from scipy.stats import rankdata, t

CHECKPOINTS = (10, 15, 25, 50, 100)

Results = Mapping[str, Mapping[tuple[str, int], list[float]]]
"""Method -> (problem, seed) -> regret of the best so far, by trial."""


def rows(results: Results, ours: str) -> list[dict[str, object]]:
    """Return one row per suite, checkpoint and method, over the runs that all methods have."""
    shared = sorted(set.intersection(*(set(runs) for runs in results.values())))
    out: list[dict[str, object]] = []
    for suite in sorted({name.split("/")[0] for name, _ in shared}):
        runs = [run for run in shared if run[0].split("/")[0] == suite]
        longest = min(len(results[method][run]) for method in results for run in runs)
        for n in (n for n in CHECKPOINTS if n <= longest):
            regrets = {m: np.array([results[m][run][n - 1] for run in runs]) for m in results}
            out += [{"suite": suite, "n": n, "runs": len(runs), **row} for row in of(regrets, ours)]
    return out


def of(regrets: Mapping[str, np.ndarray], ours: str) -> list[dict[str, object]]:
    """Return mean regret, mean rank and the interval of (method - ours) for each method."""
    ranks = rankdata(np.array(list(regrets.values())).round(9), axis=0).mean(axis=1)
    out: list[dict[str, object]] = []
    for (method, regret), rank in zip(regrets.items(), ranks, strict=True):
        difference = regret - regrets[ours]
        error = difference.std(ddof=1) / np.sqrt(len(difference)) if len(difference) > 1 else np.nan
        half = float(t.ppf(0.975, max(len(difference) - 1, 1)) * error)
        out.append(
            {
                "method": method,
                "regret": round(float(regret.mean()), 4),
                "rank": round(float(rank), 2),
                "worse by": round(float(difference.mean()), 4),
                "from": round(float(difference.mean()) - half, 4),
                "to": round(float(difference.mean()) + half, 4),
            }
        )
    return out


def write(results: Results, ours: str, folder: Path) -> str:
    """Write table.csv and table.md into the folder and return the latter's text."""
    table = rows(results, ours)
    if not table:
        return "no run is shared by all methods\n"
    with open(folder / "table.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    lines = ["| " + " | ".join(table[0]) + " |", "| " + " | ".join("---" for _ in table[0]) + " |"]
    lines += ["| " + " | ".join(str(value) for value in row.values()) + " |" for row in table]
    text = "\n".join(lines) + "\n"
    (folder / "table.md").write_text(text)
    return text
