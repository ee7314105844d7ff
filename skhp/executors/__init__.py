"""Executors: where tasks run.

=====================  =====================================================================
`executor_for`         chooses, as joblib's configuration and `n_jobs` say
`SequentialExecutor`   in the calling thread
`JoblibExecutor`       on any joblib backend
`LokyExecutor`         in joblib's own worker processes, until one dies
`ProcessExecutor`      in processes that can be limited and killed one by one
`DaskExecutor`         on a dask.distributed cluster
`RayExecutor`          on a ray cluster
=====================  =====================================================================

What an executor of your own is made from: `Executor`, with `SharedCall` for workers that are
threads and `ShippedCall` for processes.
"""

from ._base import Executor, Outcome, Task
from ._calls import SharedCall, ShippedCall
from ._choose import executor_for
from ._dask import DaskExecutor
from ._joblib import JoblibExecutor
from ._limits import Limits
from ._loky import LokyExecutor
from ._processes import ProcessExecutor
from ._ray import RayExecutor
from ._sequential import SequentialExecutor

__all__ = [
    "DaskExecutor",
    "Executor",
    "JoblibExecutor",
    "Limits",
    "LokyExecutor",
    "Outcome",
    "ProcessExecutor",
    "RayExecutor",
    "SequentialExecutor",
    "SharedCall",
    "ShippedCall",
    "Task",
    "executor_for",
]
