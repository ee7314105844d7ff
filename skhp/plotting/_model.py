"""The model of the scores that displays ask."""

from __future__ import annotations

from typing import Any

from ..results import ScoreSurface
from ._reading import chosen, history_of

__all__ = ["most_important", "surface_of"]


def surface_of(search: Any) -> ScoreSurface:
    """Return the model of a fitted search's scores; it is fitted once, whoever asks.

    Raises
    ------
    SettingError
        If no trial is complete, or params cannot be compared.
    """
    history_of(search)
    surface: ScoreSurface = search._surface()
    return surface


def most_important(search: Any, n: int, *, least: int = 1) -> list[str]:
    """Return at most `n` parameters that vary, the most important first."""
    names = chosen(search, None, least=least)
    shares = surface_of(search).importance(interactions=True)
    return sorted(names, key=lambda name: -shares.get(name, 0.0))[:n]
