"""A fitted model that gives its first parts to candidates with fewer of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ._kind import copied
from ._kinds import kind_of

__all__ = ["Cut", "Whole", "last_step", "path_to"]


def last_step(estimator: Any) -> tuple[str, Any] | None:
    """Return the name and the model of a pipeline's last step; None where there are no steps."""
    module = sys.modules.get("sklearn.pipeline")  # where nobody has imported it, there is none
    if module is None or type(estimator) is not module.Pipeline:
        return None
    name, last = estimator.steps[-1]
    return name, last


def path_to(name: str) -> tuple[list[str], str]:
    """Return the steps that lead to a parameter, and what it is called there."""
    *steps, leaf = name.split("__")
    return steps, leaf


@dataclass
class Cut:
    """What came of a cut.

    Parameters
    ----------
    scorer : callable
        Returns a scorer that knows what the first steps of the whole make of their rows.
    saved_time : float
        Seconds that a separate fit would about have taken.
    """

    scorer: Callable[[Any], Any]
    saved_time: float = 0.0


@dataclass(frozen=True)
class Whole:
    """A fitted model, and what it took.

    Parameters
    ----------
    model : estimator object
        Fitted; a pipeline's last step is what has parts.
    name : str
        The parameter that counts them.
    seconds : float
        That the fit took, or would have taken, had its first steps not been fitted before.
    scorer : callable
        As in `Cut`.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestRegressor
    >>> X, y = [[0.0], [1.0], [2.0]], [1.0, 2.0, 4.0]
    >>> forest = RandomForestRegressor(10, random_state=0).fit(X, y)
    >>> smaller = RandomForestRegressor(3, random_state=0)
    >>> with Whole(forest, "n_estimators", 0.5, lambda scorer: scorer).standing_in(smaller, 3):
    ...     len(smaller.fit(X, y).estimators_)
    3
    """

    model: Any
    name: str
    seconds: float
    scorer: Callable[[Any], Any]

    @contextmanager
    def standing_in(self, estimator: Any, count: int) -> Iterator[Cut]:
        """Have ``estimator.fit`` take the first parts of the fitted model while in the context.

        Parameters
        ----------
        estimator : estimator object
            Not fitted; it will have the params of the fitted one but for the count.
        count : int
            Of its parts.
        """
        cut = Cut(self.scorer)

        def fit(*data: Any, **metadata: Any) -> Any:
            vars(estimator).pop("fit")  # the class's own is called from here on
            found = _cut(self.model, path_to(self.name), count)
            if found is None:
                return estimator.fit(*data, **metadata)
            part, share = found
            vars(estimator).clear()
            vars(estimator).update(vars(part))
            cut.saved_time = self.seconds * share
            return estimator

        estimator.fit = fit
        try:
            yield cut
        finally:
            vars(estimator).pop("fit", None)


def _cut(model: Any, path: tuple[list[str], str], count: int) -> tuple[Any, float] | None:
    """Return the model with fewer parts, and the share of the time that its fit would take."""
    steps, leaf = path
    if not steps:
        kind = kind_of(model)
        part = None if kind is None else kind.cut(model, leaf, count)
        if kind is None or part is None:
            return None
        return part, kind.share(count, model.get_params()[leaf])
    name, last = model.steps[-1]
    found = _cut(last, (steps[1:], leaf), count)
    if found is None:
        return None
    part, share = found
    pipeline = copied(model)
    pipeline.steps = [*model.steps[:-1], (name, part)]
    return pipeline, share
