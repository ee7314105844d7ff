"""A strategy that asks a sampler of Optuna."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .._warnings import warn
from ..exceptions import MissingExtraError, ProposalWarning, SettingError
from ..history import History
from ..objectives import Objectives
from ..observed import Unseen
from ._base import Strategy
from ._optuna_study import Replay, optuna_module, reseeded

__all__ = ["Optuna"]

SAMPLERS: Final = {
    "bruteforce": "BruteForceSampler",
    "cmaes": "CmaEsSampler",
    "gp": "GPSampler",
    "nsgaii": "NSGAIISampler",
    "nsgaiii": "NSGAIIISampler",
    "qmc": "QMCSampler",
    "random": "RandomSampler",
    "tpe": "TPESampler",
}
"""What the names stand for."""

NEEDS: Final = {"CmaEsSampler": ("cmaes", "optuna"), "GPSampler": ("torch", "torch")}
"""What samplers import when they are asked for the first time, and the extra that has it."""

ASKED: Final = 8
"""How often a sampler is asked for a point that was not tried before a random one is taken."""


@dataclass(frozen=True)
class Optuna(Strategy):
    """Proposes what a sampler of Optuna suggests, told the history (Akiba et al. 2019).

    The sampler is asked for one parameter after the other, those of a condition where it holds.
    It sees a range as it is, unordered choices as they are or by a label, ordered choices by
    their position, and anything else on a scale from 0 to 1.  Failed trials are told as the worst
    result, trials that racing stopped as pruned, points under way as running.

    Parameters
    ----------
    sampler : optuna.samplers.BaseSampler or str, optional
        "tpe" (the default), "gp", "cmaes", "nsgaii", "nsgaiii", "qmc", "random", "bruteforce", or
        any sampler.  A copy of it is used, which takes its seed from the search.

    Raises
    ------
    SettingError
        If it is no sampler.
    MissingExtraError
        If Optuna is not installed, or what the sampler needs besides.

    Examples
    --------
    >>> Optuna("tpe")
    Optuna(sampler='tpe')
    """

    sampler: Any = None

    def __post_init__(self) -> None:
        kinds, sampler = optuna_module().samplers, self.sampler
        if isinstance(sampler, str):
            kind = SAMPLERS.get(_key(sampler))
        else:
            kind = type(sampler).__name__ if isinstance(sampler, kinds.BaseSampler) else None
        if kind is None and sampler is not None:
            raise SettingError(
                f"sampler must be one of {sorted(SAMPLERS)}, an optuna.samplers.BaseSampler or "
                f"None, got {self.sampler!r}."
            )
        package, extra = NEEDS.get(kind or "", ("", ""))
        if package and not _is_installed(package):
            raise MissingExtraError(package, extra)

    def seeking(self, objectives: Objectives) -> Strategy:
        raise SettingError(
            "Optuna follows one score here, and refit=Pareto(...) has several objectives or "
            'bounds. Use strategy="bayes" or "random".'
        )

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        unseen = Unseen(history)
        rows: list[NDArray[np.float64]] = []
        for number in range(len(history), len(history) + n):
            row = self._next(history, rows, unseen=unseen, number=number)
            if row is None:
                break
            unseen.take(row)
            rows.append(row)
        params: list[dict[str, Any]] = history.space.decode(np.array(rows)) if rows else []
        return params

    def _next(
        self, history: History, rows: list[NDArray[np.float64]], *, unseen: Unseen, number: int
    ) -> NDArray[np.float64] | None:
        """Return the next point (D,), None if nothing is left to try."""
        generator = history.generator(number)
        if history.space.size <= number:
            return unseen.one(generator)
        try:
            study = Replay(history, self._fresh_sampler(history), rows=rows)
            for _ in range(ASKED):
                proposed = unseen.of(study.ask(number)[np.newaxis])
                if len(proposed):
                    row: NDArray[np.float64] = proposed[0]
                    return row
        except (np.linalg.LinAlgError, ArithmeticError, ValueError, RuntimeError) as error:
            warn(
                f"The sampler of Optuna failed ({error!r}); proposal {number} is drawn at random.",
                ProposalWarning,
            )
        return unseen.one(generator)

    def _fresh_sampler(self, history: History) -> Any:
        """Return a sampler that knows nothing yet and is seeded by the search."""
        generator = history.generator(0)
        if not isinstance(self.sampler, str | None):
            return reseeded(self.sampler, generator)
        samplers = optuna_module().samplers
        key = _key(self.sampler or "tpe")
        settings: dict[str, Any] = {"seed": int(generator.integers(2**31))}
        if key == "tpe":
            settings.update(multivariate=True, constant_liar=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna_module().exceptions.ExperimentalWarning)
            return getattr(samplers, SAMPLERS[key])(**settings)


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ValueError:  # what was imported by hand has no place where it lies
        return sys.modules.get(package) is not None


def _key(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").removesuffix("sampler")
