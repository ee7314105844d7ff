"""Runs searches whose class overrides scikit-learn's ``_run_search``: one generation at a time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..evaluation import Evaluation
from ..exceptions import JournalError
from ..executors import Executor
from ..history import History
from ..journal import fingerprint
from ..loop import ALL_TRIED, Plan
from ..loop import run as run_loop
from ..observers import Announcer
from ..results import Table, tabulated
from ..strategies import Listed
from ._description import Description
from ._inputs import Inputs, drawn_splits
from ._resume import Run

__all__ = ["Generations", "in_generations"]

Params = dict[str, Any]
RunSearch = Callable[[Callable[..., Any], Any], None]


class _Ended(BaseException):
    """Leads out of the user's ``_run_search`` when the search is over before it."""


@dataclass(frozen=True)
class WithColumns(Table):
    """A table with further columns, one value for each trial.

    Parameters
    ----------
    table : Table
        Makes all other columns.
    columns : dict of str to list
        Values by the number of the trial.
    """

    table: Table
    columns: dict[str, list[Any]]

    def of(self, history: History) -> dict[str, Any]:
        results = self.table.of(history)
        numbers = [trial.number for trial in tabulated(history)]
        more = {
            name: np.asarray([values[number] for number in numbers])
            for name, values in self.columns.items()
        }
        return {**more, **results}


def in_generations(description: Description, run_search: RunSearch) -> Description:
    """Return the description of a search whose candidates come from ``_run_search``.

    Parameters
    ----------
    description : Description
        Of the search, were the method not overridden.
    run_search : callable
        The method, given ``evaluate_candidates`` and the context of the callbacks.
    """
    conclusion = description.conclusion
    return replace(
        description,
        conclusion=replace(conclusion, table=WithColumns(conclusion.table, {})),
        space=None,  # candidates may lie anywhere
        run_search=run_search,
        ends_by_itself=True,
        refuses_more="fit_more cannot tell which candidates _run_search would go on with.",
    )


class Generations:
    """What ``_run_search`` is given as ``evaluate_candidates``.

    Parameters
    ----------
    run : Run
        Of a search that `in_generations` describes; what its history holds is not run again.
    plan : Plan
        What to do, apart from the candidates.
    executor : Executor
        Where it runs.
    inputs : Inputs
        What the search works on.
    """

    def __init__(self, run: Run, plan: Plan, *, executor: Executor, inputs: Inputs) -> None:
        self._description = run.description
        self._history = run.history
        self._plan = plan
        self._executor = executor
        self._inputs = inputs
        self._candidates: list[Params] = []
        self._reason = ALL_TRIED
        self._n_drawings = 0
        self._announcer = _Once(plan.announcer)

    def run(self, root: Any) -> str:
        """Let ``_run_search`` call for generations; return why that ended.

        Parameters
        ----------
        root : CallbackContext or None
            Of scikit-learn's callbacks, where there are any.
        """
        assert self._description.run_search is not None
        try:
            self._description.run_search(self._evaluate, root)
        except _Ended:
            pass  # the reason is known
        except BaseException as error:
            self._reason = f"ended by {type(error).__name__}"
            raise
        finally:
            self._plan.announcer.tell("on_search_end", self._history, self._reason)
        return self._reason

    def _evaluate(
        self,
        candidate_params: Iterable[Params],
        cv: Any = None,
        more_results: Mapping[str, Iterable[Any]] | None = None,
        callback_ctx: Any = None,
    ) -> dict[str, Any]:
        """Run candidates on all folds; return ``cv_results_`` of all so far."""
        generation = [dict(params) for params in candidate_params]
        self._check_restored(generation)
        self._candidates.extend(generation)
        table = self._description.conclusion.table
        assert isinstance(table, WithColumns)
        for name, values in (more_results or {}).items():
            table.columns.setdefault(name, []).extend(values)
        plan = replace(
            self._plan,
            strategy=Listed(self._candidates),
            n_iter=len(self._candidates),
            evaluation=self._evaluation(cv, callback_ctx),
            announcer=self._announcer,
        )
        self._history.n_expected = len(self._candidates)
        self._reason = run_loop(self._history, plan, executor=self._executor)
        if self._reason != ALL_TRIED:
            raise _Ended
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what failed is said once, at the end
            return table.of(self._history)

    def _evaluation(self, cv: Any, context: Any) -> Evaluation:
        evaluation = self._plan.evaluation
        if evaluation.caller is not None and context is not None:
            evaluation = replace(evaluation, callback_context=context)
        if cv is None:
            return evaluation
        self._n_drawings += 1
        reuse = evaluation.reuse
        if reuse is not None:
            reuse = reuse.for_drawing(self._n_drawings)
        splits, rows = drawn_splits(cv, self._inputs), self._inputs.tested_rows
        question = evaluation.question if rows.are_those_of(splits) else None
        return replace(evaluation, splits=splits, reuse=reuse, question=question)

    def _check_restored(self, generation: list[Params]) -> None:
        """Check that trials from a journal are those that are asked for now."""
        first = len(self._candidates)
        for trial, params in zip(self._history.trials[first:], generation, strict=False):
            if fingerprint(trial.params) != fingerprint(params):
                raise JournalError(
                    f"The journal holds the candidate {trial.params!r} where _run_search asks for "
                    f"{params!r}. A search goes on only where that is the same each time; name "
                    "another file."
                )


class _Once(Announcer):
    """An announcer that tells of the start once, and of the end when all generations are over."""

    def __init__(self, announcer: Announcer) -> None:
        super().__init__(announcer.observers)
        self._announcer = announcer
        self._has_begun = False

    def tell(self, event: str, *details: Any) -> str | None:
        if event == "on_search_end" or (event == "on_search_start" and self._has_begun):
            return None
        self._has_begun = True
        return self._announcer.tell(event, *details)
