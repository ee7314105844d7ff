"""How much a fit is given: rungs, and the rows and models that go from one to the next."""

from ._ladder import Ladder
from ._models import FoldModels
from ._resource import N_SAMPLES, Resource
from ._rows import nested_rows
from ._rungs import Rung, candidates_of, rungs_of

__all__ = [
    "N_SAMPLES",
    "FoldModels",
    "Ladder",
    "Resource",
    "Rung",
    "candidates_of",
    "nested_rows",
    "rungs_of",
]
