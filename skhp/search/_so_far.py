"""Fitted attributes that can be read while the search runs."""

from __future__ import annotations

from typing import Any

from ._conclude import best_so_far

__all__ = ["SoFar"]


class SoFar:
    """What an attribute is so far; its value in the instance takes over when the search has ended.

    Callbacks written for scikit-optimize read these of the search that calls them.

    Parameters
    ----------
    name : str
        Of the attribute.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        run = None if instance is None else vars(instance).get("_run")
        if run is None:
            raise AttributeError(f"{owner.__name__!r} object has no attribute {self._name!r}")
        return best_so_far(run, self._name)
