"""The four pictures of a search that matter most, on one figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..exceptions import SettingError
from ._axes import opened
from ._contour import ContourDisplay
from ._convergence import ConvergenceDisplay
from ._distribution import DistributionDisplay
from ._fold_scores import FoldScoresDisplay
from ._heat_map import HeatMapDisplay
from ._importance import ImportanceDisplay
from ._reading import resource_of
from ._rungs import RungsDisplay
from ._slice import SliceDisplay

__all__ = ["draw_overview"]

Drawn = Callable[[Any, Any], Any]


def draw_overview(search: Any) -> Any:
    """Draw convergence, importance, the two parameters that matter most, and the best few.

    Of a halving search the rungs take the place of the convergence; where a picture is not to be
    had, as that of two parameters where there is one, the next best stands there.

    Parameters
    ----------
    search : a fitted search of skhp
        Whose pictures.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    SettingError
        If no trial is complete.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV
    >>> tree = DecisionTreeClassifier(random_state=0)
    >>> search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}).fit(*load_iris(return_X_y=True))
    >>> figure = draw_overview(search)
    >>> [ax.get_title(loc="left") for ax in figure.axes[:4]]
    ['Progress', 'Importance', 'Parameters', 'Best candidates']
    """
    figure = opened(None, size=(12.8, 9.6)).figure
    figure.clear()
    axes = figure.subplots(2, 2).ravel()
    halving = resource_of(search) is not None
    spots: list[tuple[str, Sequence[Drawn]]] = [
        ("Progress", [RungsDisplay.from_search if halving else ConvergenceDisplay.from_search]),
        ("Importance", [ImportanceDisplay.from_search, DistributionDisplay.from_search]),
        (
            "Parameters",
            [ContourDisplay.from_search, HeatMapDisplay.from_search, SliceDisplay.from_search],
        ),
        ("Best candidates", [FoldScoresDisplay.from_search]),
    ]
    for ax, (title, kinds) in zip(axes, spots, strict=True):
        _draw_first(search, ax, kinds)
        ax.set_title(title, loc="left", weight="bold", pad=22)
    return figure


def _draw_first(search: Any, ax: Any, kinds: Sequence[Drawn]) -> None:
    """Draw the first picture that the search has."""
    for kind in kinds[:-1]:
        try:
            kind(search, ax)
        except SettingError:
            ax.clear()
        else:
            return
    kinds[-1](search, ax)
