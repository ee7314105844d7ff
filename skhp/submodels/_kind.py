"""What has to be known of a model of which a smaller one is a first part."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Kind", "copied"]


class Kind(ABC):
    """How a fitted model becomes the one with fewer parts."""

    counts: frozenset[str] = frozenset({"n_estimators"})
    """The names of the parameter that counts them."""

    @abstractmethod
    def is_exact(self, params: Mapping[str, Any], *, n_rows: int) -> bool:
        """Tell whether a separate fit could not but give the same model.

        Parameters
        ----------
        params : mapping
            Of the model itself.
        n_rows : int
            How many rows it is fitted on.
        """

    @abstractmethod
    def cut(self, model: Any, name: str, count: int) -> Any:
        """Return another model with the first parts of a fitted one; None if it has no such parts.

        Parameters
        ----------
        model : estimator object
            Left as it is.
        name : str
            The parameter.
        count : int
            Its value in the model that is returned.
        """

    def pays(self, counts: Sequence[int]) -> bool:
        """Tell whether one fit for all is the cheaper way.

        Parameters
        ----------
        counts : sequence of int
            Of the parts that are wanted, the largest one included.
        """
        return True

    def share(self, count: int, most: int) -> float:
        """Return the part of the time of the largest fit that a smaller one would about take."""
        return count / most


def copied(model: Any) -> Any:
    """Return another object with the attributes of a model."""
    copy = object.__new__(type(model))
    vars(copy).update(vars(model))
    return copy
