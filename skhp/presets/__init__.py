"""Ready-made spaces: what to search for an estimator, and what is known to be good for it.

Estimators are recognised by the names of their classes; their libraries are not imported. Classes
of your own take part by `register`.
"""

from ._data import Data
from ._known_good import known_good
from ._registered import register
from ._space_for import space_for

__all__ = ["Data", "known_good", "register", "space_for"]
