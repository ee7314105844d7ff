"""Executors: where tasks run.

=====================  =====================================================================
`executor_for`         chooses, as joblib's configuration and `n_jobs` say
`SequentialExecutor`   in the calling thread
`JoblibExecutor`       on any joblib backend
=====================  =====================================================================
"""

from ._base import Executor, Outcome, Task
from ._choose import executor_for
from ._joblib import JoblibExecutor
from ._sequential import SequentialExecutor

__all__ = [
    "Executor",
    "JoblibExecutor",
    "Outcome",
    "SequentialExecutor",
    "Task",
    "executor_for",
]
