"""What a run of MLflow is given when its search has ended: all that autologging writes."""

from __future__ import annotations

import csv
import importlib.metadata
import tempfile
import warnings
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy import sparse
from sklearn.exceptions import UndefinedMetricWarning

from .._autolog import fits_unlogged
from .._sklearn import BaseSearchCV
from ..space import label_of
from ._mlflow_words import milliseconds, mlflow_module, written
from ._tracker import Fitted

__all__ = ["Content", "write_content", "write_results"]

N_SHOWN: Final = 5
"""Rows that the signature of a model is read from."""


@dataclass(frozen=True)
class Content:
    """What is to be written, and to which run.

    Parameters
    ----------
    fitted : Fitted
        What ``fit`` made.
    run_id : str
        The run of the search.
    children : sequence of str
        The runs of trials.
    models : bool
        Whether the fitted search and its best estimator are stored.
    datasets : bool
        Whether the data is described.
    report : bool
        Whether the page of the search is stored.
    registered_model_name : str, optional
        Under which the search is registered.
    """

    fitted: Fitted
    run_id: str
    children: Sequence[str]
    models: bool
    datasets: bool
    report: bool
    registered_model_name: str | None


def write_content(content: Content, client: Any) -> None:
    """Write everything, and end the run unless it is the user's active one.

    Parameters
    ----------
    content : Content
        What, and where to.
    client : MlflowClient
        Writes.
    """
    mlflow = mlflow_module()
    with fits_unlogged(), ExitStack() as stack:
        active = mlflow.active_run()
        if active is None or active.info.run_id != content.run_id:
            mlflow.start_run(run_id=content.run_id, nested=True)
            stack.callback(mlflow.end_run)  # as finished, even if something cannot be written
        _write_outcome(content, client)
        _write_files(content, client)
        if content.datasets:
            _describe_data(content, client)
        _write_training_scores(content)
        if content.models:
            _store_models(content)


def _write_outcome(content: Content, client: Any) -> None:
    from mlflow.entities import Metric, RunTag

    search, history = content.fitted.search, content.fitted.history
    kind = type(search)
    score = float(getattr(search, "best_score_", np.nan))
    ended = milliseconds(history.started + history.elapsed)
    tags = {
        "estimator_name": kind.__name__,
        "estimator_class": f"{kind.__module__}.{kind.__name__}",
        "stop_reason": search.stop_reason_,
    }
    client.log_batch(
        content.run_id,
        metrics=[Metric("best_cv_score", score, ended, 0)] if np.isfinite(score) else [],
        params=written(_params(content.fitted).items()),
        tags=[RunTag(name, value) for name, value in tags.items()],
    )


def _params(fitted: Fitted) -> dict[str, Any]:
    """Return the params of the search, and the best ones that it found."""
    own = fitted.search.get_params(deep=False)
    best = getattr(fitted.search, "best_params_", {})
    found = {**own, **{f"best_{name}": value for name, value in best.items()}}
    return {name: label_of(value) for name, value in found.items()}


def _write_files(content: Content, client: Any) -> None:
    search = content.fitted.search
    with tempfile.TemporaryDirectory() as folder:
        write_results(search.cv_results_, Path(folder, "cv_results.csv"))
        if content.report:
            content.fitted.report_in(folder)
        client.log_artifacts(content.run_id, folder)


def write_results(results: dict[str, Any], path: Path) -> None:
    """Write ``cv_results_`` as comma-separated values; what is masked stays empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(results)
        for row in zip(*results.values(), strict=True):
            writer.writerow(["" if value is np.ma.masked else value for value in row])


def _describe_data(content: Content, client: Any) -> None:
    """Describe arrays and data frames, as autologging does; it knows no others either."""
    mlflow, X, y = mlflow_module(), content.fitted.X, content.fitted.y
    import mlflow.data as data

    if not hasattr(data, "from_numpy"):  # the skinny package without pandas
        return
    dataset = None
    if type(X).__module__.startswith("pandas."):
        dataset = data.from_pandas(X)
    elif type(X).__module__.startswith("polars."):
        dataset = data.from_polars(X)
    elif isinstance(X, np.ndarray) or sparse.issparse(X):
        dense = X.toarray() if sparse.issparse(X) else X
        dataset = data.from_numpy(dense, targets=None if y is None else np.asarray(y))
    if dataset is None:
        return
    mlflow.log_input(dataset, context="train")
    inputs = client.get_run(content.run_id).inputs.dataset_inputs
    for run_id in content.children:
        client.log_inputs(run_id, datasets=inputs[-1:])


def _store_models(content: Content) -> None:
    """Store the search and its best estimator."""
    import mlflow.sklearn

    fitted = content.fitted
    search, best = fitted.search, getattr(fitted.search, "best_estimator_", None)
    if best is None:
        return
    shown = {
        "signature": _signature(best, fitted.X),
        # what MLflow finds by itself takes it seconds
        "pip_requirements": _requirements(search),
        "serialization_format": "cloudpickle",  # the one that holds any estimator
    }
    mlflow.sklearn.log_model(
        search,
        name="model",
        registered_model_name=content.registered_model_name,
        params=_params(fitted),
        **shown,
    )
    params = {name: label_of(value) for name, value in best.get_params(deep=True).items()}
    mlflow.sklearn.log_model(best, name="best_estimator", params=params, **shown)


def _signature(model: Any, X: Any) -> Any:
    from mlflow.models import infer_signature

    rows = X[:N_SHOWN]
    if hasattr(model, "predict"):
        return infer_signature(rows, model.predict(rows))
    return infer_signature(rows)


def _requirements(search: BaseSearchCV) -> list[str]:
    """Return the packages that the search and its parts come from, with their versions."""
    parts = [search, search.best_estimator_, *search.best_estimator_.get_params(deep=True).values()]
    modules = {type(part).__module__.partition(".")[0] for part in parts}
    homes = importlib.metadata.packages_distributions()
    names = {home for module in modules for home in homes.get(module, ())}
    names |= {"cloudpickle", "numpy", "scikit-learn", "scipy"}
    return [f"{name}=={importlib.metadata.version(name)}" for name in sorted(names)]


def _write_training_scores(content: Content) -> None:
    """Write what autologging makes of the training rows: scores, pictures, the search as HTML.

    MLflow has no public function for it; where it is moved, that is all that is lost.
    """
    try:
        from mlflow.sklearn.utils import _log_estimator_content
        from mlflow.utils.autologging_utils import MlflowAutologgingQueueingClient
    except ImportError:
        return
    fitted = content.fitted
    if not hasattr(fitted.search, "best_estimator_"):
        return
    queue = MlflowAutologgingQueueingClient()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        _log_estimator_content(
            autologging_client=queue,
            estimator=fitted.search,
            prefix="training_",
            run_id=content.run_id,
            X=fitted.X,
            y_true=fitted.y,
        )
    queue.flush(synchronous=True)
