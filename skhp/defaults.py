"""Every default decision of a search, each with its reason and its benchmark."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from .acquisition import (
    Acquisition,
    LogExpectedImprovement,
    ProbabilityOfImprovement,
    UpperConfidenceBound,
)
from .exceptions import SettingError, SkhpWarning
from .space import agreeing
from .strategies import Bayes, Grid, Optuna, Random, Skopt, Strategy
from .surrogates import Forest, GaussianProcess, Surrogate

__all__ = ["default_initial_params", "default_n_points", "named_strategy"]

N_POINTS = 4
"""Trials under way at once in a reproducible search on an ordinary machine.

A constant, so that a seed means the same search at any number of workers up to about eight.
Five folds of four trials keep eight workers at 98% of their capacity (``benchmarks/wallclock``,
simulated: 50 trials, 5 folds, log-normal durations of sigma 0.5).
"""

MANY_WORKERS = 8
"""Above this many workers four trials would leave some idle, and the number follows them.

Three times the trials that fill the workers keep 16, 32 and 64 of them at 96, 88 and 73%; without
the promise to a seed 96, 88 and 74% are kept, which is what any order of the folds allows while
durations are unknown.
"""


def default_n_points(n_slots: int, n_splits: int, *, reproducible: bool) -> int:
    """Return how many trials may be under way at once.

    Parameters
    ----------
    n_slots : int
        Workers.
    n_splits : int
        Folds of a trial.
    reproducible : bool
        Whether the search must not depend on which fit happens to end first.
    """
    needed = -(-n_slots // n_splits)
    if reproducible:
        return N_POINTS if n_slots <= MANY_WORKERS else 3 * needed + 1
    return needed + min(n_slots - 1, 2)


# Halving draws its candidates at random: with "bayes" a second bracket costs as much again, and is
# level with a second random one on five pairs of estimator and table
# (``benchmarks/wallclock/halving.py``); inside the first rung it was worse than chance.


def default_initial_params(space: Any, estimator: Any) -> list[dict[str, Any]]:
    """Return what is tried first if the user says nothing: the estimator's present params.

    Those that lie in the space are kept, the others are put in the middle of their range: the
    search then never ends below the untuned estimator where the space allows to say it, and the
    middle of a range is the best single guess where it does not (a meta-learned default is worth
    about eight random trials; Gijsbers et al. 2021).

    Parameters
    ----------
    space : Space
        What is searched.
    estimator : estimator object
        Its params are read, and left as they are.

    Returns
    -------
    list of dict
        Empty if none of the present params lies in the space.
    """
    params = agreeing(space, estimator.get_params(deep=True))
    return [] if params is None else [params]


def named_strategy(strategy: Any, settings: dict[str, Any]) -> Strategy:
    """Return the strategy that a name stands for; an object is returned as it is.

    Parameters
    ----------
    strategy : Strategy, str or None
        None stands for "bayes".
    settings : dict
        What the user gave as `optimizer_kwargs`; names that a strategy does not know warn.

    Raises
    ------
    SettingError
        If nothing has that name.
    """
    if strategy is None:
        strategy = "bayes"
    if isinstance(strategy, Strategy):
        return strategy
    if strategy not in STRATEGIES:
        raise SettingError(
            f"strategy must be one of {sorted(STRATEGIES)} or a Strategy object, got {strategy!r}."
        )
    return STRATEGIES[strategy](settings)


def _bayes(settings: dict[str, Any]) -> Strategy:
    """Return our own strategy, with those of skopt's settings that mean something to it.

    Its own settings rest on ``benchmarks/quality`` with 71 problems of three suites (YAHPO,
    HPOBench, support vector machines), or on a part of them: the forest and the exploration were
    tried on YAHPO's harder families alone.  Differences are in normalised regret after 25 and 50
    trials, in thousandths, +- one standard error; plus is worse.

    - surrogate: a Gaussian process everywhere; `Forest` is +107 +- 15 and +102 +- 16 over 93 runs,
      and behind in each of six kinds of spaces, conditional ones of 14 columns included.
    - kernel: Matern 5/2; 3/2 is -5 +- 9 and -2 +- 5 on YAHPO, +13 +- 7 and +7 +- 5 on the others;
      half of it as a sum over columns is -3 +- 6 and -1 +- 6.
    - length-scale: a prior median of .5; .3 is +9 +- 8 and +16 +- 7, 1 is -14 +- 9 and -5 +- 7 on
      YAHPO but +14 and +9 on the others.
    - spread of length-scales: .8; .4 is -2 +- 5 and -4 +- 5 (-87 +- 28 and -68 +- 28 on boosted
      trees, +40 +- 13 and +27 +- 11 on forests), 1.5 is +3 +- 8 and +2 +- 6 on YAHPO.
    - acquisition: climbed with three steps uphill a round; without them +8 +- 11 and +13 +- 7.
    - exploration: none; 15% of the proposals are +8 +- 17 and +10 +- 18.
    - first trials: columns + 1, from 5 to 8; up to 10 is +5 +- 9 and +5 +- 7, 12 in spaces of many
      sub-spaces -34 +- 46 and -9 +- 22.
    """
    settings = dict(settings)
    surrogate = settings.pop("base_estimator", "GP")
    acquisition = settings.pop("acq_func", "EI")
    for name, value, known in (
        ("base_estimator", surrogate, SURROGATES),
        ("acq_func", acquisition, ACQUISITIONS),
    ):
        if value not in known:
            raise SettingError(
                f"optimizer_kwargs[{name!r}] must be one of {sorted(known)}, got {value!r}; "
                'strategy="skopt" runs scikit-optimize itself.'
            )
    n_initial = settings.pop("n_initial_points", None)
    unused = sorted(set(settings) - {"random_state", "dimensions"})
    if unused:
        warnings.warn(
            f"optimizer_kwargs {unused} mean nothing to the strategy 'bayes' and are passed over; "
            'strategy="skopt" runs scikit-optimize itself.',
            SkhpWarning,
            stacklevel=2,
        )
    return Bayes(SURROGATES[surrogate](), ACQUISITIONS[acquisition](), n_initial=n_initial)


SURROGATES: dict[str, Callable[[], Surrogate]] = {
    "GP": GaussianProcess,
    "ET": Forest,
    "RF": Forest,
}
"""What skopt's names of surrogates stand for."""

ACQUISITIONS: dict[str, Callable[[], Acquisition]] = {
    "EI": LogExpectedImprovement,
    "gp_hedge": LogExpectedImprovement,
    "LCB": UpperConfidenceBound,
    "PI": ProbabilityOfImprovement,
}
"""What skopt's names of acquisitions stand for."""

STRATEGIES: dict[str, Callable[[dict[str, Any]], Strategy]] = {
    "bayes": _bayes,
    "grid": lambda settings: Grid(),
    "optuna": lambda settings: Optuna(),
    "random": lambda settings: Random(),
    "skopt": Skopt,
}
"""What the names of the `strategy` parameter stand for."""
