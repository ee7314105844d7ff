"""Reads from a history which candidates stand on which rung of a halving search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..history import Cache, Fold, History, Trial
from ._ladder import Ladder
from ._resource import Resource

__all__ = ["Rung", "candidates_of", "rungs_of"]

PRIOR_PAIRS = 3.0
"""Weight of what the folds say of the variance between two rungs, in candidates."""


@dataclass(frozen=True)
class Rung:
    """Trials that run with the same resource in one bracket.

    Parameters
    ----------
    bracket : int
        Which passage from the lowest rung to the highest.
    index : int
        Which rung, the lowest being 0.
    trials : tuple of Trial
        As far as they have been opened.
    """

    bracket: int
    index: int
    trials: tuple[Trial, ...]

    @property
    def start(self) -> int:
        """The number of its first trial."""
        return self.trials[0].number

    def best(self, n: int) -> list[Trial]:
        """Return its at most `n` complete trials with the highest scores, best first."""
        complete = [trial for trial in self.trials if trial.status == "complete"]
        return sorted(complete, key=lambda trial: (-trial.score, trial.number))[:n]


def rungs_of(history: Iterable[Trial], name: str, ladder: Ladder) -> list[Rung]:
    """Return the rungs in the order in which they were entered.

    Parameters
    ----------
    history : iterable of Trial
        All of them, by number; their params hold the level under the resource's name.
    name : str
        The resource.
    ladder : Ladder
        Its levels and sizes.
    """
    rungs: list[Rung] = []
    for trial in history:
        index = ladder.levels.index(trial.params[name])
        last = rungs[-1] if rungs else None
        is_full = index == 0 and last is not None and len(last.trials) == ladder.sizes[0]
        if last is not None and last.index == index and not is_full:
            rungs[-1] = replace(last, trials=(*last.trials, trial))
            continue
        bracket = 0 if last is None else last.bracket + (index == 0)
        rungs.append(Rung(bracket, index, (trial,)))
    return rungs


def candidates_of(history: History, space: Any, resource: Resource) -> History:
    """Return the history as one trial per candidate, as a strategy may learn from it.

    A candidate has the scores of the highest rung that it has completed.  Those of lower rungs
    are raised by what candidates gained, in the median, that went on to the next; how much these
    differ in what they gained is the variance of such an estimate.

    Parameters
    ----------
    history : History
        One trial per candidate and rung.
    space : Space
        Without the resource.
    resource : Resource
        Names the levels.
    """
    levels = resource.ladder.levels
    candidates = _by_candidate(history, space, resource)
    reached = [level for own in candidates for level in _complete(own, resource.name)]
    top = levels.index(max(reached)) if reached else 0
    gains = [_gain(candidates, resource.name, levels[low : low + 2]) for low in range(top)]
    shown = []
    for number, own in enumerate(candidates):
        params = resource.candidate(own[0].params)
        blank = Trial(number, params, history.n_splits, history.metric)
        shown.append(_standing(blank, own, resource=resource, gains=gains))
    known = replace(history, space=space, _trials=shown)
    known.cache = history.cache.of(_Candidates).cache
    return known


class _Candidates:
    """What is known of the candidates of a search; kept in the cache of its history."""

    def __init__(self) -> None:
        self.keys: list[bytes] = []
        self.cache = Cache()


def _by_candidate(history: History, space: Any, resource: Resource) -> list[list[Trial]]:
    """Return the trials of each candidate, the lowest rung first."""
    keys = history.cache.of(_Candidates).keys
    new = [resource.candidate(trial.params) for trial in history.trials[len(keys) :]]
    if new:
        keys.extend(space.keys(space.encode(new)))
    candidates: dict[bytes, list[Trial]] = {}
    for trial in history:
        candidates.setdefault(keys[trial.number], []).append(trial)
    return list(candidates.values())


def _complete(own: Sequence[Trial], name: str) -> dict[int, Trial]:
    return {trial.params[name]: trial for trial in own if trial.status == "complete"}


def _gain(
    candidates: Sequence[Sequence[Trial]], name: str, levels: Sequence[int]
) -> tuple[float, float]:
    """Return what candidates gained from one rung to the next: median and variance."""
    low, high = levels
    found = [_complete(own, name) for own in candidates]
    pairs = [(one[low], one[high]) for one in found if low in one and high in one]
    gains = np.array([upper.fold_scores - lower.fold_scores for lower, upper in pairs])  # (m, k)
    means = gains.mean(axis=1)
    median = float(np.median(means))
    k = gains.shape[1]
    by_folds = float(gains.var(axis=1, ddof=1).mean() / k) if k > 1 else 0.0
    squares = float(((means - median) ** 2).sum())
    return median, (PRIOR_PAIRS * by_folds + squares) / (PRIOR_PAIRS + len(means) - 1)


def _standing(
    blank: Trial,
    own: Sequence[Trial],
    *,
    resource: Resource,
    gains: Sequence[tuple[float, float]],
) -> Trial:
    """Return what is known of one candidate: failed if it failed on any rung."""
    for trial in own:
        if trial.status == "failed":
            return replace(blank, folds=trial.folds)
    complete = _complete(own, resource.name)
    if not complete:
        return blank
    level = max(complete)
    ahead = gains[resource.ladder.levels.index(level) :]
    shift, noise = (sum(gain[part] for gain in ahead) for part in (0, 1))
    folds = tuple(
        Fold(fold.index, {blank.metric: fold.score(blank.metric) + shift})
        for fold in complete[level].folds
    )
    return replace(blank, folds=folds, noise=noise)
