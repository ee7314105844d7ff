"""Ready-made spaces of outlier detectors."""

from __future__ import annotations

from typing import Any, Final

from ..space import Either, Ordered, Real
from ._preset import Preset, Ready, Subject
from ._scales import counts, log
from ._svm import HAVE_WIDTH, SCALED

OUTLYING: Final = log(0.01, 0.5)


def _contamination(subject: Subject) -> Any:
    return Either("auto", OUTLYING)


def _isolation(subject: Subject) -> Preset:
    # Liu, Ting, Zhou 2008: 256 rows ("auto") are enough, fewer can be better
    smaller = [16, 32, 64, 128]
    n_fitted = subject.data.n_fitted
    levels = [n for n in smaller if n_fitted is None or n < n_fitted]
    larger = [n for n in (512, 1024) if n_fitted is not None and n <= n_fitted]
    return Preset(
        core={
            "max_samples": Ordered([*levels, "auto", *larger]),
            "max_features": Real(0.3, 1.0),
            "contamination": _contamination(subject),
        }
    )


def _local(subject: Subject) -> Preset:
    return Preset(
        core={
            # Breunig et al. 2000, section 6: at least 10 to 20
            "n_neighbors": counts(2, 100, subject.data.n_fitted),
            "contamination": _contamination(subject),
        }
    )


def _one_class(subject: Subject) -> Preset:
    has_width = subject.get("kernel", "rbf") in HAVE_WIDTH
    return Preset(
        core={"nu": log(0.005, 0.5), "gamma": SCALED if has_width else None},
        good=({"nu": 0.05, "gamma": "scale"},),
    )


def _linear_one_class(subject: Subject) -> Preset:
    return Preset(core={"nu": log(0.005, 0.5)}, good=({"nu": 0.05},))


def _envelope(subject: Subject) -> Preset:
    return Preset(
        core={"contamination": OUTLYING},
        wide={"support_fraction": Either(None, Real(0.5, 1.0))},  # Rousseeuw, Van Driessen 1999
    )


PRESETS: Final[dict[str, Ready]] = {
    "IsolationForest": _isolation,
    "LocalOutlierFactor": _local,
    "OneClassSVM": _one_class,
    "SGDOneClassSVM": _linear_one_class,
    "EllipticEnvelope": _envelope,
}
