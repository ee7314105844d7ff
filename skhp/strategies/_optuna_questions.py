"""What Optuna is asked for: one distribution for each column of a space."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..space import Integer, Real

__all__ = ["Question", "questions_of"]


@dataclass(frozen=True)
class Question:
    """A column of the unit cube as Optuna sees it.

    Parameters
    ----------
    name : str
        The parameter, and the part of it that the column stands for.
    column : int
        Which column.
    distribution : optuna.distributions.BaseDistribution
        Of the answers.
    dimension : Dimension, optional
        Turns answers into values of a range; None where answers are something else.
    levels : sequence, optional
        The answer for each level; None where there are no levels.
    places : ndarray of shape (n_levels,), optional
        Where the levels lie in the unit interval.
    """

    name: str
    column: int
    distribution: Any
    dimension: Any = None
    levels: Sequence[Any] | None = None
    places: NDArray[np.float64] | None = None

    def answer(self, unit: float) -> Any:
        """Return the answer that a snapped point of the unit interval stands for."""
        if self.levels is not None and self.places is not None:
            return self.levels[int(np.argmin(np.abs(self.places - unit)))]
        if self.dimension is not None:
            return self.dimension.decode(np.array([[unit]]))[0]
        return float(unit)

    def unit(self, answer: Any) -> float:
        """Return where an answer lies in the unit interval."""
        if self.levels is not None and self.places is not None:
            return float(self.places[self.levels.index(answer)])
        if self.dimension is not None:
            return float(self.dimension.encode([answer])[0, 0])
        return float(answer)

    def suggested(self, trial: Any) -> Any:
        """Return what a trial of Optuna suggests."""
        given = self.distribution
        if hasattr(given, "choices"):
            return trial.suggest_categorical(self.name, given.choices)
        if isinstance(given.low, int):
            return trial.suggest_int(
                self.name, given.low, given.high, step=given.step, log=given.log
            )
        return trial.suggest_float(self.name, given.low, given.high, log=given.log)


def questions_of(space: Any) -> list[Question]:
    """Return a question for each column (D,) that has more than one level."""
    questions: list[Question] = []
    names: dict[str, int] = {}
    column = 0
    for parameter in space.parameters:
        columns = parameter.dimension.columns
        for position, part in enumerate(columns):
            name = parameter.name or "sub-space"
            if len(columns) > 1:
                name = f"{name}.{part.label}"
            names[name] = names.get(name, 0) + 1
            if names[name] > 1:
                name = f"{name} ({names[name]})"
            if part.n_levels != 1 and len(columns) == 1:
                questions.append(_whole(name, column, dimension=parameter.dimension))
            elif part.n_levels != 1:
                places = np.unique(parameter.dimension.levels(2)[:, position])
                questions.append(_part(name, column, part=part, places=places))
            column += 1
    return questions


def _whole(name: str, column: int, *, dimension: Any) -> Question:
    """Return the question for a dimension of one column."""
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    [part] = dimension.columns
    if isinstance(dimension, Real):
        given: Any = FloatDistribution(dimension.low, dimension.high, log=dimension.log)
        return Question(name, column, given, dimension)
    if isinstance(dimension, Integer) and part.n_levels:
        given = IntDistribution(
            dimension.low, dimension.high, log=dimension.log, step=dimension.step
        )
        return Question(name, column, given, dimension)
    if not part.n_levels:
        return Question(name, column, FloatDistribution(0.0, 1.0))
    block = dimension.levels(None)
    places = block[:, 0]
    if part.is_ordered:
        given = IntDistribution(0, len(block) - 1)
        return Question(name, column, given, levels=range(len(block)), places=places)
    answers = _answers(dimension.decode(block))
    given = CategoricalDistribution(answers)
    return Question(name, column, given, levels=answers, places=places)


def _part(name: str, column: int, *, part: Any, places: NDArray[np.float64]) -> Question:
    """Return the question for one of the columns of a dimension."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    if part.is_ordered:
        return Question(name, column, FloatDistribution(0.0, 1.0))
    answers = tuple(range(len(places)))
    given = CategoricalDistribution(answers)
    return Question(name, column, given, levels=answers, places=places)


def _answers(values: Sequence[Any]) -> tuple[Any, ...]:
    """Return the values if Optuna can hold them and tell them apart, else labels."""
    held = all(
        isinstance(value, bool | int | str | None)
        or (isinstance(value, float) and not math.isnan(value))
        for value in values
    )
    if held and len(set(values)) == len(values):
        return tuple(values)
    return tuple(f"{position}: {value!r}" for position, value in enumerate(values))
