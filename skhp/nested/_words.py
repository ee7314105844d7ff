"""Says in sentences what came of a nested cross-validation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

__all__ = ["Gain", "decimals", "failures", "promise", "written"]


@dataclass(frozen=True)
class Gain:
    """What tuning gained, and how sure that is.

    Parameters
    ----------
    mean, low, high : float
        NaN where nothing is known.
    confidence : float
        Of the interval from `low` to `high`.
    metric : str
        What it is a gain in.
    subject : str
        What gained it.
    where : str
        On which rows, or above what.
    """

    mean: float
    low: float
    high: float
    confidence: float
    metric: str
    subject: str = "tuning"
    where: str = "on rows that it never saw"

    @property
    def decimals(self) -> int:
        """How many of them tell anything beside the width of the interval."""
        return decimals((self.high - self.low) / 2)

    def sentence(self) -> str:
        """Return whether it pays."""
        if math.isnan(self.mean):
            return f"Whether {self.subject} pays cannot be told: no outer fold gave both scores."
        gained = "gained" if self.mean >= 0 else "lost"
        it, where = f"{self.subject[0].upper()}{self.subject[1:]}", f" {self.where}"
        if self.metric != "score":
            where = f" in {self.metric}{where}"
        if math.isnan(self.low):
            return (
                f"{it} {gained} {abs(self.mean):.3g}{where}; a single outer fold does not tell "
                "how sure that is."
            )
        if self.low == self.high == 0:
            return f"{it} changed nothing{where}."
        interval, places = f"{100 * self.confidence:.4g}% interval", self.decimals
        amount = written(abs(self.mean), places)
        if self.low > 0 or self.high < 0:
            least, most = sorted((abs(self.low), abs(self.high)))
            ends = f"{written(least, places)} to {written(most, places)}"
            return f"{it} {gained} {amount} ({interval} {ends}){where}."
        ends = f"{written(self.low, places)} to {written(self.high, places)}"
        return (
            f"Whether {self.subject} pays cannot be told: it {gained} {amount}{where}, but all "
            f"gains from {ends} fit these folds ({interval})."
        )


def promise(best: float, tuned: float, *, places: int) -> str:
    """Return what the search promised, and what it kept of it.

    Parameters
    ----------
    best, tuned : float
        The search's own score, and that on rows that it never saw.
    places : int
        Decimals.
    """
    if math.isnan(best - tuned):
        return ""
    more = "more" if best >= tuned else "less"
    return (
        f"The search itself promised {written(best, places)}, which is "
        f"{written(abs(best - tuned), places)} {more} than it kept ({written(tuned, places)})."
    )


def failures(n_failed: int, n_run: int, *, n_splits: int) -> list[str]:
    """Return what is to be said of outer folds that failed or were not run.

    Parameters
    ----------
    n_failed, n_run, n_splits : int
        Outer folds that failed, that were run, and all there are.
    """
    told = []
    if n_failed:
        told.append(
            f"{n_failed} of {n_run} outer folds failed and are left out; `error` and "
            "`untuned_error` say why."
        )
    if n_run < n_splits:
        told.append(f"Only {n_run} of {n_splits} outer folds were run.")
    return told


def decimals(spread: float) -> int:
    """Return how many decimals show two figures of a spread."""
    if not math.isfinite(spread) or spread <= 0:
        return 3
    return int(np.clip(1 - math.floor(math.log10(spread)), 0, 9))


def written(value: float, places: int) -> str:
    """Return a number with so many decimals, and no minus before zero."""
    return f"{round(value, places) + 0.0:.{places}f}"
