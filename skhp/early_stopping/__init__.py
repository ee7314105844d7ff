"""Boosting inside of a search ends by rows that are split off each fold's training rows."""

from ._fits import Stopped, StoppedFits, last_step, with_count
from ._rule import EarlyStopping
from ._ways import way_of

__all__ = ["EarlyStopping", "Stopped", "StoppedFits", "last_step", "way_of", "with_count"]
