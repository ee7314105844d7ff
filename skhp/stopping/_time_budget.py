"""Stop when the time is up."""

from __future__ import annotations

from dataclasses import dataclass

from ..exceptions import SettingError
from ..history import History
from ._base import StoppingRule

__all__ = ["TimeBudget"]


@dataclass(frozen=True)
class TimeBudget(StoppingRule):
    """Holds once the search has lasted this long; folds under way are not waited for.

    Parameters
    ----------
    seconds : float
        From the start of ``fit``.  The refit comes on top; ``max_time`` includes it.

    Raises
    ------
    SettingError
        If `seconds` is not positive.

    Examples
    --------
    >>> from skhp.history import History
    >>> TimeBudget(60).reason_to_stop(History(space=None)) is None
    True
    """

    seconds: float

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise SettingError(f"seconds must be positive, got {self.seconds!r}.")

    @property
    def watches_clock(self) -> bool:
        return True

    def reason_to_stop(self, history: History) -> str | None:
        if history.elapsed < self.seconds:
            return None
        return f"time budget of {self.seconds:g} s used up"
