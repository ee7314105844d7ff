"""Observers: they are told what happens in a search, and change nothing."""

from ._announcer import Announcer
from ._base import Observer
from ._console import Console
from ._forget_models import ForgetModels
from ._mlflow import MLflow
from ._names import read_observers
from ._optuna import OptunaStudy
from ._progress import Progress
from ._skopt import SkoptCallbacks
from ._skopt_results import optimize_results
from ._table_file import TableFile
from ._tensorboard import TensorBoard
from ._tracker import Fitted, Log, Tracker
from ._wandb import WeightsAndBiases

__all__ = [
    "Announcer",
    "Console",
    "Fitted",
    "ForgetModels",
    "Log",
    "MLflow",
    "Observer",
    "OptunaStudy",
    "Progress",
    "SkoptCallbacks",
    "TableFile",
    "TensorBoard",
    "Tracker",
    "WeightsAndBiases",
    "optimize_results",
    "read_observers",
]
