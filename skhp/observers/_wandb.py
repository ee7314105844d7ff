"""Writes a search to Weights & Biases: one run with a table, or one run a trial in a group."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..exceptions import MissingExtraError
from ..history import History, Trial
from ..space import Plain, label_of
from ._records import outcome_of, params_of, row_of
from ._tracker import Fitted, Log, Tracker

__all__ = ["WeightsAndBiases"]


class WeightsAndBiases(Tracker):
    """Logs a search to Weights & Biases while it runs.

    The search is one run: a step for each trial, in the end a table of all of them with parallel
    coordinates, the params of the search, and the best. A run that is active already is used, and
    left open. Without a network, or to look first, set ``WANDB_MODE=offline`` and upload later by
    ``wandb sync``.

    Parameters
    ----------
    project : str, optional
        As ``wandb.init`` takes it; so are `name` and all of `settings`.
    name : str, optional
        Of the run; with `per_trial`, of the group.
    per_trial : bool
        Each trial is a run of its own, in a group, which W&B's own panels for parallel coordinates
        and importance ask for; it costs a fraction of a second for each.
    models : bool
        Whether the best estimator is stored, as an artifact.
    report : bool
        Whether ``search.report`` is logged at the end, where matplotlib is installed.
    **settings : dict
        Further arguments of ``wandb.init``, such as ``entity``, ``mode``, ``tags``.

    Raises
    ------
    MissingExtraError
        If wandb is not installed.

    Examples
    --------
    >>> from skhp import GridSearchCV
    >>> GridSearchCV(SVC(), {"C": [1, 10]}, observers=[WeightsAndBiases()])  # doctest: +SKIP
    """

    def __init__(
        self,
        project: str | None = None,
        *,
        name: str | None = None,
        per_trial: bool = False,
        models: bool = False,
        report: bool = True,
        **settings: Any,
    ) -> None:
        self.project = project
        self.name = name
        self.per_trial = per_trial
        self.models = models
        self.report = report
        self.settings = settings
        wandb_module()

    def opener(self, history: History) -> Callable[[], Log]:
        active = wandb_module().run
        begun = {**self.settings, "project": self.project, "name": self.name}
        if active is not None:
            begun |= {"project": active.project, "group": active.group or active.id}
        return lambda: _opened(self, history, active, begun)


def wandb_module() -> Any:
    """Return wandb.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import wandb
    except ModuleNotFoundError as error:
        raise MissingExtraError("wandb", "wandb") from error
    return wandb


def _opened(
    tracker: WeightsAndBiases, history: History, active: Any, begun: Mapping[str, Any]
) -> Log:
    facts = {
        "metric": history.metric,
        "n_splits": history.n_splits,
        "n_expected": history.n_expected,
    }
    if tracker.per_trial:
        group = begun.get("group") or tracker.name or f"search-{round(history.started)}"
        return _RunsLog(history, {**begun, "group": group, "name": None}, facts)
    run = active if active is not None else _init(job_type="search", **begun)
    run.config.update({"skhp": facts})
    return _RunLog(
        history, run, is_own=active is None, models=tracker.models, report=tracker.report
    )


def _init(**settings: Any) -> Any:
    """Begin a run beside any that is active."""
    wandb = wandb_module()
    quiet = wandb.Settings(console="off", silent=True)
    return wandb.init(**{"reinit": "create_new", "settings": quiet, **settings})


def _numbers(row: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return what a step or summary holds of a row."""
    return {name: value for name, value in row.items() if not name.startswith("param_")}


@dataclass
class _RunLog(Log):
    """One run for the whole search."""

    history: History
    run: Any
    is_own: bool
    models: bool
    report: bool

    def __post_init__(self) -> None:
        self.rows: list[dict[str, Plain]] = []
        self.best: float | None = None

    def add(self, trial: Trial) -> None:
        row = row_of(trial, self.history)
        self.rows.append(row)
        if trial.status == "complete" and (self.best is None or trial.score > self.best):
            self.best = trial.score
        best = {} if self.best is None else {"best_score_so_far": self.best}
        self.run.log({**row, **best})

    def conclude(self, fitted: Fitted) -> None:
        wandb, search = wandb_module(), fitted.search
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        data = [[row.get(name) for name in names] for row in self.rows]
        table = wandb.Table(columns=names, data=data, allow_mixed_types=True)
        fields: dict[str, str] = {}
        plot = wandb.plot_table("wandb/parallel-coordinates/v1", table, fields, {})
        self.run.log({"trials": table, "parallel_coordinates": plot})
        self._write_outcome(fitted)
        if self.models and hasattr(search, "best_estimator_"):
            self._store_model(search.best_estimator_)
        if self.report:
            with tempfile.TemporaryDirectory() as folder:
                path = fitted.report_in(folder)
                if path is not None:
                    self.run.log({"report": wandb.Html(path.read_text(encoding="utf-8"))})
        if self.is_own:
            self.run.finish()

    def _write_outcome(self, fitted: Fitted) -> None:
        search = fitted.search
        params = {key: label_of(value) for key, value in search.get_params(deep=False).items()}
        self.run.config.update({"search": params}, allow_val_change=True)
        best = getattr(search, "best_params_", {})
        self.run.summary.update(
            {
                "title": fitted.title,
                "stop_reason": search.stop_reason_,
                "best_score": float(getattr(search, "best_score_", float("nan"))),
                **{f"best_{key}": label_of(value) for key, value in best.items()},
            }
        )

    def _store_model(self, model: Any) -> None:
        import joblib

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "best_estimator.joblib")
            joblib.dump(model, path)
            artifact = wandb_module().Artifact(f"best-estimator-{self.run.id}", type="model")
            artifact.add_file(str(path))
            self.run.log_artifact(artifact)

    def fail(self, error: BaseException) -> None:
        self.run.summary.update({"error": f"{type(error).__name__}: {error}"})
        if self.is_own:
            self.run.finish(exit_code=1)


@dataclass
class _RunsLog(Log):
    """One run for each trial, in a group."""

    history: History
    settings: Mapping[str, Any]
    facts: Mapping[str, Any]

    def add(self, trial: Trial) -> None:
        settings = {**self.settings, "name": f"trial-{trial.number:03d}"}
        run = _init(job_type="trial", config={**params_of(trial), "skhp": self.facts}, **settings)
        for fold in trial.folds:
            scores = {f"fold_test_{name}": score for name, score in fold.test_scores.items()}
            run.log({"fold": fold.index, **scores})
        run.summary.update(_numbers(row_of(trial, self.history)))
        run.finish(exit_code=0 if outcome_of(trial) in ("complete", "given up") else 1)

    def conclude(self, fitted: Fitted) -> None:
        """Leave it as it is: every trial is a run that has ended."""

    def fail(self, error: BaseException) -> None:
        """Leave it as it is: every trial is a run that has ended."""
