"""Summarises the scores of ready-made and published spaces as a table."""

from __future__ import annotations

from typing import Any

import numpy as np

KINDS = ("untuned", "ready-made", "random", "published")
TIE = 1e-9


def write(cases: list[dict[str, Any]]) -> str:
    """Return a row per model and what is true of all cases, as Markdown."""
    cases = [case for case in cases if all(kind in case for kind in KINDS)]
    if not cases:
        return "no case is complete\n"
    head = ["model", "cases"]
    head += [f"{kind}, {words}" for words in ("CV", "held out") for kind in KINDS]
    lines = [row(head), row(["---"] * len(head))]
    models = list(dict.fromkeys(case["model"] for case in cases))
    groups = [(name, [case for case in cases if case["model"] == name]) for name in models]
    for name, some in [*groups, ("all", cases)]:
        means = [scores(some, kind, on).mean() for on in ("cv", "held_out") for kind in KINDS]
        lines.append(row([name, str(len(some)), *(f"{one:.4f}" for one in means)]))
    return "\n".join([*lines, "", *claims(cases)]) + "\n"


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def claims(cases: list[dict[str, Any]]) -> list[str]:
    """Return what is compared over all cases, an item of a list each."""
    below = [
        f"{case['table']} {case['model']} {case['seed']}"
        for case in cases
        if case["ready-made"]["cv"] < case["untuned"]["cv"] - TIE
    ]
    seconds = {kind: sum(case[kind]["seconds"] for case in cases) for kind in KINDS[1:]}
    found = [f"- cases below untuned in CV: {len(below)} of {len(cases)} {below or ''}".rstrip()]
    for on, words in (("cv", "CV"), ("held_out", "held out")):
        untuned, ready = scores(cases, "untuned", on), scores(cases, "ready-made", on)
        gain = ready - untuned
        found.append(
            f"- {words}: mean improvement over untuned {gain.mean():+.4f} (median "
            f"{np.median(gain):+.4f}, {share_of_missing(ready, untuned):.1%} of what was missing "
            f"to 1); {compared(gain)}"
        )
        others = np.array([scores(cases, kind, on) for kind in KINDS if kind != "ready-made"])
        best = np.mean(ready >= others.max(axis=0) - TIE)
        found.append(f"- {words}: best of the four, ties included, in {best:.0%} of the cases")
        for kind in ("random", "published"):
            ahead = ready - scores(cases, kind, on)
            error = 1.96 * np.std(ahead) / np.sqrt(len(cases))
            found.append(
                f"- {words}: ahead of {kind} by {ahead.mean():+.4f} ± {error:.4f}; "
                f"{compared(ahead)}"
            )
    found.append("- seconds: " + ", ".join(f"{kind} {n:.0f}" for kind, n in seconds.items()))
    return found


def compared(differences: np.ndarray) -> str:
    better, worse = np.mean(differences > TIE), np.mean(differences < -TIE)
    return f"better in {better:.0%}, worse in {worse:.0%}"


def scores(cases: list[dict[str, Any]], kind: str, on: str) -> np.ndarray:
    """Return scores; one below 0, which only R² can be, counts as 0."""
    return np.maximum([case[kind][on] for case in cases], 0.0)


def share_of_missing(ready: np.ndarray, untuned: np.ndarray) -> float:
    """Return the mean share of what untuned scores lack to 1 that is gained."""
    missing = np.maximum(1.0 - untuned, 1e-6)
    return float(np.mean((ready - untuned) / missing))
