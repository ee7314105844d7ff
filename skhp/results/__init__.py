"""Results: from a history to ``cv_results_``, the best trial and what else it tells."""

from ._corrected import corrected_score
from ._dependence import Dependence, dependence
from ._one_standard_error import OneStandardError
from ._refit_seconds import seconds_of_full_refit, seconds_of_refit
from ._rung_table import RungTable
from ._score_surface import ScoreSurface
from ._selection import SELECTIONS, AsScikitLearn, Finished, Selection
from ._table import Table, TrialTable, metric_names, tabulated
from ._train_ranks import TrainRanks

__all__ = [
    "SELECTIONS",
    "AsScikitLearn",
    "Dependence",
    "Finished",
    "OneStandardError",
    "RungTable",
    "ScoreSurface",
    "Selection",
    "Table",
    "TrainRanks",
    "TrialTable",
    "corrected_score",
    "dependence",
    "metric_names",
    "seconds_of_full_refit",
    "seconds_of_refit",
    "tabulated",
]
