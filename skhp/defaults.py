"""Every default decision of a search, each with its reason and its benchmark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any, Final

from . import _system
from ._warnings import warn
from .acquisition import (
    Acquisition,
    LogExpectedImprovement,
    ProbabilityOfImprovement,
    UpperConfidenceBound,
)
from .exceptions import SettingError, SkhpWarning, StrategyNotice
from .space import closest
from .strategies import Bayes, Grid, Optuna, Random, Skopt, Strategy
from .surrogates import Forest, GaussianProcess, Surrogate

__all__ = [
    "counts_costs",
    "default_initial_params",
    "default_n_points",
    "named_strategy",
    "reuse_bytes",
]

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


UNSCORED = 20
"""Candidates that were fitted, none of which could be scored, after which a search gives up.

What fails then is the setting (an area under a curve of three classes, predictions of a probability
that the model does not make), whatever the params.  Were there one candidate in seven that can be
scored, 95 of 100 searches would have met it by then: (6 / 7) ** 20 = 0.046.
"""

UNFITTED = 100
"""Candidates, none of which could be fitted, after which a search gives up.

There are spaces of which few params can be fitted together; were it one in 33, 95 of 100 searches
would have met it by then: (32 / 33) ** 100 = 0.046.
"""

MEMORY_SHARE = 0.2
"""What fitted steps of pipelines, and the rows that they made, take of the memory at most.

All workers share it.  Five folds of 100 MB each with two workers are 1 GB, which a machine of 5 GB
then has room for; beside it each fit has a copy of its own, as it always had.
"""

UNKNOWN_MEMORY = 4e9
"""Bytes that a machine is taken to have where it does not say."""


def reuse_bytes() -> int:
    """Return how much memory may be used to keep fitted steps, in bytes."""
    return int(MEMORY_SHARE * (_system.memory_of_machine() or UNKNOWN_MEMORY))


def counts_costs(max_time: float | None, *, reproducible: bool) -> bool:
    """Return whether candidates are valued by the improvement per second if the user is silent.

    They are where time is the budget and no seed promises anything.  Regret after a quarter, half
    and all of the time is then lower by 15 +- 6, 40 +- 9 and 24 +- 9 thousandths on 40 problems
    with the training times of real fits (203 runs), and by 102 +- 25, 88 +- 25 and 42 +- 17 on ten
    that were made up, and the same where all candidates cost the same
    (``benchmarks/quality/costs.py``).

    Parameters
    ----------
    max_time : float, optional
        Seconds that the search may take.
    reproducible : bool
        Whether a seed promises the same search everywhere.
    """
    return max_time is not None and not reproducible


N_KNOWN = 5
"""Params that are known to be good on other data which are tried after the estimator's own.

Then the model takes over.  In ready-made spaces they are tried for every estimator, in spaces that
users wrote only where ``benchmarks/quality/known_first.py`` shows a gain: thousandths of CV score
after 10 and 25 trials, 6 tables none of which they were learned from, 3 seeds, +- one standard
error over tables: support vector machines +20 +- 11 and +4 +- 2 (held out +19 +- 5 and -5 +- 5);
neighbours +6 +- 4 and 0, SGD +3 +- 4 and +5 +- 3, linear models 0 and 0, extra trees (1 seed)
-1 +- 5 and -3 +- 2: none; trees -6 +- 2 and -7 +- 2: a loss.
"""

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
    params = closest(space, estimator.get_params(deep=True))
    return [] if params is None else [params]


def named_strategy(strategy: Any, settings: dict[str, Any]) -> Strategy:
    """Return the strategy that a name stands for; an object is returned as it is.

    Parameters
    ----------
    strategy : Strategy, str or None
        None stands for "bayes".
    settings : dict
        What the user gave as `optimizer_kwargs`.  "bayes" follows those that our engine has an
        equal of, and hands over to skopt's own Optimizer where it has none for one of them.

    Raises
    ------
    SettingError
        If nothing has that name, or skopt does not take the settings.
    """
    if strategy is None:
        strategy = "bayes"
    if not isinstance(strategy, Strategy) and strategy not in STRATEGIES:
        raise SettingError(
            f"strategy must be one of {sorted(STRATEGIES)} or a Strategy object, got {strategy!r}."
        )
    if settings and (isinstance(strategy, Strategy) or strategy not in SKOPTS):
        warn(
            f"optimizer_kwargs={_short(settings)} mean nothing to strategy={_short(strategy)} and "
            "are passed over; leave one of the two out.",
            SkhpWarning,
        )
    return strategy if isinstance(strategy, Strategy) else STRATEGIES[strategy](settings)


def _bayes(settings: dict[str, Any]) -> Strategy:
    """Return our own strategy, or skopt's where settings of it have no equal here.

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
    - effort: 384 points of a cover and 120 round the best, 4 of which climb for 4 rounds, tuned
      anew with each eighth of the trials more; 6 rounds are +3 +- 4 and +9 +- 6 over 71 problems
      and 3 seeds, and beside them 1024, 240, 8 and 12, tuned at each of the first 60 trials, are
      +0 +- 3 and -3 +- 4, at over twice the cost.
    - exploration: none; 15% of the proposals are +8 +- 17 and +10 +- 18.
    - rarely tried branches: doubted from the 20th trial on, which is -5 +- 8 and -34 +- 8 over 36
      conditional problems that nothing was chosen on; from the first trial on it is +10 +- 8 and
      -5 +- 5 on made-up ones (``benchmarks/quality/README.md``).
    - first trials: columns + 1, from 5 to 8; up to 10 is +5 +- 9 and +5 +- 7, 12 in spaces of many
      sub-spaces -34 +- 46 and -9 +- 22.
    """
    foreign = _without_equal(settings)
    if foreign:
        strategy = Skopt(settings)
        listed = ", ".join(f"{name}={_short(value)}" for name, value in foreign.items())
        warn(
            f"skopt.Optimizer proposes the candidates: skhp's own engine has no equal of {listed} "
            'in optimizer_kwargs. With strategy="skopt" this line goes away.',
            StrategyNotice,
        )
        return strategy
    surrogate = _surrogate(settings)
    if surrogate == DUMMY:
        warn(
            "base_estimator='dummy' of scikit-optimize fails with scikit-learn 1.8 and later; "
            'skhp\'s own strategy "random" draws the candidates, as it would.',
            StrategyNotice,
        )
        return Random()
    kappa = _kappa(settings)
    name = settings.get("acq_func", "EI")
    return Bayes(
        SURROGATES[surrogate](),
        ACQUISITIONS[name]() if kappa is None else UpperConfidenceBound(kappa),
        n_initial=settings.get("n_random_starts") or settings.get("n_initial_points"),
    )


DUMMY: Final = "DUMMY"

SURROGATES: Final[dict[str, Callable[[], Surrogate]]] = {
    "GP": GaussianProcess,
    "ET": Forest,
    "RF": Forest,
}
"""What skopt's names of surrogates stand for."""

ACQUISITIONS: Final[dict[str, Callable[[], Acquisition]]] = {
    "EI": LogExpectedImprovement,
    "gp_hedge": LogExpectedImprovement,
    "LCB": UpperConfidenceBound,
    "PI": ProbabilityOfImprovement,
}
"""What skopt's names of acquisitions stand for."""

FROM_THE_SEARCH: Final = ("dimensions", "random_state")
"""What skopt's own search overwrites."""


def _without_equal(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of skopt's settings that our engine has no equal of, or that make no sense."""
    surrogate = _surrogate(settings)
    # a forest has no slope to climb, in skopt as here
    climbs = ("auto", "lbfgs") if surrogate == "GP" else ("auto", "sampling")
    designs = ("random",) if surrogate == DUMMY else ("random", "sobol")
    equals: dict[str, Callable[[Any], bool]] = {
        "base_estimator": lambda value: surrogate in (DUMMY, *SURROGATES),
        "acq_func": lambda value: isinstance(value, str) and value in ACQUISITIONS,
        "acq_func_kwargs": lambda value: not value or _kappa(settings) is not None,
        "acq_optimizer": lambda value: value in climbs,
        "acq_optimizer_kwargs": lambda value: not value,
        "n_initial_points": _is_positive,
        "n_random_starts": lambda value: value is None or _is_positive(value),
        "initial_point_generator": lambda value: (
            value is None or (isinstance(value, str) and value.lower() in designs)
        ),
        "space_constraint": lambda value: value is None,
        # these have no say in what is proposed: one surrogate is kept, fitted in one thread, and
        # nothing is proposed twice
        "n_jobs": lambda value: value is None or isinstance(value, Integral),
        "model_queue_size": lambda value: value is None or _is_positive(value),
        "avoid_duplicates": lambda value: isinstance(value, bool),
    }
    return {
        name: value
        for name, value in settings.items()
        if name not in FROM_THE_SEARCH and not (name in equals and equals[name](value))
    }


def _surrogate(settings: Mapping[str, Any]) -> str:
    """Return the name of the surrogate, which skopt takes in any case; nothing for an object."""
    name = settings.get("base_estimator", "GP")
    return name.upper() if isinstance(name, str) else ""


def _kappa(settings: Mapping[str, Any]) -> float | None:
    """Return the optimism of a confidence bound, None where more than that is set."""
    given = settings.get("acq_func_kwargs")
    if settings.get("acq_func") != "LCB" or not isinstance(given, Mapping):
        return None
    kappa = given.get("kappa")
    return float(kappa) if isinstance(kappa, Real) and len(given) == 1 else None


def _is_positive(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, Integral) and int(value) >= 1


def _short(value: Any) -> str:
    line = " ".join(repr(value).split())
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 3]}..."


LONGEST_VALUE: Final = 60

STRATEGIES: dict[str, Callable[[dict[str, Any]], Strategy]] = {
    "bayes": _bayes,
    "grid": lambda settings: Grid(),
    "optuna": lambda settings: Optuna(),
    "random": lambda settings: Random(),
    "skopt": Skopt,
}
"""What the names of the `strategy` parameter stand for."""

SKOPTS = ("bayes", "skopt")
"""Those that follow settings of skopt."""
