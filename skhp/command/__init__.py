"""The command line: tunes a model for a table, without a line of Python."""

from ._main import main

__all__ = ["main"]
