"""What candidates predict for rows that their models had not seen, aligned with the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..history import History, Predictions, Trial
from ..predicted import Target, TestedRows
from ._table import tabulated

__all__ = ["OutOfFold"]


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """The data side of predictions that are kept; the predictions lie in the history.

    Parameters
    ----------
    target : Target
        What is predicted.
    rows : TestedRows
        Where the predictions of each fold belong.
    y : ndarray of shape (n_rows, n_outputs), optional
        The target as `Target.codes` gives it, where there is one.
    weight : ndarray of shape (n_rows,), optional
        What rows count for the scorer.
    """

    target: Target
    rows: TestedRows
    y: NDArray[Any] | None = None
    weight: NDArray[np.float64] | None = None

    def of(self, trial: Trial) -> Predictions | None:
        """Return the predictions of a trial for all rows, None if none of its folds has any.

        Rows that were never tested are NaN, the mean is taken of those tested more than once.
        """
        kept = {fold.index: fold.predictions for fold in trial.folds if fold.predictions}
        methods = {some.method for some in kept.values()}
        if len(methods) != 1:
            return None
        values = self.rows.joined({index: some.values for index, some in kept.items()})
        return Predictions(methods.pop(), values)

    def candidates(self, history: History) -> list[tuple[int, Trial, Predictions]]:
        """Return row of ``cv_results_``, trial and predictions of those that are whole."""
        found = []
        for row, trial in enumerate(tabulated(history)):
            whole = trial.status == "complete" and all(fold.predictions for fold in trial.folds)
            predictions = self.of(trial) if whole else None
            if predictions is not None:
                kept = history.shelf.keep(predictions.values)
                found.append((row, trial, Predictions(predictions.method, kept)))
        return found

    def shown(self, predictions: Predictions) -> Any:
        """Return predictions in the shape in which models give them."""
        values = predictions.values
        if self.target.kind == "classes" and predictions.method != "decision_function":
            blocks = self.target.blocks
            return values if len(blocks) == 1 else [values[:, block] for block in blocks]
        return values[:, 0] if values.shape[1] == 1 and self.target.is_flat else values
