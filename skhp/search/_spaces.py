"""Where a search looks, and what it tries first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .. import _sklearn
from .._warnings import warn
from ..defaults import N_KNOWN, default_initial_params
from ..exceptions import SettingError, SkhpWarning, SpaceError
from ..presets import Data, known_good, space_for
from ..presets._counts import counted
from ..presets._ready_made import is_ready_made
from ..space import Space
from ..space._foreign import choices
from ..space._subspaces import doubts_about
from ._inputs import Inputs

__all__ = ["compared_in", "first_params", "knowing_models", "listed_space", "searched_space"]


def searched_space(
    spaces: Any,
    estimator: Any,
    *,
    inputs: Inputs | None = None,
    n_train: int | None = None,
    without: str | None = None,
    n_iter: int | None = None,
) -> Space:
    """Return the user's space, or the ready-made one where there is none.

    Parameters
    ----------
    spaces : dict, list or None
        The parameter `search_spaces`.
    estimator : estimator object
        What is tuned.
    inputs : Inputs, optional
        Of a search that runs: bounds that depend on the data are those of its rows, and what may
        not mean what it says is warned of.
    n_train : int, optional
        Rows of the smallest fit, if not those of the smallest training fold.
    without : str, optional
        A parameter that is left out of the ready-made space.
    n_iter : int, optional
        Trials of those sub-spaces that have no number of their own beside others that have.
    """
    if spaces is None:
        data = {} if inputs is None else _data(inputs, n_train)
        return Space.read(_less(space_for(estimator, **data), without))
    for doubt in () if inputs is None else doubts_about(spaces, estimator):
        warn(doubt, SkhpWarning)
    return Space.read(spaces, estimator=estimator, n_iter=n_iter)


def first_params(
    wished: Sequence[dict[str, Any]] | None,
    spaces: Any,
    *,
    inputs: Inputs,
    space: Space,
    n_train: int | None = None,
    without: str | None = None,
    in_any: bool = False,
) -> list[dict[str, Any]]:
    """Return what is tried first, the user's own wish before all.

    Parameters
    ----------
    wished : sequence of dict or None
        The parameter `initial_params`.
    spaces : dict, list or None
        The parameter `search_spaces`. Spaces that were made from ready-made ones know their good
        params.
    inputs : Inputs
        What the search works on.
    space : Space
        As `searched_space` returned it.
    n_train : int, optional
        As for `searched_space`.
    without : str, optional
        A parameter that is left out of the known good params.
    in_any : bool
        Whether known good params are tried in spaces that the user wrote as well, not only the
        estimator's present ones, if it is scikit-learn that scores.

    Raises
    ------
    SpaceError
        If the user's params lie outside the space.
    """
    if wished is None:
        # what is good by a function of the user's own is not known
        in_any = in_any and _sklearn.only_predicts(inputs.scorer)
        if spaces is not None and not in_any and not is_ready_made(spaces):
            return default_initial_params(space, inputs.estimator)
        known = known_good(inputs.estimator, space=spaces, **_data(inputs, n_train))
        return [_less(params, without) for params in known[: 1 + N_KNOWN]]
    for params in wished:
        if not space.contains(params):
            raise SpaceError(
                f"initial_params must lie in the space, got {params!r}. The space is {space!r}."
            )
    return [dict(params) for params in wished]


def knowing_models(space: Space, inputs: Inputs) -> Space:
    """Return a space that knows which params are certain to give the same models.

    Those of all folds; what cannot differ in any score is not to be told apart by a refit.

    Parameters
    ----------
    space : Space
        What is searched. Where params are computed from others, equal ones are not told.
    inputs : Inputs
        What the search works on.
    """
    if space.derived:
        return space
    n_features = Data.of(inputs.X, None).n_features
    sizes = inputs.fit_sizes
    found = counted(inputs.estimator, space.names, n_features=n_features, sizes=sizes)
    return replace(space, counted=found)


def compared_in(space: Space | None, who: str) -> Space:
    """Return the space in which params can be compared.

    Parameters
    ----------
    space : Space or None
        Of a search.
    who : str
        Wants to compare them.

    Raises
    ------
    SettingError
        If there is none.
    """
    if space is None:
        raise SettingError(
            f"{who} compares params by where they lie, but what they are drawn from cannot be read "
            "as a space. Use lists and distributions of scipy.stats."
        )
    return space


def listed_space(grids: Any) -> Space | None:
    """Return the space of scikit-learn's grids or distributions, None if they are none.

    Parameters
    ----------
    grids : dict or list of dict
        Left as they are; lists and tuples in them are choices, never ranges.
    """
    try:
        return Space.read(_listed(grids))
    except SpaceError:
        return None


def _data(inputs: Inputs, n_train: int | None) -> dict[str, Any]:
    """Return what ready-made spaces are to know of the data."""
    return {"X": inputs.X, "y": inputs.y, "n_train": n_train or inputs.n_train}


def _less(named: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    return {key: value for key, value in named.items() if key != name}


def _listed(grids: Any) -> Any:
    if isinstance(grids, Mapping):
        return {
            name: choices(values) if isinstance(values, list | tuple) else values
            for name, values in grids.items()
        }
    return [_listed(grid) for grid in grids]
