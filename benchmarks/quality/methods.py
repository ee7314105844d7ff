"""Searches to compare: each runs on a problem and returns the losses in the order of the trials."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import problems

from skhp.history import Fold, History
from skhp.strategies import Bayes, Random, Strategy
from skhp.surrogates import Forest

Search = Callable[[problems.Problem, int, int], list[float]]


def of_strategy(strategy: Strategy, n_in_flight: int = 1) -> Search:
    """Return a search by one of our strategies with so many trials under way at once."""

    def search(problem: problems.Problem, n_trials: int, seed: int) -> list[float]:
        history = History(problems.read_space(problem.space), seed=seed)
        losses: list[float] = []
        for number in range(n_trials + n_in_flight - 1):
            if number < n_trials:
                for params in strategy.propose(history, 1):
                    history.add(params)
            done = number - n_in_flight + 1
            if 0 <= done < len(history):
                losses.append(problem.evaluate(history[done].params))
                history.record(done, Fold(0, {"score": -losses[-1]}))
        return losses

    return search


def of_optuna(sampler: str) -> Search:
    """Return a search by a sampler of Optuna, the space defined by running it."""

    def search(problem: problems.Problem, n_trials: int, seed: int) -> list[float]:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        losses: list[float] = []

        def objective(trial: Any) -> float:
            losses.append(problem.evaluate(suggested(trial, problem.space)))
            return losses[-1]

        study = optuna.create_study(sampler=getattr(optuna.samplers, sampler)(seed=seed))
        study.optimize(objective, n_trials=n_trials)
        return losses

    return search


def suggested(trial: Any, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for one in parameters:
        name = one["name"]
        if any(params.get(c["parent"]) not in c["values"] for c in problems.conditions(one)):
            continue
        if one["type"] == "cat":
            params[name] = trial.suggest_categorical(name, one["choices"])
        elif one["type"] == "ord":
            # TPE knows the order only of numbers.
            place = trial.suggest_int(name, 0, len(one["choices"]) - 1)
            params[name] = one["choices"][place]
        else:
            suggest = trial.suggest_int if one["type"] == "int" else trial.suggest_float
            params[name] = suggest(name, one["low"], one["high"], log=bool(one["log"]))
    return params


def skopt_default(problem: problems.Problem, n_trials: int, seed: int) -> list[float]:
    """scikit-optimize's Optimizer with its defaults, which knows no conditions."""
    from skopt import Optimizer, space

    def dimension(one: dict[str, Any]) -> Any:
        if one["type"] in ("cat", "ord"):
            return space.Categorical(list(range(len(one["choices"]))))
        prior = "log-uniform" if one["log"] else "uniform"
        kind = space.Integer if one["type"] == "int" else space.Real
        return kind(one["low"], one["high"], prior=prior)

    optimizer = Optimizer([dimension(one) for one in problem.space], random_state=seed)
    losses: list[float] = []
    for _ in range(n_trials):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            point = optimizer.ask()
            losses.append(problem.evaluate(active_params(point, problem.space)))
            optimizer.tell(point, losses[-1])
    return losses


def active_params(point: list[Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for value, one in zip(point, parameters, strict=True):
        if all(params.get(c["parent"]) in c["values"] for c in problems.conditions(one)):
            listed = one["type"] in ("cat", "ord")
            params[one["name"]] = one["choices"][value] if listed else value
    return params


METHODS: dict[str, Search] = {
    "bayes": of_strategy(Bayes()),
    "bayes-4": of_strategy(Bayes(), n_in_flight=4),
    "bayes-8": of_strategy(Bayes(), n_in_flight=8),
    "forest": of_strategy(Bayes(surrogate=Forest())),
    "random": of_strategy(Random()),
    "optuna-tpe": of_optuna("TPESampler"),
    "optuna-gp": of_optuna("GPSampler"),
    "skopt": skopt_default,
}
