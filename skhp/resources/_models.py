"""Keeps the fitted models of folds between rungs, in a folder that ends with the search."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from .._pickling import dumps
from .._scratch import Scratch
from .._warnings import warn
from ..exceptions import SkhpWarning

__all__ = ["FoldModels", "Kept", "show_in_main"]

SHOWN: set[str] = set()
"""Names that were put into ``__main__`` here."""


@dataclass(frozen=True)
class Kept:
    """A fitted model and how far it is.

    Parameters
    ----------
    level : int
        The resource it was given.
    model : estimator object
        Fitted.
    is_final : bool
        Whether it ended by itself, so that more of the resource would change nothing.
    """

    level: int
    model: Any
    is_final: bool


@dataclass
class FoldModels:
    """The models of one search, by params and fold.

    A model that cannot be kept, for want of room or because it cannot be pickled, or that lies on
    another machine, is missing later and nothing more: the fit is then repeated from its
    beginning, with the same result.

    The folder goes away with the search.

    Parameters
    ----------
    identify : callable
        Returns a text for params that is the same for the same params, in any process; part of
        a file's name.
    folder : str, optional
        Made by `open` where workers on this machine can read it: in the one named by
        ``JOBLIB_TEMP_FOLDER``, else in the system's.
    """

    identify: Callable[[dict[str, Any]], str]
    folder: str | None = None
    _scratch: Scratch | None = field(default=None, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_scratch": None}

    def open(self) -> Self:
        """Make the folder; warn if that is impossible."""
        parent = os.environ.get("JOBLIB_TEMP_FOLDER")
        try:
            if parent is not None:
                os.makedirs(parent, exist_ok=True)
            self._scratch = Scratch.folder(purpose="models", parent=parent)
            self.folder = self._scratch.path
        except OSError as error:
            warn(
                f"There is no folder for models between rungs ({error}); every fit starts anew. "
                "Let JOBLIB_TEMP_FOLDER name one that has room.",
                SkhpWarning,
            )
        return self

    def close(self) -> None:
        """Remove the folder; closing twice is closing."""
        scratch, self.folder, self._scratch = self._scratch, None, None
        if scratch is not None:
            scratch.remove()

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, *error: object) -> None:
        self.close()

    def get(self, params: dict[str, Any], fold: int) -> Kept | None:
        """Return what is kept of a fold, None if nothing is."""
        path = self._path(params, fold)
        if path is None:
            return None
        try:
            kept: Kept = pickle.loads(path.read_bytes())
        except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError):
            return None
        return kept

    def keep(self, params: dict[str, Any], fold: int, kept: Kept) -> None:
        """Keep a model in place of the one before, if that is possible."""
        path = self._path(params, fold)
        if path is None:
            return
        draft = path.with_suffix(f".{os.getpid()}")
        try:
            draft.write_bytes(dumps(kept))
            os.replace(draft, path)
        except (OSError, pickle.PicklingError, AttributeError, TypeError):
            draft.unlink(missing_ok=True)

    def drop(self, params: dict[str, Any], *, n_folds: int) -> None:
        """Forget all folds of a candidate."""
        for fold in range(n_folds):
            path = self._path(params, fold)
            if path is not None:
                path.unlink(missing_ok=True)

    def _path(self, params: dict[str, Any], fold: int) -> Path | None:
        if self.folder is None:
            return None
        return Path(self.folder, f"{self.identify(params)}-{fold}.pickle")


def show_in_main(params: dict[str, Any]) -> None:
    """Put classes that a script or a notebook defines where pickles by name look for them.

    Workers are sent such classes by value, and do not have them in ``__main__``; but some
    estimators, skorch's networks among them, always pickle what they have fitted by name.

    Parameters
    ----------
    params : dict
        Of an estimator; its values are looked at.
    """
    main = sys.modules["__main__"]
    for value in params.values():
        if not isinstance(value, type) or value.__module__ != "__main__":
            continue
        name = value.__qualname__
        if name in SHOWN or not hasattr(main, name):
            setattr(main, name, value)
            SHOWN.add(name)
