"""The laws of displays, as a check that anyone can run on their own."""

from __future__ import annotations

from typing import Any

from ..exceptions import SettingError

__all__ = ["check_display"]


def check_display(kind: Any, search: Any) -> bool:
    """Check the laws of a display on a fitted search.

    Parameters
    ----------
    kind : class
        The display.
    search : a fitted search of skhp
        Drawn; left as it is.

    Returns
    -------
    bool
        Whether it was drawn; False if the display says that this search has nothing to draw.

    Raises
    ------
    AssertionError
        Names the law that is broken.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> from skhp import GridSearchCV
    >>> from skhp.plotting import ConvergenceDisplay
    >>> grid = {"strategy": ["prior", "uniform"]}
    >>> search = GridSearchCV(DummyClassifier(), grid, cv=2).fit([[0]] * 8, [0, 1] * 4)
    >>> check_display(ConvergenceDisplay, search)
    True
    """
    import matplotlib.pyplot as plt

    before = repr(search.history_.trials)
    open_before = set(plt.get_fignums())
    _, ax = plt.subplots()
    try:
        try:
            display = kind.from_search(search, ax=ax)
        except SettingError as error:
            assert str(error).endswith("."), "a display that refuses says what to do, in sentences"
            return False
        assert isinstance(display, kind), "from_search returns the display"
        assert display.ax_ is ax, "from_search draws on the axes that are given"
        assert display.figure_ is ax.figure, "figure_ is the figure of the axes"
        assert display.plot() is display, "plot returns the display itself"
        assert display.ax_ is not ax, "plot draws on new axes if none are given"
        assert display.plot(ax=plt.subplots()[1]) is display, "a display can be drawn again"
        display.figure_.canvas.draw()
        assert repr(search.history_.trials) == before, "the display changed the history"
        _refuses_what_it_cannot_draw(kind)
    finally:
        for number in set(plt.get_fignums()) - open_before:
            plt.close(number)
    return True


def _refuses_what_it_cannot_draw(kind: Any) -> None:
    try:
        kind.from_search(object())
    except SettingError:
        return
    raise AssertionError("from_search refuses what is no search of skhp with a SettingError")
