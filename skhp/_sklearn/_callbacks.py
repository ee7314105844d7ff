"""scikit-learn's callbacks: the contexts of a search, and a stop that a callback asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from sklearn.model_selection._search import BaseSearchCV

from ._version import HAS_CALLBACKS

__all__ = [
    "ListeningContext",
    "evaluation_context",
    "holds_callbacks",
    "refit_context",
    "root_context",
    "search_context",
]


class ListeningContext:
    """A callback context that remembers whether a callback asked to stop.

    scikit-learn's own searches drop that answer.
    """

    def __init__(self, context: Any) -> None:
        self.context = context
        self.stop = False

    @contextmanager
    def propagate_callback_context(self, estimator: Any) -> Iterator[None]:
        with self.context.propagate_callback_context(estimator):
            propagated = getattr(self.context, "_propagated_callbacks", ())
            if not propagated:
                yield
                return
            callbacks = estimator._skl_callbacks
            estimator.set_callbacks(
                *(_Overheard(one, self) if one in propagated else one for one in callbacks)
            )
            try:
                yield
            finally:
                estimator.set_callbacks(*callbacks)

    def call_on_fit_task_begin(self, **kwargs: Any) -> Any:
        return self.context.call_on_fit_task_begin(**kwargs)

    def call_on_fit_task_end(self, **kwargs: Any) -> bool:
        self.stop |= bool(self.context.call_on_fit_task_end(**kwargs))
        return self.stop

    def is_task_of(self, context: Any) -> bool:
        """Return whether this is the task of a context that was merged with it.

        What the search calls an evaluation, the estimator calls its fit.
        """
        return context.parent is self.context.parent and context.task_id == self.context.task_id


class _Overheard:
    """A callback that goes along into an estimator, and what it answers when the fit there ends.

    The estimator has nothing left to stop, and drops the answer that is meant for the search.
    """

    def __init__(self, callback: Any, listening: ListeningContext) -> None:
        self.callback = callback
        self.max_propagation_depth = callback.max_propagation_depth
        self.setup = callback.setup
        self.teardown = callback.teardown
        self.on_fit_task_begin = callback.on_fit_task_begin

        @wraps(callback.on_fit_task_end)
        def on_fit_task_end(estimator: Any, context: Any, **kwargs: Any) -> bool:
            stop = bool(callback.on_fit_task_end(estimator, context, **kwargs))
            listening.stop |= stop and listening.is_task_of(context)
            return stop

        self.on_fit_task_end = on_fit_task_end

    def __reduce__(self) -> tuple[Any, ...]:
        return _itself, (self.callback,)


def _itself(callback: Any) -> Any:
    return callback


def holds_callbacks(*estimators: Any) -> bool:
    """Return whether one of the estimators, or a part of one, has scikit-learn callbacks set."""
    if not HAS_CALLBACKS:
        return False
    if any(hasattr(estimator, "_parent_callback_ctx") for estimator in estimators):
        return True
    return any(
        getattr(part, "_skl_callbacks", None)
        for estimator in estimators
        for part in (estimator, *_parts(estimator))
        if not isinstance(part, type)
    )


def _parts(estimator: Any) -> Iterator[Any]:
    if hasattr(estimator, "get_params") and not isinstance(estimator, type):
        yield from estimator.get_params(deep=True).values()


@contextmanager
def root_context(
    search: BaseSearchCV, X: Any, y: Any, *, metadata: dict[str, Any] | None
) -> Iterator[Any]:
    """Open the callback task ``fit`` of a search; gives None before scikit-learn 1.9."""
    if not HAS_CALLBACKS:
        yield None
        return
    context = search._init_callback_context(max_subtasks=1 + (search.refit is not False))
    context.call_on_fit_task_begin(estimator=search, X=X, y=y, metadata=metadata)
    yield context
    context.call_on_fit_task_end(estimator=search, X=X, y=y, metadata=metadata)


@contextmanager
def search_context(root: Any, search: BaseSearchCV, *, n_tasks: int) -> Iterator[Any]:
    """Open the callback task ``search``, the parent of every evaluation."""
    if root is None:
        yield None
        return
    context = root.subcontext(task_name="search", max_subtasks=n_tasks, sequential_subtasks=False)
    context.call_on_fit_task_begin(estimator=search)
    yield context
    context.call_on_fit_task_end(estimator=search)


def evaluation_context(parent: Any, task_id: int) -> Any:
    """Return the callback context of one evaluation, None if there are no callbacks."""
    if parent is None:
        return None
    return parent.subcontext(task_name="candidate-split-evaluation", task_id=task_id)


@contextmanager
def refit_context(
    root: Any, search: BaseSearchCV, *, estimator: Any, data: dict[str, Any]
) -> Iterator[None]:
    """Open the callback task ``refit-with-best-params`` around a refit."""
    if root is None:
        yield
        return
    context = root.subcontext(task_name="refit-with-best-params")
    with context.propagate_callback_context(estimator):
        context.call_on_fit_task_begin(estimator=search, **data)
        yield
    context.call_on_fit_task_end(estimator=search, **data)
