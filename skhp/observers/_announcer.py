"""Tells every observer what happened, and goes on when one of them fails."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from typing import Any

from .._warnings import warn
from ..exceptions import ObserverWarning
from ..history import History

__all__ = ["Announcer"]


class Announcer:
    """Passes events on to observers.

    Parameters
    ----------
    observers : sequence of objects
        Each with any of the methods of `Observer`.  One that raises gives an `ObserverWarning`
        and is left out from then on.
    """

    def __init__(self, observers: Sequence[Any]) -> None:
        self.observers = list(observers)

    def tell(self, event: str, history: History, *details: Any) -> str | None:
        """Call the method `event` of every observer that has it.

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
                if method(history, *details) is True:
                    asked = asked or f"stopped by {type(observer).__name__}"
            except Exception:
                self.observers.remove(observer)
                warn(
                    f"{type(observer).__name__}.{event} failed; the search goes on without this "
                    f"observer.\n{traceback.format_exc()}",
                    ObserverWarning,
                )
        return asked
