"""What a fitted model is asked about the rows that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..history import Predictions
from ._target import Target, as_columns

__all__ = ["METHODS", "Question"]

METHODS = ("predict_proba", "decision_function", "predict")
"""In the order in which they are preferred."""

LOSES_NOTHING = 1e-6
"""Rounding to 32 bits may change predictions by this share of their spread."""


@dataclass(frozen=True)
class Question:
    """What each model is asked.

    Parameters
    ----------
    target : Target
        What it predicts.
    methods : sequence of str
        The first of them that a model has is called.
    """

    target: Target
    methods: Sequence[str] = METHODS

    def method_of(self, model: Any) -> str | None:
        """Return the method of a model that is called, None if it has none of them."""
        return next((name for name in self.methods if hasattr(model, name)), None)

    def ask(self, model: Any, X: Any, *, said: Any = None) -> Predictions:
        """Return what a model says of rows.

        Parameters
        ----------
        model : estimator object
            Fitted.
        X : array-like of shape (n, n_features)
            The rows.
        said : ndarray or list of ndarray, optional
            What it has said of them already.

        Returns
        -------
        Predictions
            Of shape (n, n_columns).  Of a classifier: a column for each class of the whole
            target, one output after the other, with its probability, or 1 where it is predicted;
            a class that the model does not know has 0. Decision values are as the model gives
            them, those of a class that it does not know are -inf.

        Raises
        ------
        ValueError
            If the model has none of the methods, or says something that fits no class.
        """
        method = self.method_of(model)
        if method is None:
            raise ValueError(f"{type(model).__name__} has none of {', '.join(self.methods)}")
        said = getattr(model, method)(X) if said is None else said
        if self.target.kind != "classes":
            values = as_columns(said)
        elif method == "predict_proba":
            values = self._probabilities(said, model)
        elif method == "predict":
            values = self._votes(said)
        else:
            values = self._decisions(as_columns(said), model)
        return Predictions(method, lean(np.asarray(values, dtype=np.float64)))

    def _probabilities(self, said: Any, model: Any) -> NDArray[np.float64]:
        classes = self.target.classes
        if len(classes) == 1:
            both = np.asarray(said)
            both = np.stack([1 - both, both], axis=1) if both.ndim == 1 else both
            return _placed(both, _known(model, classes[0], both.shape[1]), classes[0])
        if isinstance(said, list):
            known = getattr(model, "classes_", classes)
            parts = list(zip(map(np.asarray, said), known, classes, strict=True))
        else:  # of several labels, the probability that each of them applies
            said = np.asarray(said)
            both = np.stack([1 - said, said], axis=2)
            yes_or_no = np.array([0, 1])
            parts = [(both[:, j], yes_or_no, some) for j, some in enumerate(classes)]
        return np.hstack([_placed(*part) for part in parts])

    def _votes(self, said: Any) -> NDArray[np.float64]:
        columns = as_columns(said)
        pairs = zip(self.target.classes, columns.T, strict=True)
        return np.hstack([column[:, None] == some[None] for some, column in pairs]).astype(float)

    def _decisions(self, said: NDArray[Any], model: Any) -> NDArray[np.float64]:
        classes = self.target.classes
        known = np.asarray(getattr(model, "classes_", classes[0]))
        if len(classes) > 1 or len(known) == len(classes[0]):
            return said
        if said.shape[1] == 1:
            said = np.hstack([-said, said])
        return _placed(said, known, classes[0], missing=-np.inf)


def _known(model: Any, classes: NDArray[Any], n_columns: int) -> NDArray[Any]:
    known = np.asarray(getattr(model, "classes_", classes))
    if len(known) != n_columns:
        raise ValueError(
            f"{type(model).__name__} gives {n_columns} probabilities for {len(known)} classes"
        )
    return known


def _placed(
    values: NDArray[Any], known: NDArray[Any], classes: NDArray[Any], missing: float = 0.0
) -> NDArray[np.float64]:
    """Put the columns of known classes where they belong among all classes."""
    placed = np.full((len(values), len(classes)), missing)
    if known.shape == classes.shape and (known == classes).all():
        placed[:] = values
        return placed
    is_there = np.isin(known, classes)
    placed[:, np.searchsorted(classes, known[is_there])] = values[:, is_there]
    return placed


def lean(values: NDArray[np.float64]) -> NDArray[Any]:
    """Return values with 32 bits, unless that would lose what tells them apart."""
    with np.errstate(over="ignore"):
        short = values.astype(np.float32)
    finite = values[np.isfinite(values)]
    if not finite.size:
        return short
    with np.errstate(invalid="ignore"):
        lost = np.abs(finite - short[np.isfinite(values)]).max()
    return short if lost <= LOSES_NOTHING * max(np.ptp(finite), 1e-300) else values
