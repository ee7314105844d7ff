"""Strategies: what to try next, as functions of the history."""

from ._base import Strategy
from ._bayes import Bayes
from ._frugal_bayes import FrugalBayes
from ._grid import Grid
from ._initial import Initial
from ._listed import Listed
from ._optuna import Optuna
from ._pareto_bayes import ParetoBayes
from ._random import Random
from ._skopt import Skopt
from ._successive_halving import SuccessiveHalving

__all__ = [
    "Bayes",
    "FrugalBayes",
    "Grid",
    "Initial",
    "Listed",
    "Optuna",
    "ParetoBayes",
    "Random",
    "Skopt",
    "Strategy",
    "SuccessiveHalving",
]
