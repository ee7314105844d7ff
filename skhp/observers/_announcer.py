"""Tells every observer what happened, and goes on when one of them fails."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from typing import Any

import numpy as np

from .._warnings import warn
from ..exceptions import ObserverWarning

__all__ = ["Announcer"]


class Announcer:
    """Passes events on to observers.

    Parameters
    ----------
    observers : sequence of objects
        Each with any of the methods of `Observer`.  One that raises gives an `ObserverWarning`
        and is left out from then on.

    Examples
    --------
    >>> class Counter:
    ...     n_trials = 0
    ...     def on_trial_end(self, history, trial):
    ...         self.n_trials += 1
    ...         return self.n_trials == 2
    >>> announcer = Announcer([Counter()])
    >>> announcer.tell("on_search_start", None)
    >>> [announcer.tell("on_trial_end", None, None) for _ in range(2)]
    [None, 'stopped by Counter']
    """

    def __init__(self, observers: Sequence[Any]) -> None:
        self.observers = list(observers)

    def tell(self, event: str, *details: Any) -> str | None:
        """Call the method `event` of every observer that has it, with the details.

        Returns
        -------
        str or None
            Who asked for an end of the search, if anyone did.
        """
        asked = None
        for observer in tuple(self.observers):
            method = getattr(observer, event, None)
            if method is None:
                continue
            try:
                answer = method(*details)
                if isinstance(answer, bool | np.bool_) and answer:
                    asked = asked or f"stopped by {_name(observer)}"
            except Exception:
                self.observers.remove(observer)
                warn(
                    f"{_name(observer)}.{event} failed; the search goes on without it.\n"
                    f"{traceback.format_exc()}",
                    ObserverWarning,
                )
        return asked


def _name(observer: Any) -> str:
    """Return an observer's own name, as a class or a function has one, else that of its class."""
    return str(getattr(observer, "__name__", type(observer).__name__))
