"""Ready-made spaces of the selection of features one by one."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ..space import Ordered, Real
from ._preset import Preset, Ready, Subject
from ._scales import counts, log, short, up_to

PERCENT: Final = counts(1, 100)
ERROR: Final = log(1e-4, 0.5)  # auto-sklearn select_rates: 0.01 to 0.5


def _best(subject: Subject) -> Preset:
    present = subject.get("k", 10)
    if isinstance(present, str):
        return Preset(core={"k": up_to(subject.data.n_features, present, unknown=100)})
    core = {"k": up_to(subject.data.n_features, present)}
    return Preset(core=core, good=({"k": 30},))


def _percentile(subject: Subject) -> Preset:
    # auto-sklearn select_percentile: 1 to 99
    return Preset(core={"percentile": PERCENT}, good=({"percentile": 50}, {"percentile": 100}))


def _errors(subject: Subject) -> Preset:
    return Preset(core={"alpha": ERROR})


def _univariate(subject: Subject) -> Preset:
    mode = subject.get("mode", "percentile")
    if mode == "percentile":
        return Preset(core={"param": Real(1.0, 100.0)})
    if mode == "k_best":
        return Preset(core={"param": up_to(subject.data.n_features, subject.get("param", 10))})
    return Preset(core={"param": ERROR})


def _variance(subject: Subject) -> Preset:
    rows: Any = subject.data.X
    levels = [0.0, 1e-4, 1e-3, 1e-2]
    if isinstance(rows, np.ndarray) and rows.dtype.kind in "fiu" and rows.ndim == 2:
        # some feature has to be left
        most = float(np.nanvar(rows, axis=0).max()) / 10
        levels = [0.0, *(short(most * share, 1) for share in (1e-4, 1e-3, 1e-2, 0.1, 1.0))]
    return Preset(core={"threshold": Ordered(levels) if levels[-1] > 0 else None})


PRESETS: Final[dict[str, Ready]] = {
    "SelectKBest": _best,
    "SelectPercentile": _percentile,
    "SelectFpr": _errors,
    "SelectFdr": _errors,
    "SelectFwe": _errors,
    "GenericUnivariateSelect": _univariate,
    "VarianceThreshold": _variance,
}
