"""Says what to write instead of arguments that a search does not take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from functools import wraps
from inspect import signature
from numbers import Integral, Real
from typing import Any, Final, ParamSpec

from sklearn.metrics import get_scorer_names

from ..space._suggest import suggest

__all__ = ["line_to_write", "meant_instead", "says_what_to_write", "with_a_stop"]

P = ParamSpec("P")

SKOPTS_ORDER: Final = (
    "estimator",
    "search_spaces",
    "optimizer_kwargs",
    "n_iter",
    "scoring",
    "fit_params",
    "n_jobs",
    "n_points",
    "iid",
    "refit",
    "cv",
    "verbose",
    "pre_dispatch",
    "random_state",
    "error_score",
    "return_train_score",
)
"""skopt's BayesSearchCV takes all of its parameters by position."""

OTHER_NAMES: Final = {
    "callbacks": "observers",
    "max_evals": "n_iter",
    "n_calls": "n_iter",
    "n_trials": "n_iter",
    "param_distributions": "search_spaces",
    "param_grid": "search_spaces",
    "param_space": "search_spaces",
    "search_space": "search_spaces",
    "timeout": "max_time",
}
"""What parameters are called in other libraries, and here."""


OTHER_METRICS: Final = {
    "acc": "accuracy",
    "auc": "roc_auc",
    "logloss": "log_loss",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "rmse": "root_mean_squared_error",
}
"""What metrics are called elsewhere, and in scikit-learn, where losses have a "neg_" before."""


def says_what_to_write(init: Callable[P, None]) -> Callable[P, None]:
    """Have a constructor name the line to write where its arguments are not what it takes.

    Parameters
    ----------
    init : callable
        The constructor.
    """
    form = signature(init)

    @wraps(init)
    def checked(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            form.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(_corrected(list(form.parameters)[1:], args, kwargs, error)) from None
        init(*args, **kwargs)

    return checked


def _corrected(
    names: list[str], args: tuple[Any, ...], kwargs: Mapping[str, Any], error: TypeError
) -> str:
    """Return what is wrong with the arguments of a constructor, and the line to write."""
    search, positional = type(args[0]).__name__, args[1:]
    said, given = [f"{search}: {error}."], dict(kwargs)
    if len(positional) > 2:
        said.append("Only the estimator and what is searched go without a name.")
        given = {**_by_place(names, positional), **given}
    said += [_advice(name, given[name], names) for name in given if name not in names]
    meant = {_name_here(name, names): value for name, value in given.items()}
    if len(positional) > 2 or meant.keys() != given.keys():
        settings = [f"{name}={_short(meant[name])}" for name in meant if name in names[2:]]
        said.append(f"Write {search}({', '.join([*names[:2], *settings])}).")
    return " ".join(filter(None, said))


def _by_place(names: list[str], positional: tuple[Any, ...]) -> dict[str, Any]:
    """Return arguments by the names that they have where all may go without one.

    That is skopt's order where the third one is what its third may be, else our own.
    """
    is_skopts = "optimizer_kwargs" in names and isinstance(positional[2], Mapping | None)
    order = SKOPTS_ORDER if is_skopts else names
    named = dict(zip(order, positional, strict=False))
    left_out = {"optimizer_kwargs", "fit_params", "iid"} if is_skopts else set()
    return {
        name: value
        for name, value in list(named.items())[2:]
        if not (name in left_out and (value is None or name == "iid"))
    }


def _name_here(name: str, names: list[str]) -> str:
    """Return what a parameter of another library is called here, else the name as it is."""
    here = OTHER_NAMES.get(name, name)
    return here if here in names and name not in names else name


def _advice(name: str, value: Any, names: list[str]) -> str:
    """Return what to do about a parameter that there is not."""
    if name == "fit_params":
        settings = [f"{one}=..." for one in value] if isinstance(value, Mapping) else []
        return f"What goes to the estimator's fit goes to fit: {_call(settings or ['...'])}."
    if name == "callback":
        return f"A callback goes to fit: {_call(['callback=...'])}."
    if name == "iid":
        return "scikit-learn has no iid any more; leave it out."
    here = _name_here(name, names)
    return f"{name} is called {here} here." if here != name else suggest(name, names)


def _call(settings: list[str]) -> str:
    return f"search.fit(X, y, {', '.join(settings)})"


def line_to_write(name: str, value: Any) -> str:
    """Return what to write for a value that a parameter does not take; nothing if nobody knows.

    Parameters
    ----------
    name : str
        The parameter.
    value : object
        What it was given.

    Examples
    --------
    >>> line_to_write("stopping", 20)
    'Write stopping=NoImprovement(20), from skhp.stopping.'
    >>> line_to_write("racing", "hard")
    'Write racing=True, or racing=Racing(alpha=0.05), from skhp.racing.'
    """
    meant = MEANT.get(name)
    written = "" if meant is None else meant(value)
    return f"Write {name}={written}." if written else ""


def _stopping(value: Any) -> str:
    if not isinstance(value, bool) and isinstance(value, Integral):
        return f"NoImprovement({max(1, int(value))}), from skhp.stopping"
    if not isinstance(value, bool) and isinstance(value, Real):
        return f"ScoreReached({value}), from skhp.stopping"
    return _object(value) or "NoImprovement(20), or another rule from skhp.stopping"


def _object(value: Any) -> str:
    """Return the object where its class was given, or its line as a string."""
    if isinstance(value, type):
        return f"{value.__name__}(...), the object and not its class"
    if isinstance(value, str) and value.endswith(")"):
        return f"{value}, without the quotes"
    return ""


def _metric(value: Any) -> str:
    """Return the name of scikit-learn's metric where it is clear which one is meant."""
    if not isinstance(value, str):
        return ""
    names, said = get_scorer_names(), value.lower().replace(" ", "_")
    meant = OTHER_METRICS.get(said, said)
    known = [one for one in (meant, f"neg_{meant}") if one in names]
    near = known or get_close_matches(meant, names, 1, cutoff=0.8)
    return f'"{near[0]}"' if near else ""


def _seconds(value: Any) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}, a number of seconds"
    return "600, a number of seconds"


MEANT: Final[dict[str, Callable[[Any], str]]] = {
    "executor": lambda value: _object(value) or "ProcessExecutor(4), from skhp.executors",
    "fit_memory": lambda value: "2e9, a number of bytes",
    "fit_timeout": _seconds,
    "initial_params": lambda value: f"[{_short(value)}], a list" if _is_dict(value) else "",
    "journal": lambda value: '"search.db", a path',
    "max_time": _seconds,
    "observers": lambda value: f"[{_short(value)}], a list",
    "optimizer_kwargs": lambda value: '{"n_initial_points": 10}, a dict',
    "racing": lambda value: (
        _object(value) or "True, or racing=Racing(alpha=0.05), from skhp.racing"
    ),
    "stopping": _stopping,
    "refit": lambda value: "False" if value is None else "",
    "scoring": _metric,
    "strategy": lambda value: _object(value) or '"bayes", or an object of skhp.strategies',
}
"""From what a parameter was given to what was meant."""


def _is_dict(value: Any) -> bool:
    return isinstance(value, Mapping)


def _short(value: Any) -> str:
    line = " ".join(repr(value).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."


LONGEST: Final = 60


def with_a_stop(said: str) -> str:
    """Return what was said as a sentence that another one may follow."""
    return said if said.endswith((".", "!", "?")) else f"{said}."


def meant_instead(params: Mapping[str, Any], estimator: Any) -> str:
    """Return what may have been meant by names that lead to no parameter of an estimator.

    Parameters
    ----------
    params : dict
        Which the estimator does not take.
    estimator : estimator object
        Left as it is.

    Returns
    -------
    str
        Sentences, each after a blank; empty where nobody knows.
    """
    present = estimator.get_params(deep=True)
    known = set(present)
    for step, part in params.items():
        if hasattr(part, "get_params") and not isinstance(part, type):
            known.update(f"{step}__{name}" for name in part.get_params(deep=True))
    said = [_leads_nowhere(name, params, present) for name in params]
    said += [suggest(name, known) for name in params if name not in known and not any(said)]
    return "".join(f" {one}" for one in said if one)


def _leads_nowhere(name: str, params: Mapping[str, Any], present: Mapping[str, Any]) -> str:
    """Return what to do where a name leads into what is no estimator, such as None."""
    owner = name.rpartition("__")[0]
    held = {**present, **params}
    if owner not in held or hasattr(held[owner], "set_params"):
        return ""
    nowhere = f"{owner!r} is {_short(held[owner])}, which has no parameters"
    if owner in params:
        return f"{nowhere}: write a list of two spaces, one of them without {name!r} for that."
    return f"{nowhere}: put an estimator there."
