"""Opens axes to draw on, and says what to install where that is not possible."""

from __future__ import annotations

from typing import Any

from ..exceptions import MissingExtraError

__all__ = ["opened"]


def opened(ax: Any) -> Any:
    """Return the axes; new ones if `ax` is None.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise MissingExtraError("matplotlib", "plots") from error
    return plt.subplots()[1]
