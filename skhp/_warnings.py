"""Warns at the user's line, however deep inside a search the reason lies."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator
from itertools import chain
from types import FrameType

__all__ = ["show", "warn"]

OURS = "skhp"

IN_BETWEEN = sys.stdlib_module_names | {
    OURS,
    "joblib",
    "numpy",
    "scipy",
    "sklearn",
    "skopt",
    "threadpoolctl",
}
"""What may stand on the stack between the user's line and a warning."""


def warn(message: str, category: type[Warning]) -> None:
    """Warn as Python does, but at the line of the user that led here.

    A search in a thread that somebody else has started, such as joblib, has no line of the user's
    on its stack: there the main thread's line is named, which waits for the search as a rule.

    Parameters
    ----------
    message : str
        What is wrong and what to do.
    category : type
        One of the warnings of `skhp.exceptions`, as a rule.
    """
    frame = _frame_of_the_user()
    warnings.warn_explicit(
        message,
        category,
        filename=frame.f_code.co_filename,
        lineno=frame.f_lineno,
        module=frame.f_globals.get("__name__"),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )


def show(message: str, category: type[Warning]) -> None:
    """Show a warning at the line of the user that led here, whatever the filters say of it.

    They have let it through already, where it was given first.

    Parameters
    ----------
    message : str
        What was wrong.
    category : type
        What it was given as.
    """
    frame = _frame_of_the_user()
    # not category(message): it may ask for other arguments
    warning = category.__new__(category, message)
    warnings.showwarning(warning, category, frame.f_code.co_filename, frame.f_lineno)


def _frame_of_the_user() -> FrameType:
    """Return the innermost frame of the user's; in a worker process the one that called skhp."""
    here = sys._getframe(2)
    main = sys._current_frames().get(threading.main_thread().ident or 0)
    for frame in chain(_outwards(here), _outwards(main)):
        if _package(frame) not in IN_BETWEEN:
            return frame
    return next((frame for frame in _outwards(here) if _package(frame) != OURS), here)


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _package(frame: FrameType) -> str:
    """Return the package whose code runs, by its own name where it was started with ``-m``."""
    spec = frame.f_globals.get("__spec__")
    name: str = frame.f_globals.get("__name__", "") if spec is None else spec.name
    return name.partition(".")[0]
