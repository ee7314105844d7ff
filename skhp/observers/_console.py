"""Says on standard output what scikit-learn's searches say when they are verbose."""

from __future__ import annotations

from ..history import History
from ._base import Observer

__all__ = ["Console"]


class Console(Observer):
    """Prints how many fits are to come; ``verbose=1`` puts it to work."""

    def on_search_start(self, history: History) -> None:
        k, n = history.n_splits, history.n_expected
        if n is not None:
            print(f"Fitting {k} folds for each of {n} candidates, totalling {n * k} fits")
