"""Ready-made spaces: what to search for an estimator, and what is known to be good for it.

Estimators are recognised by the names of their classes; their libraries are not imported.
"""

from ._known_good import known_good
from ._space_for import space_for

__all__ = ["known_good", "space_for"]
