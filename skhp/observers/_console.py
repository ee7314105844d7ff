"""Says on standard output what scikit-learn's searches say when they are verbose."""

from __future__ import annotations

from typing import Any

from ..history import History
from ._base import Observer

__all__ = ["Console"]


class Console(Observer):
    """Prints how many fits are to come; ``verbose=1`` puts it to work."""

    def on_search_start(self, history: History) -> None:
        k, n = history.n_splits, history.n_expected
        if n is not None:
            print(f"Fitting {k} folds for each of {n} candidates, totalling {n * k} fits")

    def on_outer_fold_end(self, fold: Any, n_folds: int) -> None:
        print(
            f"Outer fold {fold.index + 1}/{n_folds}: {fold.untuned_score:.4g} untuned, "
            f"{fold.tuned_score:.4g} tuned"
        )
