"""Ready-made spaces of linear models that are fitted by stochastic gradient descent."""

from __future__ import annotations

from typing import Any, Final

from ..space import Choice, Real, When
from ._preset import Preset, Ready, Subject
from ._scales import log

PENALTIES: Final = ["l2", "l1", "elasticnet"]


def _penalised(*, default: str | None, alpha: Any) -> dict[str, Any]:
    """Return penalty, strength and mixture, the latter two where they have an effect."""
    if default is None:
        strength: Any = When("penalty", PENALTIES, alpha)
        penalties = Choice([None, *PENALTIES])
    else:
        strength, penalties = alpha, Choice(PENALTIES)
    return {
        "alpha": strength,
        "penalty": penalties,
        "l1_ratio": When("penalty", "elasticnet", Real(0.0, 1.0)),
    }


def _losses(subject: Subject) -> Any:
    present = subject.get("loss", "hinge" if subject.classifies else "squared_error")
    probable = ["log_loss", "modified_huber"]
    if present in probable:
        return Choice(probable)  # whoever asks for probabilities is to keep them
    if subject.classifies:
        return Choice(["hinge", "squared_hinge", *probable])  # auto-sklearn
    return Choice(["squared_error", "huber", "epsilon_insensitive"])  # auto-sklearn


def _rates(subject: Subject) -> dict[str, Any]:
    rates = ["optimal", "invscaling", "constant", "adaptive"]  # auto-sklearn
    present = subject.get("learning_rate", "optimal")
    if present not in rates:
        return {}
    return {
        "learning_rate": Choice(rates),
        "eta0": When("learning_rate", rates[1:], log(1e-5, 0.1)),  # Overtuning Benchmark 2026
    }


def _steps(subject: Subject) -> dict[str, Any]:
    """Return the size of steps where the present schedule has one."""
    present = "optimal" if subject.classifies else "invscaling"
    if subject.get("learning_rate", present) == "optimal":
        return {}
    return {"eta0": log(1e-4, 0.1)}  # auto-sklearn: log(1e-7, 0.1)


LEARNED_FOR_CLASSES: Final = (
    {"alpha": 8e-3, "penalty": "l1", "average": False},
    {"alpha": 5e-4, "penalty": "l1", "average": True},
    {"alpha": 5e-2, "penalty": "l2", "average": False},
)


def _descent(subject: Subject) -> Preset:
    return Preset(
        core={
            **_penalised(default="l2", alpha=log(1e-7, 0.1)),  # auto-sklearn
            "average": Choice([False, True]),  # auto-sklearn
            **_steps(subject),
        },
        wide={
            "loss": _losses(subject),
            **_rates(subject),
            "class_weight": Choice([None, "balanced"]) if subject.classifies else None,
        },
        good=(
            # learned by benchmarks/quality/portfolio.py
            *(LEARNED_FOR_CLASSES if subject.classifies else ()),
            # auto-sklearn 2.0 (BSD-3): often averaged
            {"alpha": 1e-3, "penalty": "l2", "average": True},
            {"alpha": 1e-2, "penalty": "l2"},
            {"alpha": 1e-3, "penalty": "elasticnet", "l1_ratio": 0.15},
        ),
    )


def _perceptron(subject: Subject) -> Preset:
    return Preset(
        core=_penalised(default=None, alpha=log(1e-7, 0.1)),  # as SGDClassifier
        wide={"class_weight": Choice([None, "balanced"])},
        good=({"alpha": 1e-4, "penalty": "l2"},),
    )


def _passive_aggressive(subject: Subject) -> Preset:
    losses = ["hinge", "squared_hinge"]
    if not subject.classifies:
        losses = ["epsilon_insensitive", "squared_epsilon_insensitive"]
    return Preset(
        core={"C": log(1e-5, 10.0)},  # auto-sklearn
        wide={"loss": Choice(losses), "average": Choice([False, True])},  # auto-sklearn
        good=({"C": 0.01},),
    )


PRESETS: Final[dict[str, Ready]] = {
    "SGDClassifier": _descent,
    "SGDRegressor": _descent,
    "Perceptron": _perceptron,
    "PassiveAggressiveClassifier": _passive_aggressive,
    "PassiveAggressiveRegressor": _passive_aggressive,
}
