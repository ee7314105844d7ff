"""What is searched: a frozen space over the unit cube, read from whatever the user writes."""

from ._assemble import assemble
from ._choice import Choice, Ordered
from ._closest import closest
from ._conditions import Constrained, Derived, When
from ._dimension import Column, Dimension, Lattice
from ._distribution import Distribution
from ._either import Either
from ._fixed import Fixed
from ._integer import Integer
from ._labels import Plain, label_of, without_labels
from ._layers import Layers
from ._parameters import Parameter, Relation
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
    "Integer",
    "Lattice",
    "Layers",
    "Ordered",
    "Parameter",
    "Plain",
    "Real",
    "Relation",
    "Space",
    "When",
    "assemble",
    "closest",
    "label_of",
    "without_labels",
]
