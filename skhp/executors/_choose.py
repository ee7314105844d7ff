"""The choice of an executor: what `n_jobs` and joblib's configuration ask for."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

import joblib
from joblib.parallel import ParallelBackendBase

from ..exceptions import SettingError
from ._base import Executor
from ._joblib import JoblibExecutor
from ._sequential import SequentialExecutor

__all__ = ["executor_for"]


def executor_for(
    n_jobs: int | None = None,
    *,
    pre_dispatch: int | str = "2*n_jobs",
    fit_timeout: float | None = None,
    fit_memory: int | None = None,
) -> Executor:
    """Return the executor that `n_jobs` and `joblib.parallel_config` ask for.

    Parameters
    ----------
    n_jobs : int, optional
        As everywhere with joblib: None follows ``parallel_config`` and is 1 outside of it; -1
        stands for all cores, -2 for all but one.
    pre_dispatch : int or str, default="2*n_jobs"
        The most tasks that may be under way at once, "all", or an expression of `n_jobs`.
    fit_timeout : float, optional
        Seconds that one task may take.
    fit_memory : int, optional
        Bytes that a worker process may hold.

    Returns
    -------
    Executor
        To be closed, best by a ``with`` statement.

    Raises
    ------
    SettingError
        If `pre_dispatch` cannot be read.
    ValueError
        If joblib does not accept `n_jobs`.

    Examples
    --------
    >>> from skhp.executors import Task, executor_for
    >>> with executor_for(n_jobs=1) as executor:
    ...     executor.put(abs)
    ...     executor.submit(Task(0, (-3,)))
    ...     executor.wait()[0].value
    3
    """
    parallel = joblib.Parallel(n_jobs=n_jobs)
    n_workers = _n_workers(parallel._backend, parallel.n_jobs)
    n_workers = min(n_workers, _bound(pre_dispatch, n_workers))
    if n_workers == 1:
        return SequentialExecutor()
    return JoblibExecutor(n_workers)


def _n_workers(backend: ParallelBackendBase, n_jobs: int) -> int:
    """Return how many tasks the backend would run at once.

    A cluster's backend may answer with all its cores, whatever was asked.
    """
    n_workers: int = backend.effective_n_jobs(n_jobs)
    return min(n_workers, n_jobs) if n_jobs > 0 else n_workers


OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}


def _bound(pre_dispatch: int | str, n_jobs: int) -> int:
    """Return the most tasks that `pre_dispatch` lets be under way at once."""
    if pre_dispatch == "all":
        return n_jobs
    try:
        bound = int(_value(ast.parse(str(pre_dispatch), mode="eval").body, n_jobs))
    except (SyntaxError, ValueError, ZeroDivisionError, KeyError) as error:
        raise SettingError(
            'pre_dispatch must be a positive number, "all", or a formula of n_jobs such as '
            f'"2*n_jobs", got {pre_dispatch!r}.'
        ) from error
    if bound < 1:
        raise SettingError(f"pre_dispatch must leave room for one task, got {pre_dispatch!r}.")
    return bound


def _value(node: ast.expr, n_jobs: int) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id="n_jobs"):
            return n_jobs
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](_value(left, n_jobs), _value(right, n_jobs))
    raise ValueError(ast.dump(node))
