"""Public fakes and checks: try your own strategy, rule or executor on the laws of the house."""

from ._acquisitions import check_acquisition
from ._executors import Errand, check_executor, run_tasks
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
    "check_executor",
    "check_racing_rule",
    "check_stopping_rule",
    "check_strategy",
    "check_surrogate",
    "play",
    "run_tasks",
]
