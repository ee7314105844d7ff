"""About how long the refit will take, so that time is left for it."""

from __future__ import annotations

from ..history import History, Trial

__all__ = ["seconds_of_finals", "seconds_of_full_refit", "seconds_of_refit", "seconds_of_refits"]


def seconds_of_refit(history: History) -> float:
    """Return about how long one fit of the best trial so far takes on all rows.

    Parameters
    ----------
    history : History
        Without a complete trial nothing is known, and 0 is returned.
    """
    best = history.best
    return 0.0 if best is None else _on_all_rows(best)


def seconds_of_refits(history: History, *, n: int, n_slots: int) -> float:
    """Return about how long the fits of an ensemble take on all rows.

    Parameters
    ----------
    history : History
        Without a complete trial nothing is known, and 0 is returned.
    n : int
        The members; taken to be the best trials so far, since nobody knows before.
    n_slots : int
        Fits at once.
    """
    ranked = sorted(history.complete, key=lambda trial: -trial.score)
    seconds = [_on_all_rows(trial) for trial in ranked[:n]]
    return max([sum(seconds) / n_slots, *seconds], default=0.0)


def seconds_of_finals(history: History, *, n: int, n_splits: int, n_slots: int) -> float:
    """Return about how long it takes to score the best few again, and to refit one of them.

    Parameters
    ----------
    history : History
        Without a complete trial nothing is known, and 0 is returned.
    n : int
        The best trials so far.
    n_splits : int
        Fits of each.
    n_slots : int
        Fits at once.
    """
    ranked = sorted(history.complete, key=lambda trial: -trial.score)
    seconds = [_on_all_rows(trial) for trial in ranked[:n]]
    finals = max([sum(seconds) * n_splits / n_slots, *seconds], default=0.0)
    return finals + seconds_of_refit(history)


def seconds_of_full_refit(history: History) -> float:
    """Return about how long a fit of the best candidate so far takes with the full resource.

    Time is taken to grow as the resource does; a fit may have gone on from the rung below.

    Parameters
    ----------
    history : History
        Of a halving search: the last parameter of its space is the resource.
    """
    name = history.space.names[-1]
    levels = history.space.parameters[-1].dimension.values
    best = max(history.complete, key=lambda one: (one.params[name], one.score), default=None)
    if best is None:
        return 0.0
    rung = levels.index(best.params[name])
    added = levels[rung] - (levels[rung - 1] if rung else 0)
    return float(_on_all_rows(best) * levels[-1] / added)


def _on_all_rows(trial: Trial) -> float:
    """Return what the longest fit of a trial would take with the rows that it was tested on."""
    k = trial.n_splits
    longest = max(fold.fit_time + fold.saved_time for fold in trial.folds)
    return longest * (k / (k - 1) if k > 1 else 1.0)
