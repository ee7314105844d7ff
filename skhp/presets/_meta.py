"""Ready-made spaces of what estimators that hold others add to those."""

from __future__ import annotations

from typing import Final

from ..space import Choice, Either, Ordered, Real
from ._preset import Preset, Ready, Subject
from ._scales import SUPPOSED_FEATURES, counts, scaled


def _self_training(subject: Subject) -> Preset:
    if subject.get("criterion", "threshold") == "threshold":
        return Preset(core={"threshold": Real(0.5, 0.99)})
    return Preset(core={"k_best": counts(1, 100)})


def _calibrated(subject: Subject) -> Preset:
    return Preset(core={"method": Choice(["sigmoid", "isotonic"])})


def _output_codes(subject: Subject) -> Preset:
    return Preset(core={"code_size": Real(1.0, 5.0)})


def _threshold(subject: Subject) -> Preset:
    return Preset(core={"threshold": Either("auto", Real(0.05, 0.95))})


def _stacking(subject: Subject) -> Preset:
    return Preset(core={}, wide={"passthrough": Choice([False, True])})  # Wolpert 1992


def _ransac(subject: Subject) -> Preset:
    # without a number it is the median absolute deviation of the targets
    threshold = Either(None, scaled(0.05, 5.0, subject.data.spread))
    return Preset(
        core={"residual_threshold": threshold},
        wide={"min_samples": Either(None, Real(0.1, 0.9))},
    )


def _shares(subject: Subject, half: str | None) -> Ordered:
    """Return shares of the features that leave at least one; `half` is how a half is written."""
    n_features = subject.data.n_features or SUPPOSED_FEATURES
    shares = [tenth / 10 for tenth in range(1, 10) if tenth * n_features >= 10]
    return Ordered(
        [half if share == 0.5 else share for share in shares if n_features > 1] or [half]
    )


def _elimination(subject: Subject) -> Preset:
    return Preset(core={"n_features_to_select": _shares(subject, None)})


def _sequential(subject: Subject) -> Preset:
    chosen = {"n_features_to_select": _shares(subject, "auto")}
    return Preset(core={} if subject.get("tol", None) else chosen)


def _from_model(subject: Subject) -> Preset:
    # without one it is the mean, or next to nothing for penalties that select by themselves
    shares = Ordered(["0.1*mean", "0.3*mean", "mean", "1.5*mean", "2*mean"])
    return Preset(core={"threshold": Either(None, shares)})


PRESETS: Final[dict[str, Ready]] = {
    "SelfTrainingClassifier": _self_training,
    "CalibratedClassifierCV": _calibrated,
    "OutputCodeClassifier": _output_codes,
    "FixedThresholdClassifier": _threshold,
    "StackingClassifier": _stacking,
    "StackingRegressor": _stacking,
    "RANSACRegressor": _ransac,
    "RFE": _elimination,
    "SequentialFeatureSelector": _sequential,
    "SelectFromModel": _from_model,
}
