"""Leaves out the examples of modules whose optional dependency is not installed."""

from importlib.util import find_spec

NEED = {"optuna": ["skhp/strategies/_optuna.py"]}

collect_ignore = [
    path for package, paths in NEED.items() if find_spec(package) is None for path in paths
]
