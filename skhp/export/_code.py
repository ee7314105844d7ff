"""The lines that make the estimator that a search has chosen, to be copied."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

__all__ = ["code_of"]


def code_of(estimator: Any, params: Mapping[str, Any] | None = None) -> str:
    """Return the lines that make an unfitted estimator, imports included.

    Parameters
    ----------
    estimator : estimator
        Before its params are set.
    params : mapping of str to object, optional
        For its ``set_params``, all digits kept.

    Examples
    --------
    >>> from sklearn.svm import SVC
    >>> print(code_of(SVC(), {"C": 1.0}))
    from sklearn.svm import SVC
    <BLANKLINE>
    estimator = SVC()
    estimator.set_params(**{'C': 1.0})
    """
    classes = dict.fromkeys((*_classes_in(estimator), *_classes_in(params or {})))
    imports = sorted(filter(None, map(_import, classes)))
    lines = [*imports, "", f"estimator = {_exact(estimator)}"]
    if params is not None:
        inside = ", ".join(f"{name!r}: {_exact(value)}" for name, value in params.items())
        lines.append(f"estimator.set_params(**{{{inside}}})")
    return "\n".join(lines)


def _classes_in(value: Any) -> Iterator[type]:
    """Yield the classes that the text of a value names."""
    if isinstance(value, type):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _classes_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _classes_in(one)
    elif hasattr(value, "get_params"):
        yield type(value)
        yield from _classes_in(value.get_params(deep=False))


def _import(kind: type) -> str:
    """Return the line that imports a class from where people take it; nothing if it is at hand."""
    if kind.__module__ in ("builtins", "__main__"):
        return ""
    parts = kind.__module__.split(".")
    private = [place for place, part in enumerate(parts) if part.startswith("_")]
    public = ".".join(parts[: private[0]] if private else parts)
    is_shown = getattr(sys.modules.get(public), kind.__name__, None) is kind
    return f"from {public if is_shown else kind.__module__} import {kind.__name__}"


def _exact(value: Any) -> str:
    """Return what makes a value, nothing left out."""
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, BaseEstimator):
        return str(value.__repr__(N_CHAR_MAX=1_000_000))
    return repr(value)
