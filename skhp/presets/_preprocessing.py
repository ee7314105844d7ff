"""Ready-made spaces of scalers, encoders, imputers and features made of features."""

from __future__ import annotations

import math
from typing import Any, Final

from ..space import Choice, Either, Integer, Ordered, Real, When
from ._preset import Preset, Ready, Subject
from ._scales import counts, log, up_to

MOST_FEATURES: Final = 5000
"""Polynomials are not to make more features than this."""


def _robust(subject: Subject) -> Preset:
    # auto-sklearn: q_min 0.001 to 0.3, q_max 0.7 to 0.999
    ranges = [(1.0, 99.0), (5.0, 95.0), (10.0, 90.0), (25.0, 75.0), (35.0, 65.0)]
    return Preset(core={"quantile_range": Ordered(ranges)})


def _standard(subject: Subject) -> Preset:
    return Preset(core={}, wide={"with_std": Choice([True, False])})


def _normalizer(subject: Subject) -> Preset:
    return Preset(core={"norm": Choice(["l2", "l1", "max"])})


def _quantiles(subject: Subject) -> Preset:
    return Preset(
        core={
            # auto-sklearn: 10 to 2000
            "n_quantiles": up_to(
                subject.data.n_fitted, subject.get("n_quantiles", 1000), low=10, unknown=1000
            ),
            "output_distribution": Choice(["uniform", "normal"]),  # auto-sklearn
        }
    )


def _bins(subject: Subject) -> Preset:
    return Preset(
        core={
            "n_bins": counts(2, 32, subject.data.n_fitted),
            "strategy": Choice(["quantile", "uniform", "kmeans"]),
        }
    )


def _polynomials(subject: Subject) -> Preset:
    n_features = subject.data.n_features
    cubes = 0 if n_features is None else math.comb(n_features + 3, 3)
    most = 3 if 0 < cubes <= MOST_FEATURES else 2  # auto-sklearn: 2 to 3
    return Preset(
        core={
            "degree": Integer(1, most),
            "interaction_only": When("degree", range(2, most + 1), Choice([False, True])),
        }
    )


def _splines(subject: Subject) -> Preset:
    return Preset(
        core={
            "n_knots": counts(3, 20, subject.data.n_fitted),  # Eilers, Marx 1996
            "degree": Integer(1, 3),
        },
        wide={"knots": Choice(["uniform", "quantile"])}
        if isinstance(subject.get("knots", "uniform"), str)
        else {},
    )


def _fills_nothing(subject: Subject) -> bool:
    """Say whether an imputer has no effect, as it is known that no value is missing."""
    return _is_nan(subject.get("missing_values", math.nan)) and subject.data.is_complete


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _simple_imputer(subject: Subject) -> Preset:
    if _fills_nothing(subject):
        return Preset({})
    present = subject.get("strategy", "mean")
    strategies = ["mean", "median", "most_frequent"]  # auto-sklearn
    is_free = present in ("mean", "median")  # the others are for categories as well
    return Preset(
        core={"strategy": Choice(strategies)} if is_free else {},
        wide={"add_indicator": Choice([False, True])},
    )


def _neighbor_imputer(subject: Subject) -> Preset:
    if _fills_nothing(subject):
        return Preset({})
    return Preset(
        core={
            "n_neighbors": counts(1, 50, subject.data.n_fitted),  # Troyanskaya et al. 2001: 10-20
            "weights": Choice(["uniform", "distance"]),
        },
        wide={"add_indicator": Choice([False, True])},
    )


def _iterative_imputer(subject: Subject) -> Preset:
    if _fills_nothing(subject):
        return Preset({})
    return Preset(
        core={"initial_strategy": Choice(["mean", "median"])},
        wide={"add_indicator": Choice([False, True])},
    )


def _rare(subject: Subject) -> dict[str, Any]:
    """Return how rare a category is that is joined with others."""
    n_fitted, rarest = subject.data.n_fitted, subject.data.rarest_category
    levels = [n for n in (2, 5, 10, 20, 50) if n_fitted is None or n <= n_fitted // 5]
    # from about the rarest category on there is something to join
    levels = [n for n in levels if rarest is None or 2 * n > rarest]
    # auto-sklearn minority_coalescer: log(0.0001, 0.5) of the rows
    return {"min_frequency": Ordered([None, *levels])} if levels else {}


def _one_hot(subject: Subject) -> Preset:
    return Preset(core=_rare(subject), wide={"drop": Choice([None, "first", "if_binary"])})


def _ordinal(subject: Subject) -> Preset:
    return Preset(core=_rare(subject))


def _target(subject: Subject) -> Preset:
    # Micci-Barreca 2001: the weight of the mean of all rows
    return Preset(core={"smooth": Either("auto", log(0.1, 1000.0))})


def _hashing(subject: Subject) -> Preset:
    return Preset(core={"n_features": Ordered([2**power for power in range(10, 21, 2)])})


def _binarizer(subject: Subject) -> Preset:
    return Preset(core={}, wide={"threshold": Real(-1.0, 1.0)})


PRESETS: Final[dict[str, Ready]] = {
    "StandardScaler": _standard,
    "RobustScaler": _robust,
    "Normalizer": _normalizer,
    "QuantileTransformer": _quantiles,
    "KBinsDiscretizer": _bins,
    "PolynomialFeatures": _polynomials,
    "SplineTransformer": _splines,
    "SimpleImputer": _simple_imputer,
    "KNNImputer": _neighbor_imputer,
    "IterativeImputer": _iterative_imputer,
    "OneHotEncoder": _one_hot,
    "OrdinalEncoder": _ordinal,
    "TargetEncoder": _target,
    "FeatureHasher": _hashing,
    "Binarizer": _binarizer,
}
