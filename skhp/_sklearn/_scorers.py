"""What passes for a scorer of scikit-learn, and does something else beside scoring."""

from __future__ import annotations

from typing import Any

__all__ = ["StandInScorer"]


class StandInScorer:
    """Passes for another scorer, which it holds.

    Parameters
    ----------
    scorer : callable
        The other one.
    """

    def __init__(self, scorer: Any) -> None:
        self._scorer = scorer

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self._scorer)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scorer, name)

    def __repr__(self) -> str:
        return repr(self._scorer)
