"""Writes a search to MLflow: a run of its own, and one below it for each trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..history import History, Trial
from ..space import label_of
from ._mlflow_content import Content, write_content
from ._mlflow_words import key_of, milliseconds, mlflow_module, written
from ._records import error_of, metrics_of, outcome_of, params_of, span_of
from ._tracker import Fitted, Log, Tracker

__all__ = ["MLflow"]

STATES: Final = {"complete": "FINISHED", "given up": "KILLED", "unfinished": "KILLED"}
"""What MLflow calls the ways in which a trial ends; all others have failed."""

SEARCH_TAG: Final = "skhp.search"
LONGEST_TAG: Final = 5000


class MLflow(Tracker):
    """Logs a search to MLflow while it runs.

    The search is a run, and each trial a run below it: params, fold scores as steps, times,
    status, errors. In the end the search gets its own params, ``best_...``, ``cv_results.csv`` and
    all else that ``mlflow.sklearn.autolog()`` writes of scikit-learn's searches, and the trials
    their ranks. A run that is active already becomes that of the search, unless it holds a search;
    it is left open. Where it is logged to follows from MLflow's own settings, such as
    ``mlflow.set_tracking_uri`` and ``mlflow.set_experiment``.

    Parameters
    ----------
    name : str, optional
        Of the run; the kind of search and of the estimator if None.
    children : int, optional
        Write only so many of the best trials, when the search has ended; None writes all, live.
    models : bool
        Whether the fitted search and its best estimator are stored.
    registered_model_name : str, optional
        Under which the search is registered, where models are stored.
    datasets : bool
        Whether the data is described (not stored).
    report : bool
        Whether ``search.report`` is stored at the end, where matplotlib is installed.
    tags : mapping of str to str, optional
        For all runs.

    Raises
    ------
    MissingExtraError
        If MLflow is not installed.

    Examples
    --------
    >>> from skhp import GridSearchCV
    >>> GridSearchCV(SVC(), {"C": [1, 10]}, observers=[MLflow(models=True)])  # doctest: +SKIP
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        children: int | None = None,
        models: bool = False,
        registered_model_name: str | None = None,
        datasets: bool = True,
        report: bool = True,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.children = children
        self.models = models
        self.registered_model_name = registered_model_name
        self.datasets = datasets
        self.report = report
        self.tags = tags
        mlflow_module()

    @classmethod
    def autologged(cls, settings: Mapping[str, Any]) -> MLflow:
        """Return what writes as ``mlflow.sklearn.autolog`` was told to.

        Parameters
        ----------
        settings : mapping
            The arguments of that function.
        """
        return cls(
            children=settings["max_tuning_runs"],
            models=bool(settings["log_models"]),
            registered_model_name=settings["registered_model_name"],
            datasets=bool(settings["log_datasets"]),
            report=False,
            tags={"mlflow.autologging": "sklearn", **(settings["extra_tags"] or {})},
        )

    def opener(self, history: History) -> Callable[[], Log]:
        # the active run belongs to this thread; the one that writes sees none
        active = mlflow_module().active_run()
        return lambda: _open_log(self, history, active)


def _open_log(settings: MLflow, history: History, active: Any) -> Log:
    """Begin the run of the search, or go on with the user's."""
    mlflow = mlflow_module()
    client = mlflow.MlflowClient()
    tags = {**(settings.tags or {}), SEARCH_TAG: history.metric}
    holds_search = active is not None and (
        SEARCH_TAG in client.get_run(active.info.run_id).data.tags
    )
    if active is not None and not holds_search:
        for key, value in tags.items():
            client.set_tag(active.info.run_id, key, value)
        run = client.get_run(active.info.run_id)
    else:
        above = active.info.run_id if holds_search else None
        # left open when this thread, whose active run it is, has ended
        run = mlflow.start_run(run_name=settings.name or "search", parent_run_id=above, tags=tags)
    return _MLflowLog(settings, history, client, run, is_own=active is None or holds_search)


@dataclass
class _MLflowLog(Log):
    """The runs of one search."""

    settings: MLflow
    history: History
    client: Any
    run: Any
    is_own: bool

    def __post_init__(self) -> None:
        self.run_id: str = self.run.info.run_id
        self.child_ids: dict[int, str] = {}
        self.best: float | None = None
        origin = ("mlflow.user", "mlflow.source.name", "mlflow.source.type")
        tags = self.run.data.tags
        self.tags = {
            **(self.settings.tags or {}),
            **{name: tags[name] for name in origin if name in tags},
            "mlflow.parentRunId": self.run_id,
        }

    def add(self, trial: Trial) -> None:
        if self.settings.children is None:
            self._add_child(trial)
        if trial.status == "complete" and (self.best is None or trial.score > self.best):
            from mlflow.entities import Metric

            self.best = trial.score
            _, end = span_of(trial, self.history)
            metric = Metric("best_score_so_far", trial.score, milliseconds(end), trial.number)
            self.client.log_batch(self.run_id, metrics=[metric])

    def _add_child(self, trial: Trial) -> None:
        from mlflow.entities import Metric

        start, end = (milliseconds(seconds) for seconds in span_of(trial, self.history))
        outcome, error = outcome_of(trial), error_of(trial)
        tags = {**self.tags, "status": outcome, "trial": str(trial.number)}
        if error is not None:
            tags["error"] = error[-LONGEST_TAG:]
        run = self.client.create_run(
            self.run.info.experiment_id,
            start_time=start,
            tags=tags,
            run_name=f"trial-{trial.number:03d}",
        )
        self.child_ids[trial.number] = run.info.run_id
        scores = [
            Metric(key_of(f"fold_test_{name}"), float(score), end, fold.index)
            for fold in trial.folds
            for name, score in fold.test_scores.items()
            if abs(score) < float("inf")
        ]
        means = [Metric(key_of(name), value, end, 0) for name, value in metrics_of(trial).items()]
        params = params_of(trial).items()
        self.client.log_batch(run.info.run_id, metrics=[*scores, *means], params=written(params))
        state = STATES.get(outcome, "FAILED")
        self.client.set_terminated(run.info.run_id, status=state, end_time=end)

    def conclude(self, fitted: Fitted) -> None:
        results = fitted.search.cv_results_
        tried = [trial for trial in self.history if trial.folds]
        rank = next((name for name in results if name.startswith("rank_test_")), None)
        if self.settings.children is not None and rank is not None:
            order = sorted(range(len(results[rank])), key=lambda row: int(results[rank][row]))
            for row in order[: self.settings.children]:
                self._add_child(tried[row])
        self._complete_children(fitted, tried)
        if self.is_own:
            name = self.settings.name or fitted.title
            self.client.set_tag(self.run_id, "mlflow.runName", name)
        settings = self.settings
        content = Content(
            fitted,
            self.run_id,
            tuple(self.child_ids.values()),
            models=settings.models,
            datasets=settings.datasets,
            report=settings.report,
            registered_model_name=settings.registered_model_name,
        )
        write_content(content, self.client)

    def _complete_children(self, fitted: Fitted, tried: list[Trial]) -> None:
        """Give each trial its rank and the params of the estimator that were not searched."""
        from mlflow.entities import Metric, RunTag

        search = fitted.search
        present = search.estimator.get_params(deep=True)
        fixed = [(name, label_of(value)) for name, value in present.items()]
        kind = type(search.estimator)
        tags = [
            RunTag("estimator_name", kind.__name__),
            RunTag("estimator_class", f"{kind.__module__}.{kind.__name__}"),
        ]
        ranks = {name: search.cv_results_[name] for name in search.cv_results_ if "rank_" in name}
        for row, trial in enumerate(tried):
            if trial.number not in self.child_ids:
                continue
            end = milliseconds(span_of(trial, self.history)[1])
            self.client.log_batch(
                self.child_ids[trial.number],
                metrics=[Metric(key_of(name), int(ranks[name][row]), end, 0) for name in ranks],
                params=written((key, value) for key, value in fixed if key not in trial.params),
                tags=tags,
            )

    def fail(self, error: BaseException) -> None:
        self.client.set_tag(self.run_id, "error", f"{type(error).__name__}: {error}"[:LONGEST_TAG])
        if self.is_own:
            self.client.set_terminated(self.run_id, status="FAILED")
