"""Candidates that differ only in how many parts their model has are served by one fit."""

from ._siblings import Family, Siblings, count_names
from ._whole import Cut, Whole

__all__ = ["Cut", "Family", "Siblings", "Whole", "count_names"]
