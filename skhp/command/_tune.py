"""Tunes a model for a table: reads, prepares, searches, saves, and tells what was found."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import get_scorer_names
from sklearn.model_selection import KFold, StratifiedKFold

from ..exceptions import SettingError
from ..search import BayesSearchCV
from ._model import model_for
from ._outcome import conclude, introduce
from ._prepare import prepared
from ._settings import Settings
from ._table import Columns, columns_of, read_table

__all__ = ["tune"]


def tune(settings: Settings) -> None:
    """Carry ``tune`` out.

    Parameters
    ----------
    settings : Settings
        What the user asked for.

    Raises
    ------
    SkhpError
        If something is wrong with that.
    """
    _check(settings)
    X, y = _rows(settings)
    columns = Columns.of(X, drop=settings.drop, keep=settings.keep)
    model = model_for(settings.estimator, y, seed=settings.seed)
    introduce(settings, columns, X, y, model=model)
    X = X.drop(columns=list(columns.left_out))
    _make_folder(settings)
    splitter = StratifiedKFold if is_classifier(model) else KFold
    search = BayesSearchCV(
        prepared(model, columns, X, seed=settings.seed),
        n_iter=settings.n_iter,
        scoring=settings.scoring,
        n_jobs=settings.n_jobs,
        cv=splitter(settings.cv, shuffle=True, random_state=settings.seed),
        random_state=settings.seed,
        max_time=settings.max_time,
        journal=settings.journal,
        verbose=1,
    ).fit(X, np.asarray(y))
    conclude(settings, search)


def _check(settings: Settings) -> None:
    if settings.scoring is not None and settings.scoring not in get_scorer_names():
        raise SettingError(
            f"There is no scoring {settings.scoring!r}. sklearn.metrics.get_scorer_names() names "
            "them: accuracy, roc_auc, neg_log_loss, r2, neg_root_mean_squared_error and more."
        )
    if settings.cv < 2:
        raise SettingError(f"--cv must be at least 2, got {settings.cv}.")
    if settings.n_iter < 1:
        raise SettingError(f"--n-iter must be at least 1, got {settings.n_iter}.")
    if settings.format == "skops":
        from ._outcome import skops_io

        skops_io()


def _rows(settings: Settings) -> tuple[Any, Any]:
    table = read_table(settings.data, separator=settings.separator)
    if settings.target not in table.columns:
        raise SettingError(f"There is no column {settings.target!r}. {columns_of(table)}")
    table = table[table[settings.target].notna()].reset_index(drop=True)
    X, y = table.drop(columns=settings.target), table[settings.target]
    if len(y) < settings.cv:
        raise SettingError(f"{settings.data} has {len(y)} rows with a target: too few.")
    if y.nunique() < 2:
        raise SettingError(f"The target {settings.target!r} is always {y.iloc[0]!r}.")
    return X, y if y.dtype.kind in "iuf" else y.astype(str)


def _make_folder(settings: Settings) -> None:
    try:
        settings.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"The folder {settings.out} cannot be made: {error}") from None
