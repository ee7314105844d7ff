"""Results: from a history to ``cv_results_``, the best trial and what else it tells."""

from ._averaged import AveragedClassifier, AveragedRegressor
from ._choice import Choice
from ._corrected import corrected_score
from ._dependence import Dependence, dependence
from ._ensemble import Ensemble
from ._finalists import Finalist, Finalists
from ._gathered import Gathered, gathered
from ._honest_score import HonestScore, bootstrapped_score, corrected_for_luck
from ._member_fits import MemberFit, fitted_members
from ._members import EnsembleMembers, voting_of
from ._one_standard_error import OneStandardError
from ._out_of_fold import OutOfFold
from ._pareto import Pareto
from ._pool import EnsemblePool
from ._refit_seconds import (
    seconds_of_finals,
    seconds_of_full_refit,
    seconds_of_refit,
    seconds_of_refits,
)
from ._rung_table import RungTable
from ._score_surface import ScoreSurface
from ._selection import SELECTIONS, AsScikitLearn, Finished, Selection
from ._table import Table, TrialTable, metric_names, tabulated
from ._train_ranks import TrainRanks

__all__ = [
    "SELECTIONS",
    "AsScikitLearn",
    "Choice",
    "Dependence",
    "AveragedClassifier",
    "AveragedRegressor",
    "Ensemble",
    "EnsembleMembers",
    "EnsemblePool",
    "Finalist",
    "Finalists",
    "Finished",
    "Gathered",
    "HonestScore",
    "MemberFit",
    "OneStandardError",
    "OutOfFold",
    "Pareto",
    "RungTable",
    "ScoreSurface",
    "Selection",
    "Table",
    "TrainRanks",
    "TrialTable",
    "bootstrapped_score",
    "corrected_for_luck",
    "corrected_score",
    "dependence",
    "fitted_members",
    "gathered",
    "metric_names",
    "seconds_of_finals",
    "seconds_of_full_refit",
    "seconds_of_refit",
    "seconds_of_refits",
    "tabulated",
    "voting_of",
]
