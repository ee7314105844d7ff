"""Ready-made spaces of neural networks."""

from __future__ import annotations

from typing import Any, Final

from ..space import Choice, Layers, Ordered
from ._preset import Preset, Ready, Subject
from ._scales import counts, log


def _rate(subject: Subject) -> dict[str, Any]:
    if subject.get("solver", "adam") == "lbfgs":
        return {}
    return {"learning_rate_init": log(1e-4, 3e-2)}  # TabArena 2025; auto-sklearn: log(1e-4, 0.5)


def _batches(subject: Subject) -> dict[str, Any]:
    if subject.get("solver", "adam") == "lbfgs":
        return {}
    most = subject.data.n_fitted or 512
    # "auto" is 200, or all rows where they are fewer
    smaller = [size for size in (16, 32, 64, 128) if size < min(most, 200)]
    larger = [size for size in (256, 512) if size <= most]
    return {
        "batch_size": Ordered([*smaller, "auto", *larger]),  # HPOBench: log(4, 256)
        "early_stopping": Choice([False, True]),  # auto-sklearn
    }


def _perceptron(subject: Subject) -> Preset:
    return Preset(
        core={
            # auto-sklearn: depth 1 to 3, width log(16, 264), all layers alike; on 1,030 rows three
            # layers of 256 take 16 times the default's fit, three of 512 hundreds of times
            "hidden_layer_sizes": Layers(depth=(1, 3), width=(16, 256), shape="constant"),
            "alpha": log(1e-7, 1.0),  # Overtuning Mitigation Benchmark 2026: log(1e-5, 1)
            **_rate(subject),
        },
        wide={
            "activation": Choice(["relu", "tanh"]),  # auto-sklearn
            **_batches(subject),
        },
        good=(  # auto-sklearn 2.0 portfolios (BSD-3)
            _network((133,), alpha=0.053, rate=9.6e-4),
            _network((161, 161, 161), alpha=0.053, rate=4.9e-4),
            _network((107,), alpha=0.018, rate=1.5e-4),
            _network((210, 210), alpha=1e-7, rate=4.2e-3, activation="tanh"),
            _network((214, 214, 214), alpha=3.8e-3, rate=5e-3, activation="tanh"),
            _network((100, 100), alpha=2e-6, rate=1.2e-3, activation="tanh"),
        ),
    )


def _network(
    layers: tuple[int, ...], *, alpha: float, rate: float, activation: str = "relu"
) -> dict[str, Any]:
    return {
        "hidden_layer_sizes": layers,
        "alpha": alpha,
        "learning_rate_init": rate,
        "activation": activation,
    }


def _boltzmann(subject: Subject) -> Preset:
    return Preset(
        core={
            # Hinton 2010, sections 7 and 12: small steps, about as many units as features
            "n_components": counts(16, 512),
            "learning_rate": log(1e-3, 1.0),
            "n_iter": counts(5, 50),
        }
    )


PRESETS: Final[dict[str, Ready]] = {
    "MLPClassifier": _perceptron,
    "MLPRegressor": _perceptron,
    "BernoulliRBM": _boltzmann,
}
