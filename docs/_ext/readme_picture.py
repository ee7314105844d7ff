"""Draws the picture of README from the table of regrets in benchmarks/README.md.

Usage: python docs/_ext/readme_picture.py
"""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).resolve().parent.parent.parent
TRIALS = (10, 15, 25, 50, 100)
METHODS = {"skhp": "C0", "Optuna TPE": "C1", "random search": "0.5"}
ROW = re.compile(r"^\| YAHPO \(40\) \|(.*)\|$", re.MULTILINE)


def regrets() -> list[list[float]]:
    """Return the mean regret of each method after each number of trials."""
    row = ROW.search((ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8"))
    return [[float(regret) for regret in cell.split("/")] for cell in row[1].split("|")]


def draw(path: Path) -> None:
    """Draw the regrets, each line named at its end."""
    figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
    for (name, color), line in zip(METHODS.items(), regrets(), strict=True):
        ax.plot(TRIALS, line, "o-", color=color, linewidth=2)
        ax.annotate(
            name,
            (TRIALS[-1], line[-1]),
            xytext=(8, 0),
            textcoords="offset points",
            color=color,
            va="center",
            weight="bold",
        )
    ax.set_xscale("log")
    ax.set_xticks(TRIALS, [str(trial) for trial in TRIALS])
    ax.minorticks_off()
    ax.set_ylim(0, None)
    ax.set_xlabel("candidates tried")
    ax.set_ylabel("regret (0: the best known)")
    ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120, facecolor="white")


if __name__ == "__main__":
    draw(ROOT / "docs" / "_static" / "regret.png")
