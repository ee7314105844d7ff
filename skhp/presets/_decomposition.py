"""Ready-made spaces of what puts few features in place of many, or many in place of few."""

from __future__ import annotations

from typing import Any, Final

from ..space import Choice, Either, Integer, Ordered, Real, When
from ._preset import Preset, Ready, Subject
from ._scales import FEW_COMPONENTS, components, counts, from_zero, log, up_to
from ._svm import SCALED

SHARES: Final = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)  # auto-sklearn pca: keep 0.5 to 0.9999
WIDTH: Final = Either(None, log(1e-4, 10.0))  # auto-sklearn: log(2^-15, 8)


def _principal(subject: Subject) -> Preset:
    # what a share comes to takes a full decomposition, which sparse rows do not have
    takes_shares = subject.get("svd_solver", "auto") in ("auto", "full")
    takes_shares &= not subject.data.is_sparse
    whiten = {"whiten": Choice([False, True])}  # auto-sklearn
    if not takes_shares or isinstance(subject.get("n_components", None), int):
        return Preset(core=_components(subject).core, wide=whiten)
    return Preset(
        core={"n_components": Ordered([*SHARES, None])},
        wide=whiten,
        good=({"n_components": 0.95}, {"n_components": 0.99}),
    )


def _components(subject: Subject) -> Preset:
    return Preset(core={"n_components": components(subject, present="n_components")})


def _truncated(subject: Subject) -> Preset:
    # auto-sklearn truncated_svd: target_dim 10 to 256
    return Preset(
        core={"n_components": components(subject, low=2, high=256, present="n_components")},
        good=({"n_components": 100},),
    )


def _kernel_principal(subject: Subject) -> Preset:
    kernel = subject.get("kernel", "linear")
    core: dict[str, Any] = {}
    if kernel == "linear":
        core = {"kernel": Choice(["linear", "rbf"]), "gamma": When("kernel", "rbf", WIDTH)}
    elif kernel in ("rbf", "poly", "sigmoid"):
        core = {"gamma": WIDTH}
    return Preset(core={**_components(subject).core, **core})


def _independent(subject: Subject) -> Preset:
    return Preset(
        core=_components(subject).core,
        wide={"fun": Choice(["logcosh", "exp", "cube"])},  # auto-sklearn fast_ica
    )


def _non_negative(subject: Subject) -> Preset:
    return Preset(
        core={**_components(subject).core, "alpha_W": from_zero(1e-5, 1e-1)},
        wide={"l1_ratio": Real(0.0, 1.0)},
    )


def _sparse(subject: Subject) -> Preset:
    return Preset(core={**_components(subject).core, "alpha": log(0.01, 10.0)})


def _topics(subject: Subject) -> Preset:
    # Hoffman, Blei, Bach 2010, table 1: kappa 0.5 to 1
    wide = {"learning_decay": Real(0.51, 1.0)}
    is_online = subject.get("learning_method", "batch") == "online"
    return Preset(core={"n_components": counts(2, 100)}, wide=wide if is_online else {})


def _projection(subject: Subject) -> Preset:
    most = subject.data.n_features
    present = subject.get("n_components", "auto")
    drawn = counts(2, 256, most)
    if drawn is None:
        return Preset(core={})
    return Preset(core={"n_components": Either(present, drawn) if present == "auto" else drawn})


def _landmarks(subject: Subject) -> Preset:
    # auto-sklearn nystroem_sampler: n_components log(50, 10000), gamma log(2^-15, 8)
    has_width = subject.get("kernel", "rbf") in ("rbf", "poly", "polynomial", "sigmoid")
    return Preset(
        core={
            "n_components": counts(16, 512, subject.data.n_fitted),
            "gamma": WIDTH if has_width else None,
        }
    )


def _fourier(subject: Subject) -> Preset:
    # auto-sklearn kitchen_sinks: n_components log(50, 10000), gamma log(2^-15, 8)
    return Preset(
        core={"n_components": counts(16, 1024), "gamma": SCALED},
        good=({"gamma": "scale", "n_components": 300},),
    )


def _sketch(subject: Subject) -> Preset:
    return Preset(
        core={"n_components": counts(16, 1024), "degree": Integer(1, 3), "gamma": log(1e-3, 10.0)}
    )


def _skewed(subject: Subject) -> Preset:
    return Preset(core={"n_components": counts(16, 1024), "skewedness": log(0.1, 10.0)})


def _sampled(subject: Subject) -> Preset:
    return Preset(core={"sample_steps": Integer(1, 3)})


def _agglomeration(subject: Subject) -> Preset:
    # auto-sklearn feature_agglomeration: 2 to 400 clusters
    most = subject.data.n_features or FEW_COMPONENTS
    is_number = isinstance(subject.get("n_clusters", 2), int)
    return Preset(core={"n_clusters": counts(2, 400, most) if is_number else None})


def _manifold(subject: Subject) -> Preset:
    n_fitted = subject.data.n_fitted
    return Preset(
        core={
            "n_neighbors": counts(4, 50, None if n_fitted is None else n_fitted - 1),
            "n_components": counts(1, 16, subject.data.n_features or 3),
        }
    )


def _learned_metric(subject: Subject) -> Preset:
    most = subject.data.n_features
    return Preset(core={"n_components": up_to(most, subject.get("n_components", None), unknown=3)})


PRESETS: Final[dict[str, Ready]] = {
    "PCA": _principal,
    "IncrementalPCA": _components,
    "TruncatedSVD": _truncated,
    "KernelPCA": _kernel_principal,
    "FastICA": _independent,
    "FactorAnalysis": _components,
    "NMF": _non_negative,
    "MiniBatchNMF": _non_negative,
    "SparsePCA": _sparse,
    "MiniBatchSparsePCA": _sparse,
    "DictionaryLearning": _sparse,
    "MiniBatchDictionaryLearning": _sparse,
    "LatentDirichletAllocation": _topics,
    "GaussianRandomProjection": _projection,
    "SparseRandomProjection": _projection,
    "Nystroem": _landmarks,
    "RBFSampler": _fourier,
    "PolynomialCountSketch": _sketch,
    "SkewedChi2Sampler": _skewed,
    "AdditiveChi2Sampler": _sampled,
    "FeatureAgglomeration": _agglomeration,
    "Isomap": _manifold,
    "LocallyLinearEmbedding": _manifold,
    "NeighborhoodComponentsAnalysis": _learned_metric,
}
