"""Ready-made spaces of clusterers and densities."""

from __future__ import annotations

from typing import Any, Final

from ..space import Choice, Either, Ordered, Real
from ._neighbors import radii
from ._preset import Preset, Ready, Subject
from ._scales import counts, log


def _clusters(subject: Subject) -> Any:
    return counts(2, 30, subject.data.n_fitted)


def _means(subject: Subject) -> Preset:
    return Preset(core={"n_clusters": _clusters(subject)})


def _spectral(subject: Subject) -> Preset:
    is_rbf = subject.get("affinity", "rbf") == "rbf"
    return Preset(
        core={"n_clusters": _clusters(subject), "gamma": log(1e-3, 10.0) if is_rbf else None}
    )


def _agglomerative(subject: Subject) -> Preset:
    core: dict[str, Any] = {"linkage": Choice(["ward", "complete", "average", "single"])}
    if subject.get("metric", "euclidean") != "euclidean":
        core["linkage"] = Choice(["complete", "average", "single"])
    if subject.get("n_clusters", 2) is None:
        core["distance_threshold"] = radii(subject)
    else:
        core["n_clusters"] = _clusters(subject)
    return Preset(core=core)


def _birch(subject: Subject) -> Preset:
    is_number = isinstance(subject.get("n_clusters", 3), int)
    return Preset(
        core={
            "threshold": radii(subject),
            "n_clusters": _clusters(subject) if is_number else None,
            "branching_factor": Ordered([25, 50, 100, 200]),
        }
    )


def _density(subject: Subject) -> Preset:
    return Preset(
        core={
            "eps": radii(subject),
            # Schubert et al. 2017: from 2 on, about twice the number of features
            "min_samples": counts(2, 50, subject.data.n_fitted),
        }
    )


def _hierarchical_density(subject: Subject) -> Preset:
    return Preset(
        core={
            "min_cluster_size": counts(2, 100, subject.data.n_fitted),
            "cluster_selection_method": Choice(["eom", "leaf"]),
        }
    )


def _ordering(subject: Subject) -> Preset:
    return Preset(
        core={
            "min_samples": counts(2, 50, subject.data.n_fitted),
            "xi": log(0.005, 0.5) if subject.get("cluster_method", "xi") == "xi" else None,
        }
    )


def _shift(subject: Subject) -> Preset:
    # without a number it is estimated, at a cost that grows with the square of the rows
    return Preset(core={"bandwidth": Either(None, radii(subject))})


def _affinity(subject: Subject) -> Preset:
    return Preset(core={"damping": Real(0.5, 0.99)})  # Frey, Dueck 2007: 0.5 to 1


def _mixture(subject: Subject) -> Preset:
    return Preset(
        core={
            "n_components": counts(1, 30, subject.data.n_fitted),
            "covariance_type": Ordered(["spherical", "diag", "tied", "full"]),
            "reg_covar": log(1e-8, 1e-1),
        }
    )


def _kernel_density(subject: Subject) -> Preset:
    return Preset(
        core={"bandwidth": radii(subject)},
        wide={"kernel": Choice(["gaussian", "exponential", "epanechnikov"])},
    )


def _shrunk(subject: Subject) -> Preset:
    return Preset(core={"shrinkage": Real(0.0, 1.0)})


def _graph(subject: Subject) -> Preset:
    return Preset(core={"alpha": log(1e-3, 1.0)})


PRESETS: Final[dict[str, Ready]] = {
    "KMeans": _means,
    "MiniBatchKMeans": _means,
    "BisectingKMeans": _means,
    "SpectralClustering": _spectral,
    "AgglomerativeClustering": _agglomerative,
    "Birch": _birch,
    "DBSCAN": _density,
    "HDBSCAN": _hierarchical_density,
    "OPTICS": _ordering,
    "MeanShift": _shift,
    "AffinityPropagation": _affinity,
    "GaussianMixture": _mixture,
    "BayesianGaussianMixture": _mixture,
    "KernelDensity": _kernel_density,
    "ShrunkCovariance": _shrunk,
    "GraphicalLasso": _graph,
}
