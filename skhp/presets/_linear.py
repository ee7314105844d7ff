"""Ready-made spaces of linear models that are solved rather than descended."""

from __future__ import annotations

from typing import Any, Final

from ..space import Choice, Either, Fixed, Real, When
from ._preset import Preset, Ready, Subject
from ._scales import counts, log, scaled, up_to


def _logistic(subject: Subject) -> Preset:
    strength: dict[str, Any] = {"C": log(1e-4, 1e4)}  # Bischl et al. 2021: s log(1e-4, 1e4)
    penalty = subject.get("penalty", "deprecated")
    wide: dict[str, Any] = {"class_weight": Choice([None, "balanced"])}
    if penalty is None:
        strength = {}  # there is nothing for C to weigh
    elif subject.get("solver", "lbfgs") == "saga" and penalty in ("elasticnet", "deprecated"):
        strength["l1_ratio"] = Real(0.0, 1.0)  # Bischl et al. 2021: alpha 0 to 1
    elif subject.get("solver", "lbfgs") == "lbfgs":
        wide["solver"] = Choice(["lbfgs", "saga"])
        wide["l1_ratio"] = When("solver", "saga", Real(0.0, 1.0))
        if penalty == "l2":  # before scikit-learn 1.8 the share of L1 has to be asked for
            wide["penalty"] = When("solver", "saga", Fixed("elasticnet"))
    return Preset(core=strength, wide=wide, good=({"C": 0.1}, {"C": 100.0}, {"C": 0.01}))


def _ridge(subject: Subject) -> Preset:
    balance = {"class_weight": Choice([None, "balanced"])}
    return Preset(
        core={"alpha": log(1e-4, 1e4)},  # Bischl et al. 2021: s log(1e-4, 1e4)
        wide=balance if subject.classifies else {},
        # learned by benchmarks/quality/portfolio.py
        good=({"alpha": 10.0}, {"alpha": 2.0}, {"alpha": 60.0}),
    )


def _penalty(subject: Subject) -> Any:
    """Return penalties from next to nothing to the least that leaves no feature."""
    largest = subject.data.largest_penalty
    return log(1e-5, 1e2) if largest is None else scaled(1e-4, 1.0, largest)


def _good_penalties(subject: Subject) -> list[float]:
    largest = subject.data.largest_penalty or 1.0
    return [0.01 * largest, 0.1 * largest]


def _lasso(subject: Subject) -> Preset:
    return Preset(
        core={"alpha": _penalty(subject)},  # Friedman, Hastie, Tibshirani 2010: to the largest
        good=tuple({"alpha": alpha} for alpha in _good_penalties(subject)),
    )


MIXTURES: Final = (
    # learned by benchmarks/quality/portfolio.py, in units of the least penalty of no feature
    *((0.024, 0.37), (0.009, 0.9), (0.03, 1.0), (0.004, 0.25)),
    (0.1, 0.4),  # Probst, Boulesteix, Bischl 2019 (CC-BY): alpha 0.403
)


def _elastic_net(subject: Subject) -> Preset:
    largest = subject.data.largest_penalty or 1.0
    return Preset(
        core={
            "alpha": _penalty(subject),
            "l1_ratio": Real(0.05, 1.0),  # Bischl et al. 2021: alpha 0 to 1
        },
        good=tuple({"alpha": share * largest, "l1_ratio": ratio} for share, ratio in MIXTURES),
    )


def _counted(name: str) -> Ready:
    def ready(subject: Subject) -> Preset:
        present, n_features = subject.get(name, None), subject.data.n_features
        if present is None:
            steps = counts(1, n_features or 100)
            return Preset(core={name: Either(None, steps) if steps else None})
        return Preset(core={name: up_to(n_features, present)})

    return ready


def _huber(subject: Subject) -> Preset:
    return Preset(
        core={
            "epsilon": Real(1.05, 3.0),  # Huber 1981: 1.35, above 1
            "alpha": log(1e-6, 1e3),  # after Ridge
        }
    )


def _quantile(subject: Subject) -> Preset:
    return Preset(
        core={"alpha": scaled(1e-5, 1.0, subject.data.spread)},
        good=({"alpha": 1e-3 * subject.data.spread},),
    )


def _generalized(subject: Subject) -> Preset:
    return Preset(core={"alpha": log(1e-5, 1e2)}, good=({"alpha": 0.01}, {"alpha": 10.0}))


def _bayesian(subject: Subject) -> Preset:
    # auto-sklearn ard_regression: log(1e-10, 1e-3) each
    names = ("alpha_1", "alpha_2", "lambda_1", "lambda_2")
    return Preset(core={name: log(1e-10, 1e-3) for name in names})


def _relevance(subject: Subject) -> Preset:
    threshold = {"threshold_lambda": log(1e3, 1e5)}  # auto-sklearn
    return Preset(core={**_bayesian(subject).core, **threshold})


def _discriminant(subject: Subject) -> Preset:
    shrinkage = Either("auto", Real(0.0, 1.0))  # auto-sklearn lda: none, auto, manual 0 to 1
    if subject.get("solver", "svd") != "svd":
        return Preset(core={"shrinkage": shrinkage})
    return Preset(
        core={
            "solver": Choice(["svd", "lsqr"]),
            "shrinkage": When("solver", "lsqr", shrinkage),
        },
        good=({"solver": "lsqr", "shrinkage": "auto"},),
    )


def _quadratic(subject: Subject) -> Preset:
    return Preset(core={"reg_param": Real(0.0, 1.0)}, good=({"reg_param": 0.1},))  # auto-sklearn


def _least_squares(subject: Subject) -> Preset:
    y = subject.data.y
    n_targets = y.shape[1] if getattr(y, "ndim", 1) == 2 else None
    known = [n for n in (subject.data.n_features, subject.data.n_fitted) if n is not None]
    if subject.name != "PLSRegression" and n_targets is not None:
        known.append(n_targets)
    return Preset(core={"n_components": counts(1, 20, min(known, default=20))})


def _kernel_ridge(subject: Subject) -> Preset:
    kernel, width = subject.get("kernel", "linear"), Either(None, log(1e-5, 10.0))
    core: dict[str, Any] = {"alpha": log(1e-6, 1e2)}  # after Ridge
    if kernel == "linear":
        core |= {
            "kernel": Choice(["linear", "rbf"]),
            "gamma": When("kernel", "rbf", width),
        }
    elif kernel in ("rbf", "poly", "polynomial", "sigmoid", "laplacian", "chi2"):
        core["gamma"] = width
    if kernel in ("poly", "polynomial"):
        core["degree"] = (2, 5)
    return Preset(core=core, good=({"alpha": 0.1, "kernel": "rbf", "gamma": None},))


PRESETS: Final[dict[str, Ready]] = {
    "LogisticRegression": _logistic,
    "Ridge": _ridge,
    "RidgeClassifier": _ridge,
    "Lasso": _lasso,
    "LassoLars": _lasso,
    "MultiTaskLasso": _lasso,
    "ElasticNet": _elastic_net,
    "MultiTaskElasticNet": _elastic_net,
    "Lars": _counted("n_nonzero_coefs"),
    "OrthogonalMatchingPursuit": _counted("n_nonzero_coefs"),
    "HuberRegressor": _huber,
    "QuantileRegressor": _quantile,
    "PoissonRegressor": _generalized,
    "GammaRegressor": _generalized,
    "TweedieRegressor": _generalized,
    "BayesianRidge": _bayesian,
    "ARDRegression": _relevance,
    "LinearDiscriminantAnalysis": _discriminant,
    "QuadraticDiscriminantAnalysis": _quadratic,
    "PLSRegression": _least_squares,
    "PLSCanonical": _least_squares,
    "CCA": _least_squares,
    "KernelRidge": _kernel_ridge,
}
