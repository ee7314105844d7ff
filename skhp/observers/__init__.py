"""Observers: they are told what happens in a search, and change nothing."""

from ._announcer import Announcer
from ._base import Observer
from ._console import Console
from ._forget_models import ForgetModels
from ._progress import Progress
from ._skopt import SkoptCallbacks
from ._skopt_results import optimize_results

__all__ = [
    "Announcer",
    "Console",
    "ForgetModels",
    "Observer",
    "Progress",
    "SkoptCallbacks",
    "optimize_results",
]
