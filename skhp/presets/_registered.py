"""Ready-made spaces of classes that the library does not know."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, final

from ..exceptions import SettingError, SpaceError
from ..space import Constrained, Space
from ._data import Data
from ._preset import Preset

METHOD: Final = "__skhp_space__"
"""The method by which a class brings its own space."""

MakeSpace: TypeAlias = Callable[[Any, Data], Any]
"""Given an estimator and its data, returns a space, or a space and known good params."""


@final
@dataclass
class Registry:
    """What was registered in this process, by class and by name of a class."""

    _spaces: dict[type | str, MakeSpace] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: type | str, make: MakeSpace) -> None:
        """Register a space, in place of an earlier one of the same class."""
        with self._lock:
            self._spaces[kind] = make

    def of(self, kind: type) -> MakeSpace | None:
        """Return what was registered for a class, else for its name, else what it brings."""
        with self._lock:
            found = self._spaces.get(kind) or self._spaces.get(kind.__name__)
        return found or _brought(kind)


REGISTRY: Final = Registry()


def register(
    estimator_class: type | str, space: Any = None, *, good: Sequence[Mapping[str, Any]] = ()
) -> Any:
    """Give the estimators of a class a ready-made space, wherever they stand in a pipeline.

    Parameters
    ----------
    estimator_class : type or str
        The class, or its name where it is not to be imported. Classes that inherit from it have
        the space as well, unless they have one of their own.
    space : dict or callable, optional
        From names of parameters to anything that a search space takes as a dimension: names of
        its own estimators as ``set_params`` takes them (``base__C``), no dicts inside. Or a
        function of the estimator and its `Data`, which returns such a dict, or such a dict and a
        list of known good params. Left out: a decorator for the function is returned.
    good : sequence of dict
        Params that are known to be good, best first; they may leave some of the space open. For
        a space that is a dict.

    Returns
    -------
    callable
        The function, or the decorator for one; None where the space is a dict.

    Raises
    ------
    SettingError
        If the class is no class or name of one, or the space is neither dict nor function.

    Notes
    -----
    A later registration of the same class takes the place of the earlier one, and of what the
    library knows of it. What is registered holds for this process: a space is looked up where
    ``fit`` is called, never in the workers. A class can bring its space itself, without importing
    skhp, by a method ``__skhp_space__(self, data)`` that returns what the function would.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from skhp.presets import space_for
    >>> class Stiff(Ridge):
    ...     pass
    >>> register(Stiff, {"alpha": (1.0, 1e6, "log-uniform")}, good=[{"alpha": 100.0}])
    >>> space_for(Stiff())
    {'alpha': Real(1.0, 1000000.0, log=True)}
    >>> @register(Stiff)
    ... def stiff(estimator, data):
    ...     return {"alpha": (1.0, 10.0 * (data.n_samples or 1000), "log-uniform")}
    >>> space_for(Stiff())
    {'alpha': Real(1.0, 10000.0, log=True)}
    """
    if not isinstance(estimator_class, type | str):
        raise SettingError(
            "A ready-made space is registered for a class or the name of one, got "
            f"{estimator_class!r}."
        )
    if space is None:
        return lambda function: register(estimator_class, function)
    if isinstance(space, Mapping):
        fixed = (dict(space), list(good))
        REGISTRY.add(estimator_class, lambda estimator, data: fixed)
        return None
    if not callable(space) or good:
        raise SettingError(
            "A ready-made space is a dict, or a function of an estimator and its data that returns "
            f"a dict, or a dict and its known good params; got {space!r} with good={good!r}."
        )
    REGISTRY.add(estimator_class, space)
    return space


def registered(kind: type, estimator: Any, *, names: set[str], data: Data) -> Preset | None:
    """Return the space that users gave to a class, None where there is none.

    Parameters
    ----------
    kind : type
        The estimator's class, or one that it inherits from.
    estimator : estimator object
        What it is for.
    names : set of str
        The parameters it has.
    data : Data
        What it will be fitted on.

    Raises
    ------
    SpaceError
        If the space cannot be read, or is of parameters that the estimator does not have.
    """
    make = REGISTRY.of(kind)
    if make is None:
        return None
    what = f"The ready-made space registered for {kind.__name__}"
    space, good = _parted(make(estimator, data), what)
    _check_entries(space, names=names, what=what)
    for params in good:
        _check_names(params, names=names, what=f"Among the known good params, {params!r}")
    return Preset(space, good=tuple(good))


def _brought(kind: type) -> MakeSpace | None:
    """Return the method by which a class, not one that it inherits from, brings its space."""
    method = vars(kind).get(METHOD)
    return None if method is None else lambda estimator, data: getattr(estimator, METHOD)(data)


def _parted(made: Any, what: str) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
    """Return a space and its known good params."""
    space, good = made if isinstance(made, tuple) and len(made) == 2 else (made, ())
    if not isinstance(space, Mapping) or not isinstance(good, list | tuple):
        raise SpaceError(
            f"{what} must be a dict, or a dict and a list of known good params, got {made!r}."
        )
    for params in good:
        if not isinstance(params, Mapping):
            raise SpaceError(f"{what} has known good params that are no dict: {params!r}.")
    return dict(space), list(good)


def _check_entries(space: Mapping[str, Any], *, names: set[str], what: str) -> None:
    _check_names(space, names=names, what=what)
    nested = [name for name, entry in space.items() if isinstance(entry, Mapping | Constrained)]
    if nested:
        raise SpaceError(
            f"{what} has a dict as its entry {nested[0]!r}. Write the names of what an estimator "
            "holds in full, as set_params takes them: 'base__C'."
        )
    try:
        if space:
            Space.read(space)
    except SpaceError as error:
        raise SpaceError(f"{what} cannot be read. {error}") from error


def _check_names(named: Mapping[str, Any], *, names: set[str], what: str) -> None:
    for name in named:
        if not isinstance(name, str) or re.split(r"__|\[", name)[0] not in names:
            raise SpaceError(
                f"{what} has an entry {name!r}, which is no parameter of the estimator. "
                f"Its parameters are: {', '.join(sorted(names))}."
            )
