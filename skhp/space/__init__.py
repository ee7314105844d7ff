"""What is searched: a frozen space over the unit cube, read from whatever the user writes."""

from ._agreeing import agreeing
from ._assemble import assemble
from ._choice import Choice, Ordered
from ._conditions import Constrained, Derived, When
from ._dimension import Column, Dimension, Grid
from ._distribution import Distribution
from ._either import Either
from ._fixed import Fixed
from ._integer import Integer
from ._layers import Layers
from ._parameters import Parameter, Rule
from ._real import Real
from ._space import Space

__all__ = [
    "Choice",
    "Column",
    "Constrained",
    "Derived",
    "Dimension",
    "Distribution",
    "Either",
    "Fixed",
    "Grid",
    "Integer",
    "Layers",
    "Ordered",
    "Parameter",
    "Real",
    "Rule",
    "Space",
    "When",
    "agreeing",
    "assemble",
]
