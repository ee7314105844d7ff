"""The pictures that a search has, as they are put into a page."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Iterator
from typing import Any

from ..exceptions import SettingError

__all__ = ["pictures_of"]

FIRST = (
    *("ConvergenceDisplay", "RungsDisplay", "ImportanceDisplay", "ContourDisplay"),
    *("SliceDisplay", "ScoreDependenceDisplay", "FoldScoresDisplay", "EnsembleDisplay"),
)
"""In this order; the others follow by name."""

DOTS_PER_INCH = 110


def pictures_of(search: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the name, a sentence and the base64 of a PNG of each display that the search has.

    Parameters
    ----------
    search : a fitted search of skhp
        What is drawn.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    from .. import plotting

    kinds = [getattr(plotting, name) for name in plotting.__all__]
    kinds = [kind for kind in kinds if hasattr(kind, "from_search")]
    kinds.sort(key=lambda kind: (_place(kind.__name__), kind.__name__))
    for kind in kinds:
        try:
            figure = kind.from_search(search).figure_
        except SettingError:
            continue  # the search has no such picture
        yield _title(kind.__name__), (kind.__doc__ or "").splitlines()[0], _png(figure)


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


def _title(name: str) -> str:
    """Return "Fold scores" of "FoldScoresDisplay"."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name.removesuffix("Display"))
    return words.strip().capitalize()


def _png(figure: Any) -> str:
    import matplotlib.pyplot as plt

    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a page is no place for advice on layouts
        figure.savefig(file, format="png", dpi=DOTS_PER_INCH, facecolor="white")
    plt.close(figure)
    return base64.b64encode(file.getvalue()).decode("ascii")
