"""Walks through an estimator and finds the parts that have a ready-made space."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from ..space import Derived, Integer, When
from ..space._conditions import are_conditions, view_from
from ..space._identity import is_integer
from ._data import Data
from ._preset import Preset
from ._registry import SELF_TUNED, lineage, preset_of
from ._widen import widen

RESCALES: Final = frozenset({"PowerTransformer", "StandardScaler"})
KEEPS_FEATURES: Final = frozenset(
    {
        "TfidfTransformer",
        "KNNImputer",
        "MaxAbsScaler",
        "MinMaxScaler",
        "Normalizer",
        "OrdinalEncoder",
    }
    | {"QuantileTransformer", "RobustScaler", "SimpleImputer"}
)
VECTORIZES: Final = frozenset({"CountVectorizer", "HashingVectorizer", "TfidfVectorizer"})
NOT_FOLLOWED: Final = frozenset(
    {
        # what is held is fitted many times over, or is not about what is predicted
        ("IterativeImputer", "estimator"),
        ("TransformedTargetRegressor", "transformer"),
        ("FrozenEstimator", "estimator"),
    }
)


HELD_BY_ROWS: Final = frozenset({"n_clusters", "n_components", "n_neighbors"})
"""Of these an estimator cannot have more than rows, as far as the rows bound them at all."""


@final
@dataclass(frozen=True)
class Part:
    """An estimator somewhere inside another.

    Parameters
    ----------
    prefix : str
        Of the names of its parameters.
    estimator : estimator object
        The part.
    present : mapping
        Its params, those of its own parts left out.
    preset : Preset, optional
        Of its own parameters, None where there is none.
    holds_parts : bool
        Whether there are parts inside it.
    n_train : int, optional
        Rows of the smallest fit, where they are known.
    """

    prefix: str
    estimator: Any
    present: Mapping[str, Any]
    preset: Preset | None
    holds_parts: bool
    n_train: int | None = None

    @property
    def standing(self) -> dict[str, Any]:
        """What its params stand for, by their names without the prefix."""
        unset, entries = (self.preset.unset, self.preset.core) if self.preset else ({}, {})
        present = dict(self.present)
        if any("__" in name for name in entries):  # of what it holds
            present = self.estimator.get_params(deep=True)
        for name, value in unset.items():
            if present.get(name) is None:
                present[name] = value
        return present

    def dimensions(self, size: str) -> dict[str, Any]:
        """Return its entries of a search space, with prefix."""
        standing, limits = self.standing, self.limits(size)
        return {
            f"{self.prefix}{name}": _prefixed(
                widen(name, dimension, standing[name])
                if name in standing and name not in limits
                else dimension,
                self.prefix,
            )
            for name, dimension in self._entries(size).items()
        }

    def limits(self, size: str) -> dict[str, int]:
        """Return the highest values, by name, of what no fit of the data can have more of.

        There a present value that is higher stays outside: the estimator as it is cannot be
        fitted.
        """
        standing = self.standing
        return {
            name: dimension.high
            for name, dimension in self._entries(size).items()
            if name in HELD_BY_ROWS and isinstance(dimension, Integer)
            if self.n_train is not None and dimension.high <= self.n_train
            if is_integer(standing.get(name)) and standing[name] > self.n_train
        }

    def _entries(self, size: str) -> dict[str, Any]:
        if self.preset is None:
            return {}
        entries = dict(self.preset.core)
        if size == "wide":
            entries |= self.preset.wide
        return {name: entry for name, entry in entries.items() if entry is not None}


def _prefixed(dimension: Any, prefix: str) -> Any:
    """Return what a space says of a parameter of a part, in the names of the whole."""
    if not prefix:
        return dimension
    if are_conditions(dimension):
        return [_prefixed(one, prefix) for one in dimension]
    if isinstance(dimension, Derived):
        return Derived(Inside(prefix, dimension.function))
    if not isinstance(dimension, When):
        return dimension
    return When(
        f"{prefix}{dimension.parent}", dimension.values, _prefixed(dimension.dimension, prefix)
    )


@final
@dataclass(frozen=True)
class Inside:
    """A function of the params of a part, called with those of the whole.

    Parameters
    ----------
    prefix : str
        Of the names of the part's parameters.
    function : callable
        Finds them without the prefix.
    """

    prefix: str
    function: Callable[[dict[str, Any]], Any]

    def __call__(self, params: dict[str, Any]) -> Any:
        return self.function(view_from(params, self.prefix))


def parts_of(estimator: Any, data: Data, *, prefix: str = "") -> Iterator[Part]:
    """Yield an estimator and all that it holds, outermost first.

    Parameters
    ----------
    estimator : estimator object
        Pipelines, column transformers, feature unions, ensembles and every other estimator that
        has estimators among its parameters are followed.
    data : Data
        What it will be fitted on.
    prefix : str
        Of the names of its parameters.
    """
    present = estimator.get_params(deep=False)
    inside = [] if _is_closed(estimator) else list(_held(estimator, present, data))
    preset = preset_of(estimator, present, data)
    yield Part(prefix, estimator, present, preset, bool(inside), data.n_train)
    for name, part, seen in inside:
        yield from parts_of(part, seen, prefix=f"{prefix}{name}__")


def _is_closed(estimator: Any) -> bool:
    """Say whether a search inside would be undone by the search that the estimator is."""
    return "BaseSearchCV" in lineage(estimator)


def _held(
    estimator: Any, present: Mapping[str, Any], data: Data
) -> Iterator[tuple[str, Any, Data]]:
    names = lineage(estimator)
    for name, value in present.items():
        if any((owner, name) in NOT_FOLLOWED for owner in names):
            continue
        if is_estimator(value):
            yield name, value, data
        elif isinstance(value, list | tuple) and _are_named(value):
            if name == "steps":
                yield from _in_line(value, data)
            else:
                yield from _side_by_side(value, data, subsets=name == "transformers")


def _in_line(steps: Any, data: Data) -> Iterator[tuple[str, Any, Data]]:
    """Yield the steps of a pipeline, each with what the steps before leave of the data."""
    for name, step, *_ in steps:
        if not is_estimator(step):
            continue
        yield name, step, data
        names = frozenset(lineage(step))
        if names & RESCALES:
            data = data.rescaled()
        elif names & VECTORIZES:
            data = data.vectorized()
        elif names & KEEPS_FEATURES:
            data = data.refilled()
        else:
            data = data.transformed()


def _side_by_side(members: Any, data: Data, *, subsets: bool) -> Iterator[tuple[str, Any, Data]]:
    for name, member, *columns in members:
        if is_estimator(member):
            yield name, member, data.selecting(columns[0]) if subsets else data


def _are_named(values: Any) -> bool:
    return bool(values) and all(
        isinstance(one, list | tuple) and len(one) >= 2 and isinstance(one[0], str)
        for one in values
    )


def is_estimator(value: object) -> bool:
    """Say whether a value is an estimator, not a class, a kernel or a splitter."""
    return not isinstance(value, type) and hasattr(value, "get_params") and hasattr(value, "fit")


def tunes_itself(estimator: Any) -> bool:
    """Say whether an estimator finds the best values of its parameters by itself."""
    return any(name in SELF_TUNED for name in lineage(estimator))
