"""Nested cross-validation: what tuning gains on rows that it never saw."""

from ._cross_validate import nested_cross_validate
from ._interval import corrected_interval
from ._result import NestedResult, OuterFold

__all__ = ["NestedResult", "OuterFold", "corrected_interval", "nested_cross_validate"]
