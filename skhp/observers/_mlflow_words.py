"""Names, values and times as MLflow takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from ..exceptions import MissingExtraError

__all__ = ["key_of", "milliseconds", "mlflow_module", "written"]

LONGEST_VALUE: Final = 6000


def mlflow_module() -> Any:
    """Return MLflow.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import mlflow
    except ModuleNotFoundError as error:
        raise MissingExtraError("mlflow", "mlflow") from error
    return mlflow


def key_of(name: str) -> str:
    """Return a name that MLflow takes: ``model_kwargs[units]`` is ``model_kwargs.units``."""
    return re.sub(r"[^\w\-. :/]", "_", name.replace("[", ".").replace("]", ""), flags=re.ASCII)


def written(params: Iterable[tuple[str, Any]]) -> list[Any]:
    """Return params as MLflow holds them."""
    from mlflow.entities import Param

    return [Param(key_of(name), str(value)[:LONGEST_VALUE]) for name, value in params]


def milliseconds(seconds: float) -> int:
    """Return a time as MLflow counts it."""
    return round(seconds * 1000)
