"""A strategy that asks skopt's own Optimizer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from .._warnings import warn
from ..exceptions import ProposalWarning, SettingError, StrategyNotice
from ..history import History
from ..objectives import Objectives
from ..observed import Unseen
from ._base import Strategy

__all__ = ["Skopt"]

RUNNERS_UP = 2000
"""Points that are looked at where skopt proposes what may not be proposed."""


@dataclass(frozen=True)
class Skopt(Strategy):
    """Proposes what ``skopt.Optimizer`` asks for, told the history.

    The optimizer works in the unit cube, so that conditions, lists of spaces and choices of any
    objects are open to it.  Points under way are told as the best result so far (``cl_min`` of
    Ginsbourger et al. 2010), failed trials as the worst.  A point that was tried before gives way
    to the untried one with the lowest confidence bound.

    Parameters
    ----------
    optimizer_kwargs : mapping, optional
        Parameters of ``skopt.Optimizer``, with its defaults: ``base_estimator`` ("GP", "RF",
        "ET", "GBRT", "dummy" or a regressor), ``n_initial_points``, ``initial_point_generator``,
        ``acq_func``, ``acq_optimizer``, ``acq_func_kwargs`` and so on.  ``space_constraint``
        takes the values of a candidate in the order of the sorted names.  ``dimensions`` and
        ``random_state`` follow from the search and are passed over, as skopt's own search does.

    Raises
    ------
    SettingError
        If skopt does not take the parameters.

    Examples
    --------
    >>> from skhp.history import History
    >>> from skhp.space import Space
    >>> history = History(Space.read({"C": (1e-3, 1e3, "log-uniform")}))
    >>> [params] = Skopt({"base_estimator": "ET"}).propose(history, 1)
    >>> 1e-3 <= params["C"] <= 1e3
    True
    """

    optimizer_kwargs: Mapping[str, Any] | None = None
    _memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        from ._skopt_settings import read_settings

        settings = read_settings(self.optimizer_kwargs or {})
        if settings.stand_in is not None:
            warn(
                f"base_estimator={(self.optimizer_kwargs or {})['base_estimator']!r} of "
                "scikit-optimize fails with scikit-learn 1.8 and later; "
                f"{settings.stand_in} take its place.",
                StrategyNotice,
            )

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_memo": {}}

    def seeking(self, objectives: Objectives) -> Strategy:
        raise SettingError(
            "skopt follows one score here, and refit=Pareto(...) has several objectives or bounds. "
            'Use strategy="bayes" or "random".'
        )

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        from ._skopt_optimizer import Outlook
        from ._skopt_settings import read_settings

        if "settings" not in self._memo:
            self._memo["settings"] = read_settings(self.optimizer_kwargs or {})
        outlook = Outlook(history.space, self._memo["settings"])
        unseen = Unseen(history, accepts=outlook.accepts)
        rows: list[NDArray[np.float64]] = []
        # skopt's matrices are small, and the workers need the cores
        with ThreadpoolController().limit(limits=1):
            for number in range(len(history), len(history) + n):
                row = self._next(history, outlook, unseen=unseen, rows=rows, number=number)
                if row is None:
                    break
                unseen.take(row)
                rows.append(row)
        if not rows and not len(history):
            raise SettingError("space_constraint accepts none of the points of the space.")
        params: list[dict[str, Any]] = history.space.decode(np.array(rows)) if rows else []
        return params

    def _next(
        self,
        history: History,
        outlook: Any,
        *,
        unseen: Unseen,
        rows: list[NDArray[np.float64]],
        number: int,
    ) -> NDArray[np.float64] | None:
        """Return the next point (D,), None if nothing is left to try."""
        from ._skopt_optimizer import Replay

        generator = history.generator(number)
        if unseen.space.size <= number or not outlook.columns:
            return unseen.one(generator)
        if "replay" not in self._memo or not self._memo["replay"].serves(history):
            self._memo["replay"] = Replay(history, outlook)
        try:
            asked = self._memo["replay"].ask(history, rows, number=number)
            if asked is None:
                return unseen.one(generator)
            proposed = unseen.of(asked.points)
            if not len(proposed):
                proposed = asked.ranked(unseen.several(RUNNERS_UP, generator))
        except (np.linalg.LinAlgError, ArithmeticError, ValueError) as error:
            warn(
                f"skopt could not fit its surrogate ({error!r}); proposal {number} is drawn at "
                "random.",
                ProposalWarning,
            )
            del self._memo["replay"]
            return unseen.one(generator)
        return proposed[0] if len(proposed) else unseen.one(generator)
