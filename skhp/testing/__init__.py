"""Public fakes and checks: try a class of your own on the laws of the house."""

from ._acquisitions import check_acquisition
from ._displays import check_display
from ._executors import Errand, check_executor, run_tasks
from ._observers import check_observer
from ._presets import check_preset
from ._rules import check_racing_rule, check_stopping_rule
from ._simulated import SimulatedExecutor
from ._strategies import check_strategy, play
from ._surrogates import check_surrogate
from ._toy import ToyEvaluation

__all__ = [
    "Errand",
    "SimulatedExecutor",
    "ToyEvaluation",
    "check_acquisition",
    "check_display",
    "check_executor",
    "check_observer",
    "check_preset",
    "check_racing_rule",
    "check_stopping_rule",
    "check_strategy",
    "check_surrogate",
    "play",
    "run_tasks",
]
