"""Makes a pipeline that takes the rows of a table as they are, for a model that cannot."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    StandardScaler,
    TargetEncoder,
)
from sklearn.utils import get_tags

from .._sklearn._version import HAS_CALLBACKS
from ._table import Columns

__all__ = ["dates_as_numbers", "missing_as_empty", "prepared"]

NOT_SCALED: Final = (
    "sklearn.tree",
    "sklearn.ensemble",
    "sklearn.naive_bayes",
    "sklearn.dummy",
    "xgboost",
    "lightgbm",
    "catboost",
)
"""Packages of models for which the scale of a column does not matter, or which want none."""

FEW: Final = 20
"""Categories up to which each has a column of its own."""

DENSE_WORDS: Final = 300
"""Words that are counted for a model which takes no sparse matrix."""


def prepared(model: Any, columns: Columns, table: Any, *, seed: int) -> Pipeline:
    """Return a pipeline of what the columns need and the model.

    Parameters
    ----------
    model : estimator object
        The last step.
    columns : Columns
        What is in which column.
    table : DataFrame
        Tells how many categories there are and whether numbers are missing.
    seed : int
        For encoders that split rows.
    """
    tags = get_tags(model).input_tags
    is_sparse = bool(columns.texts) and tags.sparse
    scaler = [] if type(model).__module__.startswith(NOT_SCALED) else [StandardScaler()]
    # trees that take missing values do not in a sparse matrix
    takes_missing = tags.allow_nan and not is_sparse and not scaler
    parts: list[tuple[str, Any, Any]] = []
    if columns.numbers:
        has_missing = bool(table[list(columns.numbers)].isna().any(axis=None))
        imputer = _imputer("median", add_indicator=has_missing)
        steps = "passthrough" if takes_missing else make_pipeline(imputer, *scaler)
        parts.append(("numbers", steps, list(columns.numbers)))
    if columns.dates:
        steps = make_pipeline(FunctionTransformer(dates_as_numbers), _imputer("median"), *scaler)
        parts.append(("dates", steps, list(columns.dates)))
    parts += _categories(columns, table, scaler=scaler, seed=seed)
    for name in columns.texts:
        words = TfidfVectorizer(sublinear_tf=True, max_features=None if is_sparse else DENSE_WORDS)
        steps = make_pipeline(FunctionTransformer(missing_as_empty), words)
        parts.append((name.replace("__", "_"), steps, name))
    columns_step = ColumnTransformer(parts, sparse_threshold=1.0 if is_sparse else 0.0)
    return Pipeline([("columns", columns_step), ("model", model)])


def _categories(
    columns: Columns, table: Any, *, scaler: list[Any], seed: int
) -> list[tuple[str, Any, Any]]:
    few = [name for name in columns.categories if table[name].nunique() <= FEW]
    many = [name for name in columns.categories if name not in few]
    parts: list[tuple[str, Any, Any]] = []
    if few:
        encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        parts.append(("categories", encoder, few))
    if many:
        parts.append(("many", make_pipeline(_target_encoder(seed), *scaler), many))
    return parts


def _target_encoder(seed: int) -> TargetEncoder:
    """Return one whose inner splits are the same each time, as scikit-learn wants to be told."""
    if HAS_CALLBACKS:  # and since then a splitter is taken
        return TargetEncoder(cv=KFold(5, shuffle=True, random_state=seed))
    return TargetEncoder(random_state=seed)


def _imputer(strategy: str, **more: Any) -> SimpleImputer:
    return SimpleImputer(strategy=strategy, keep_empty_features=True, **more)


def dates_as_numbers(dates: Any) -> NDArray[np.float64]:
    """Return days since 1970, the month and the day of the week; NaN where there is no date.

    Parameters
    ----------
    dates : DataFrame of shape (n_rows, n_columns)
        Dates, or texts that begin as 2026-01-31.

    Returns
    -------
    ndarray of float, shape (n_rows, 3 * n_columns)
        Three columns for each.
    """
    import pandas

    columns = []
    for name in dates.columns:
        one = pandas.to_datetime(dates[name], errors="coerce", utc=True, format="ISO8601")
        days = (one - pandas.Timestamp(0, tz="UTC")) / pandas.Timedelta(days=1)
        columns += [days, one.dt.month, one.dt.day_of_week]
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def missing_as_empty(texts: Any) -> Any:
    """Return texts, empty ones where they are missing."""
    return texts.fillna("").astype(str)
