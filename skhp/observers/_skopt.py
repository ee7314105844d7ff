"""Lets skopt's callbacks look on, and end the search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..exceptions import SettingError
from ..history import History, Trial
from ._announcer import Announcer
from ._base import Observer
from ._skopt_results import branches_of, optimize_result

__all__ = ["SkoptCallbacks"]


class SkoptCallbacks(Observer):
    """Calls skopt's callbacks with the result so far, each time a trial ends.

    Parameters
    ----------
    callbacks : callable or sequence of callables
        ``skopt.callbacks.DeltaYStopper`` and its like, or functions.  Each is called with the
        ``OptimizeResult`` of the sub-space that the trial belongs to, its trials in the order
        they ended, and asks for an end of the search by returning True.  One that raises gives an
        `ObserverWarning` and is left out from then on, the others go on.

    Raises
    ------
    SettingError
        If one of them cannot be called.

    Examples
    --------
    >>> from skhp.history import Fold, History
    >>> from skhp.space import Space
    >>> history = History(Space.read({"C": [1, 10]}))
    >>> observer = SkoptCallbacks(lambda result: result.fun < -0.9)
    >>> trial = history.add({"C": 10})
    >>> observer.on_trial_end(history, history.record(0, Fold(0, {"score": 0.95})))
    True
    """

    def __init__(self, callbacks: Callable[[Any], Any] | Sequence[Callable[[Any], Any]]) -> None:
        if callable(callbacks):
            callbacks = (callbacks,)
        if not isinstance(callbacks, Sequence) or not all(map(callable, callbacks)):
            raise SettingError(
                f"callback must be a callable or a sequence of callables, got {callbacks!r}."
            )
        self.callbacks = tuple(callbacks)
        self._ended: dict[int, list[Trial]] = {}
        self._announcer = self._told()

    def on_search_start(self, history: History) -> None:
        """Begin anew, with the trials of a search that goes on."""
        self._ended = {}
        self._announcer = self._told()
        settled = [trial for trial in history if trial.status != "pending"]
        for trial, branch in zip(settled, branches_of(history.space, settled), strict=True):
            self._ended.setdefault(branch, []).append(trial)

    def on_trial_end(self, history: History, trial: Trial) -> bool:
        [branch] = branches_of(history.space, [trial])
        ended = self._ended.setdefault(branch, [])
        ended.append(trial)
        result = optimize_result(history, ended, branch=branch)
        return self._announcer.tell("__call__", result) is not None

    def _told(self) -> Announcer:
        return Announcer([_Callback(callback) for callback in self.callbacks])


class _Callback:
    """One callback of skopt's, which may answer with anything that is true."""

    def __init__(self, callback: Callable[[Any], Any]) -> None:
        self.__name__ = getattr(callback, "__name__", type(callback).__name__)
        self._callback = callback

    def __call__(self, result: Any) -> bool:
        answer = self._callback(result)
        return answer is not None and bool(answer)
