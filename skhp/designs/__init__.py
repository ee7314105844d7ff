"""Sets of points that cover the unit cube."""

from ._sobol import sobol
from ._uniform import uniform

__all__ = ["sobol", "uniform"]
