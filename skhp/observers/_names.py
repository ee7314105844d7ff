"""Observers by name: what a string among a search's observers stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from .._autolog import autolog_settings
from ..exceptions import SettingError
from ._base import Observer
from ._mlflow import MLflow
from ._optuna import OptunaStudy
from ._progress import Progress
from ._tensorboard import TensorBoard
from ._wandb import WeightsAndBiases

__all__ = ["read_observers"]

NAMED: Final[dict[str, Callable[[], Observer]]] = {
    "mlflow": MLflow,
    "optuna": OptunaStudy,
    "progress": Progress,
    "tensorboard": TensorBoard,
    "wandb": WeightsAndBiases,
}


def read_observers(given: Iterable[Any]) -> list[Any]:
    """Return the observers of a search, once each of them is known to hear something.

    Where MLflow's autologging is on, an `MLflow` is among them that writes what it asks for.

    Parameters
    ----------
    given : iterable of observers or str
        As the user gave them.

    Raises
    ------
    SettingError
        If one is no observer, or a name that stands for none.
    MissingExtraError
        If what a name stands for needs a package that is not installed.

    Examples
    --------
    >>> read_observers(["progress"])
    [Progress(every=10, file=None)]
    """
    observers = [_read(one) for one in given]
    settings = autolog_settings()
    if settings is not None and not any(isinstance(one, MLflow) for one in observers):
        observers.append(MLflow.autologged(settings))
    return observers


def _read(given: Any) -> Any:
    if isinstance(given, str):
        if given not in NAMED:
            raise SettingError(
                f"There is no observer named {given!r}. The names are {', '.join(NAMED)}; "
                "everything else in skhp.observers is given as an object."
            )
        return NAMED[given]()
    events = [name for name in vars(Observer) if name.startswith("on_")]
    if isinstance(given, type) or not any(hasattr(given, event) for event in events):
        raise SettingError(
            f"An observer is an object, not a class, with any of the methods {', '.join(events)}, "
            f"or a name among {', '.join(NAMED)}; got {given!r}."
        )
    return given
