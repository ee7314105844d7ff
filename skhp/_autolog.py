"""Keeps MLflow's autologging from taking the fits inside of a search for runs of their own.

The door to what MLflow keeps to itself about autologging; MLflow is never imported here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import RLock
from typing import Any

__all__ = ["autolog_settings", "fits_unlogged"]

SETTINGS = ("max_tuning_runs", "log_models", "log_datasets", "registered_model_name", "extra_tags")
"""Of ``mlflow.sklearn.autolog``: what it writes of a search."""


class _Silence:
    """Autologging is off while anybody holds it, in any thread.

    MLflow's own switch knows no nesting: the first to leave would switch it on for all.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._n_holders = 0
        self._switch = ExitStack()

    @contextmanager
    def held(self, utils: Any) -> Iterator[None]:
        with self._lock:
            if self._n_holders == 0 and not _is_off(utils):
                self._switch.enter_context(utils.disable_autologging())
            self._n_holders += 1
        try:
            yield
        finally:
            with self._lock:
                self._n_holders -= 1
                if self._n_holders == 0:
                    self._switch.close()


_SILENCE = _Silence()


def _autologging() -> Any:
    """Return MLflow's module about autologging, None if nobody has imported it."""
    return sys.modules.get("mlflow.utils.autologging_utils")


def _is_off(utils: Any) -> bool:
    return bool(getattr(utils, "_AUTOLOGGING_GLOBALLY_DISABLED", False))


@contextmanager
def fits_unlogged() -> Iterator[None]:
    """Fit, predict and score without autologged runs; nothing happens where there is no MLflow."""
    utils = _autologging()
    if utils is None:
        yield
        return
    with _SILENCE.held(utils):
        yield


def autolog_settings() -> dict[str, Any] | None:
    """Return how ``mlflow.sklearn.autolog()`` is to log a search that begins now.

    Returns
    -------
    dict or None
        The settings among `SETTINGS`; None where autologging is off, or where what the search is
        a part of is logged already.
    """
    utils, flavor = _autologging(), sys.modules.get("mlflow.sklearn")
    if utils is None or flavor is None:
        return None
    if _is_off(utils) or utils.autologging_is_disabled("sklearn"):
        return None
    session = getattr(flavor, "_SklearnTrainingSession", None)
    if session is not None and session.is_active():
        return None
    mlflow = sys.modules["mlflow"]
    if utils.get_autologging_config("sklearn", "exclusive", False) and mlflow.active_run():
        return None
    return {name: utils.get_autologging_config("sklearn", name, None) for name in SETTINGS}
