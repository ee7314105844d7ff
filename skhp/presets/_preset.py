"""What a file of ready-made spaces is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, final

from ._data import Data


@final
@dataclass(frozen=True)
class Subject:
    """An estimator as a ready-made space sees it.

    Parameters
    ----------
    name : str
        Of the class that was recognised.
    params : mapping
        Its present params, those of its parts left out; empty where only the table is wanted.
    data : Data
        What is known of the rows it will be fitted on.
    """

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    data: Data = field(default_factory=Data)

    def get(self, name: str, default: Any) -> Any:
        """Return the present value of a parameter, the default where it has none."""
        return self.params.get(name, default)

    @property
    def classifies(self) -> bool:
        """Whether its class is named as a classifier."""
        return self.name.endswith("Classifier")


@final
@dataclass(frozen=True)
class Preset:
    """A ready-made space of one estimator.

    Parameters
    ----------
    core : mapping
        From names to anything a search space takes; None where there is nothing to choose.
    wide : mapping
        What the wide size adds, or says in place of the core.
    good : tuple of mappings
        Params that are known to be good, best first; numbers as near to them as the space has.
    unset : mapping
        The value that a parameter has for the library while it says None.
    anywhere : bool
        Whether the good params are tried in spaces that users wrote, too: where
        ``benchmarks/quality/known_first.py`` has shown that this gains.
    """

    core: Mapping[str, Any]
    wide: Mapping[str, Any] = field(default_factory=dict)
    good: tuple[Mapping[str, Any], ...] = ()
    unset: Mapping[str, Any] = field(default_factory=dict)
    anywhere: bool = False


Ready: TypeAlias = Callable[[Subject], Preset]
