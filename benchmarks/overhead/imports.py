"""Measures what importing the library costs beside the part of scikit-learn that it builds on.

Run ``python benchmarks/overhead/imports.py``; ``--help`` lists the options.  Both are imported in
turn in interpreters of their own, after a first round that counts for nothing and leaves compiled
files behind; seconds are those of the processor, which hardly depend on what else it does.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys

BASE, OURS = "sklearn.model_selection", "skhp"


def seconds(module: str) -> float:
    """Return the processor time of an interpreter that imports a module and ends."""
    process = os.posix_spawn(
        sys.executable, [sys.executable, "-X", "utf8", "-c", f"import {module}"], os.environ
    )
    _, status, used = os.wait4(process, 0)
    if status:
        raise SystemExit(f"{module} cannot be imported")
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=11)
    wanted = parser.parse_args()
    rounds = [(seconds(BASE), seconds(OURS)) for _ in range(wanted.repeats + 1)][1:]
    ratios = [ours / base for base, ours in rounds]
    print(f"| `{BASE}` | `{OURS}` | ratio of the medians | range of the ratios |")
    print("| ---: | ---: | ---: | --- |")
    base, ours = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(
        f"| {base:.3f} s | {ours:.3f} s | {ours / base:.2f} "
        f"| {min(ratios):.2f} to {max(ratios):.2f} |"
    )


if __name__ == "__main__":
    main()
