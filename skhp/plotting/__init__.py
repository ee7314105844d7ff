"""Plots of a search, made as scikit-learn's displays are."""

from ._contour import ContourDisplay
from ._convergence import ConvergenceDisplay
from ._dependence import ScoreDependenceDisplay
from ._distribution import DistributionDisplay
from ._ensemble import EnsembleDisplay
from ._fold_scores import FoldScoresDisplay
from ._heat_map import HeatMapDisplay
from ._importance import ImportanceDisplay
from ._nested import NestedDisplay
from ._overview import draw_overview
from ._parallel_coordinates import ParallelCoordinatesDisplay
from ._params_by_time import ParamsByTimeDisplay
from ._pareto import ParetoDisplay
from ._race import RaceDisplay
from ._resource_curve import ResourceCurveDisplay
from ._rungs import RungsDisplay
from ._slice import SliceDisplay
from ._timeline import TimelineDisplay

__all__ = [
    "ContourDisplay",
    "ConvergenceDisplay",
    "DistributionDisplay",
    "EnsembleDisplay",
    "FoldScoresDisplay",
    "HeatMapDisplay",
    "ImportanceDisplay",
    "NestedDisplay",
    "ParallelCoordinatesDisplay",
    "ParamsByTimeDisplay",
    "ParetoDisplay",
    "RaceDisplay",
    "ResourceCurveDisplay",
    "RungsDisplay",
    "ScoreDependenceDisplay",
    "SliceDisplay",
    "TimelineDisplay",
    "draw_overview",
]
