"""Scores a fitted pipeline whose first steps have transformed the same rows for another one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from .. import _sklearn
from ._identity import is_own, is_passed_through
from ._sealed import seal
from ._shelf import Made, Shelf

if TYPE_CHECKING:
    from ._reused import Reused

__all__ = ["RememberingScorer"]

PARTS = ("test", "train")
"""Which rows of a fold scikit-learn scores, in its order."""


class RememberingScorer(_sklearn.StandInScorer):
    """Scores as another scorer does, and passes for it.

    Parameters
    ----------
    scorer : callable
        One that does nothing with an estimator but predict or score.
    reused : Reused
        What is known of the estimator's steps once it is fitted.
    """

    def __init__(self, scorer: Any, reused: Reused) -> None:
        super().__init__(scorer)
        self._reused = reused
        self._n_calls = 0

    def __call__(self, estimator: Any, X: Any, *y: Any, **params: Any) -> Any:
        part = PARTS[self._n_calls]
        self._n_calls += 1
        patched = self._remember(estimator, X, part)
        try:
            return self._scorer(estimator, X, *y, **params)
        finally:
            for step in patched:
                vars(step).pop("transform", None)

    def _remember(self, estimator: Any, X: Any, part: str) -> list[Any]:
        """Give the first steps a ``transform`` that remembers; return those steps."""
        shelf, patched, rows, before = self._reused.shelf, [], X, None
        if shelf is None:
            return []
        for key, (_, step) in zip(self._reused.keys, estimator.steps, strict=False):
            if is_passed_through(step):
                continue
            if not is_own(step):
                break
            link = _Link(step.transform, (part, key), shelf, rows=rows)
            if before is not None:
                before.after = link
            step.transform, before, rows = link, link, None
            patched.append(step)
        return patched


class _Link:
    """The ``transform`` of a step, for rows that are on their way through all first steps.

    Parameters
    ----------
    transform : callable
        The step's own.
    key : hashable
        Of what it makes of the rows.
    shelf : Shelf
        Where that is kept.
    rows : array-like, optional
        The rows; what the step before has made of them is set later.
    """

    def __init__(
        self, transform: Callable[..., Any], key: Hashable, shelf: Shelf, *, rows: Any = None
    ) -> None:
        self.transform = transform
        self.key = key
        self.shelf = shelf
        self.rows = rows
        self.after: _Link | None = None

    def __call__(self, X: Any, *args: Any, **params: Any) -> Any:
        if X is not self.rows or args or params:
            return self.transform(X, *args, **params)
        transformed = self._transformed(X)
        if self.after is not None:
            self.after.rows = transformed
        return transformed

    def _transformed(self, X: Any) -> Any:
        fresh = []

        def make() -> Made:
            fresh.append(self.transform(X))
            sealed = seal(fresh[0])
            return sealed, 0 if sealed is None else sealed.n_bytes

        kept, is_new = self.shelf.fetch(self.key, make)
        if is_new:
            return fresh[0]
        return self.transform(X) if kept is None else kept.copy()
