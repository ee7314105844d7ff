"""Ready-made spaces of neighbours and of labels that spread among them."""

from __future__ import annotations

from typing import Any, Final

from ..space import Choice, Ordered, Real
from ._preset import Preset, Ready, Subject
from ._scales import counts, log, short

WEIGHTS: Final = Choice(["uniform", "distance"])


def _power(subject: Subject) -> Any:
    is_power = subject.get("metric", "minkowski") == "minkowski"
    return Ordered([1, 2]) if is_power else None  # auto-sklearn; TabArena 2025: 1, 1.5, 2


def _neighbors(subject: Subject) -> Preset:
    return Preset(
        core={
            "n_neighbors": counts(1, 100, subject.data.n_fitted),  # auto-sklearn: log(1, 100)
            "weights": WEIGHTS,
            "p": _power(subject),
        },
        good=_near(subject),
    )


def _near(subject: Subject) -> tuple[dict[str, Any], ...]:
    """Return good params, learned by benchmarks/quality/portfolio.py where nothing else is said."""
    if subject.classifies:
        return (
            {"n_neighbors": 50, "weights": "distance", "p": 2},
            {"n_neighbors": 12, "weights": "uniform", "p": 1},
            {"n_neighbors": 3, "weights": "distance", "p": 1},
            {"n_neighbors": 20, "weights": "distance", "p": 2},  # TabArena 2025 (Apache-2.0)
            {"n_neighbors": 30, "weights": "uniform", "p": 2},  # Probst et al. 2019 (CC-BY)
        )
    return (
        {"n_neighbors": 10, "weights": "distance", "p": 1},
        {"n_neighbors": 11, "weights": "uniform", "p": 2},
        {"n_neighbors": 3, "weights": "distance", "p": 1},
        {"n_neighbors": 19, "weights": "uniform", "p": 1},
        {"n_neighbors": 7, "weights": "distance", "p": 2},
    )


def radii(subject: Subject) -> Any:
    """Return distances as they are among the rows."""
    found = subject.data.distances
    return log(0.1, 10.0) if found is None else log(*map(short, found))


def _radius(subject: Subject) -> Preset:
    return Preset(core={"radius": radii(subject), "weights": WEIGHTS, "p": _power(subject)})


def _centroid(subject: Subject) -> Preset:
    # Tibshirani et al. 2002, figure 1: about 0 to 8; None does not shrink
    return Preset(core={"shrink_threshold": Ordered([None, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0])})


def _spread(kernel: object, subject: Subject) -> dict[str, Any]:
    if kernel == "knn":
        return {"n_neighbors": counts(1, 50, subject.data.n_fitted)}
    return {"gamma": log(0.01, 100.0)} if kernel == "rbf" else {}


def _propagation(subject: Subject) -> Preset:
    return Preset(core=_spread(subject.get("kernel", "rbf"), subject))


def _spreading(subject: Subject) -> Preset:
    clamping = {"alpha": Real(0.01, 0.99)}  # Zhou et al. 2004: between 0 and 1
    return Preset(core={**_spread(subject.get("kernel", "rbf"), subject), **clamping})


PRESETS: Final[dict[str, Ready]] = {
    "KNeighborsClassifier": _neighbors,
    "KNeighborsRegressor": _neighbors,
    "RadiusNeighborsClassifier": _radius,
    "RadiusNeighborsRegressor": _radius,
    "NearestCentroid": _centroid,
    "LabelPropagation": _propagation,
    "LabelSpreading": _spreading,
}
