"""Reads how a halving search is to divide its resource."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.utils import indexable

from .._warnings import warn
from ..exceptions import SettingError, SpaceExhaustedWarning
from ..history import History
from ..journal import fingerprint
from ..resources import N_SAMPLES, FoldModels, Ladder, Resource, nested_rows
from ..results import corrected_score
from ..space import Ordered, Parameter, Space
from ._inputs import Inputs

__all__ = ["Division", "fitted_by_halving", "with_resource", "with_rows"]

FEWEST_STEPS = 3
"""Rungs below the last one, unless more are asked for.

What is below a twenty-seventh of the resource tells good candidates from bad ones hardly better
than chance does.
"""

LISTED = 10_000
"""Spaces up to this size are counted exactly."""


@dataclass(frozen=True)
class Division:
    """How the user wants the resource of a halving search to be divided.

    Parameters
    ----------
    resource : str
        Its name.
    n_candidates, min_resources, max_resources : int or str
        As `HalvingSearchCV` takes them.
    factor : float
        From rung to rung the resource grows by this.
    aggressive : bool
        Whether the first rung drops more candidates than the others.
    n_brackets : int
        How often all rungs are gone through.
    continue_fits : bool
        Whether fits go on from the models of the rung below.
    """

    resource: str
    n_candidates: Any
    min_resources: Any
    max_resources: Any
    factor: float
    aggressive: bool
    n_brackets: int
    continue_fits: bool

    def of(self, inputs: Inputs, space: Space) -> Resource:
        """Return what grows from rung to rung, and in which steps.

        Parameters
        ----------
        inputs : Inputs
            What the search works on.
        space : Space
            Of the candidates.

        Raises
        ------
        SettingError
            If the estimator has no such parameter, it is searched as well, or the least resource
            is above the full one.
        """
        name, n_samples = self.resource, _n_rows(inputs.X)
        if name in space.names:
            raise SettingError(
                f"Cannot use parameter {name} as the resource since it is part of the searched "
                "parameters. Leave it out of the space, or name another resource."
            )
        full = _full(self, inputs, n_samples)
        least = _least(self, inputs, full)
        ladder = Ladder.between(
            least,
            full,
            n_candidates=_n_candidates(self, space, least=least, full=full),
            factor=self.factor,
            aggressive=self.aggressive,
        )
        keeps = self.continue_fits and name != N_SAMPLES
        models = FoldModels(fingerprint) if keeps else None
        return Resource(name, ladder, n_samples=n_samples, models=models)


def with_rows(resource: Resource, inputs: Inputs, *, seed: int) -> Resource:
    """Return the resource with the rows of each fold drawn, where rows are what grows.

    Parameters
    ----------
    resource : Resource
        As `Division` gives it.
    inputs : Inputs
        Their splits are drawn from.
    seed : int
        Root of the generators.
    """
    if resource.name != N_SAMPLES:
        return resource
    return replace(resource, rows=_rows(inputs, seed))


def with_resource(space: Space, resource: Resource) -> Space:
    """Return the space of a history whose params hold the resource as well."""
    n_branches = space.layout.n_branches
    # In a list of sub-spaces every parameter says to which of them it belongs.
    gates = (((0, frozenset(range(n_branches))),),) if n_branches > 1 else ()
    levels = Parameter(resource.name, Ordered(resource.ladder.levels), gates)
    return replace(
        space, parameters=(*space.parameters, levels), names=(*space.names, resource.name)
    )


def _full(division: Division, inputs: Inputs, n_samples: int) -> int:
    name, full = division.resource, division.max_resources
    if name == N_SAMPLES:
        if full != "auto" and full > n_samples:
            raise SettingError(
                f"max_resources={full} is more than the {n_samples} rows there are. Give at most "
                'as many, or "auto" for all of them.'
            )
        return n_samples if full == "auto" else int(full)
    _check_takes(inputs.estimator, name)
    if full != "auto":
        return int(full)
    present = inputs.estimator.get_params().get(name)
    if isinstance(present, bool) or not isinstance(present, int | np.integer) or present < 1:
        raise SettingError(
            f'max_resources="auto" takes the present value of the resource, but {name} is '
            f"{present!r}. Give max_resources a number."
        )
    return int(present)


def _check_takes(estimator: Any, name: str) -> None:
    """Check that an estimator takes a parameter; some take more than they list."""
    params = estimator.get_params()
    if name in params:
        return
    try:
        clone(estimator).set_params(**{name: 1})
    except (ValueError, TypeError, AttributeError) as error:
        raise SettingError(
            f"Cannot use resource={name} which is not supported by estimator "
            f"{type(estimator).__name__}. Its parameters are: {', '.join(sorted(params))}."
        ) from error


def _least(division: Division, inputs: Inputs, full: int) -> int:
    """Return the least resource that any fit is given."""
    least = division.min_resources
    if not isinstance(least, str):
        if least > full:
            raise SettingError(
                f"min_resources={least} is greater than max_resources={full}. Give less."
            )
        return int(least)
    if least == "exhaust" and division.n_candidates == "exhaust":
        raise SettingError(
            "n_candidates and min_resources cannot be both set to 'exhaust'. Give one a number."
        )
    smallest = 1
    if division.resource == N_SAMPLES:
        classes = _classes(inputs)
        n_classes = 1 if classes is None else len(np.unique(classes))
        smallest = 2 * len(inputs.splits) * n_classes
    if least == "auto":
        smallest = max(smallest, int(full / division.factor**FEWEST_STEPS))
    return min(smallest, full)


def _n_candidates(division: Division, space: Any, *, least: int, full: int) -> int:
    """Return how many candidates a bracket begins with, no more than the space holds."""
    wanted = division.n_candidates
    if wanted == "exhaust":
        wanted = Ladder.between(least, full, factor=division.factor).sizes[0]
        is_asked = False
    else:
        is_asked = True
    there = _n_there(space) / division.n_brackets
    if wanted <= there:
        return int(wanted)
    if is_asked:
        warn(
            f"The space holds fewer candidates than n_candidates={wanted}; each is tried once.",
            SpaceExhaustedWarning,
        )
    return max(1, math.floor(there))


def _n_there(space: Any) -> float:
    """Return how many candidates there are in a space, the shares of its parts observed."""
    quotas = space.quotas
    if all(quota is None for quota in quotas):
        return float(space.size)
    points = space.enumerate(LISTED)
    if points is not None:
        sizes = np.bincount(space.branch(points).astype(int), minlength=len(quotas)).tolist()
    else:
        sizes = [math.inf] * len(quotas)
    shares = (size if quota is None else quota for quota, size in zip(quotas, sizes, strict=True))
    return float(sum(min(share, size) for share, size in zip(shares, sizes, strict=True)))


def _rows(inputs: Inputs, seed: int) -> tuple[Any, ...]:
    """Return an order of the training rows of each fold."""
    classes, orders = _classes(inputs), []
    for fold, (train, _) in enumerate(inputs.splits):
        every = np.asarray(train)
        every = np.flatnonzero(every) if every.dtype == bool else every
        own = None if classes is None else classes[every]
        orders.append(nested_rows(len(every), np.random.default_rng([seed, fold, 0]), classes=own))
    return tuple(orders)


def _classes(inputs: Inputs) -> Any:
    """Return the class of each row; None if rows have none, or several."""
    if inputs.y is None or not is_classifier(inputs.estimator):
        return None
    classes = np.asarray(inputs.y)
    classes = classes.ravel() if classes.ndim == 2 and classes.shape[1] == 1 else classes
    return classes if classes.ndim == 1 else None


def _n_rows(X: Any) -> int:
    (rows,) = indexable(X)
    shape = getattr(rows, "shape", None)
    return len(rows) if shape is None else int(shape[0])


def fitted_by_halving(history: History, *, resource: Resource, factor: float) -> dict[str, Any]:
    """Return the fitted attributes of scikit-learn's halving searches.

    Parameters
    ----------
    history : History
        Of a search that has ended.
    resource : Resource
        What grew from rung to rung.
    factor : float
        By how much.
    """
    ladder, name = resource.ladder, resource.name
    reached = Counter(trial.params[name] for trial in history if trial.folds)
    levels = list(ladder.levels[: len(reached)])
    top = [trial for trial in history if trial.params[name] == levels[-1]]
    return {
        "n_resources_": levels,
        "n_candidates_": [reached[level] for level in levels],
        "n_remaining_candidates_": math.ceil(reached[levels[-1]] / factor),
        "n_iterations_": len(levels),
        "n_required_iterations_": ladder.n_required,
        "n_possible_iterations_": ladder.n_possible,
        "min_resources_": ladder.levels[0],
        "max_resources_": ladder.full,
        "best_score_corrected_": corrected_score(replace(history, _trials=top)),
    }
