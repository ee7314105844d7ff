"""Ready-made spaces of support vector machines and Gaussian processes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, final

from ..space import Choice, Either, Real, When
from ._preset import Preset, Ready, Subject
from ._scales import SUPPOSED_FEATURES, from_zero, log, scaled, short

KERNELS: Final = ["rbf", "poly", "sigmoid", "linear"]

HAVE_WIDTH: Final = ["rbf", "sigmoid"]
"""Kernels with a gamma to search.

That of a polynomial can be said by C and coef0, and a large one makes fits that do not end.
"""

SCALED: Final = Either("scale", log(2.0**-13, 2.0**3))
"""auto-sklearn: log(2^-15, 2^3).

"scale" is among the values because no number stands for it in every fold, and because it is what
a good formula for gamma comes down to (Gijsbers et al. 2021).
"""


@final
@dataclass(frozen=True)
class Strengths:
    """Values of C with which fits end in a while; auto-sklearn: log(2^-5, 2^15).

    Parameters
    ----------
    unit : float
        In which they are counted: the spread of the targets, 1 for classes.
    most : float
        The highest for kernels that have a width.
    most_of_polynomials : float
        The highest for polynomials. That of the linear kernel is 32, above which fits of classes
        take up to 200 times the default's and gain nothing.
    """

    unit: float = 1.0
    most: float = 2.0**12
    most_of_polynomials: float = 2.0**5

    def present(self, subject: Subject) -> Any:
        """Return the values for the present kernel."""
        return self._of(subject.get("kernel", "rbf"))

    def searched(self, subject: Subject) -> dict[str, Any]:
        """Return the values where the kernel is searched."""
        if subject.get("kernel", "rbf") not in KERNELS:
            return {}
        if self.most_of_polynomials == 2.0**5:
            others = [When("kernel", ["poly", "linear"], self._of("linear"))]
        else:
            others = [When("kernel", kernel, self._of(kernel)) for kernel in ("poly", "linear")]
        return {"C": [When("kernel", HAVE_WIDTH, self._of("rbf")), *others]}

    def _of(self, kernel: object) -> Any:
        highest = {"linear": 2.0**5, "poly": self.most_of_polynomials}
        if kernel in highest:
            return scaled(2.0**-10, highest[kernel], self.unit)
        return scaled(2.0**-5, self.most, self.unit)


def _within(rows: float, subject: Subject, *, least: float, most: float) -> float:
    """Return the highest C of a regression, the lower the more rows there are to fit.

    The steps of a fit grow with C as long as no target is met within the tube, and with the rows.
    On 1,030 rows of scaled features with ``gamma="scale"`` C at 4,096 standard deviations of the
    targets takes 580 times the default's fit, and is worse than predicting the mean.
    """
    n_fitted = subject.data.n_fitted
    return most if n_fitted is None else min(most, max(least, rows / n_fitted))


def _kernel(subject: Subject) -> dict[str, Any]:
    """Return what has an effect with the present kernel."""
    kernel = subject.get("kernel", "rbf")
    shape: dict[str, Any] = {}
    if kernel in HAVE_WIDTH:
        shape["gamma"] = SCALED
    if kernel == "poly":
        shape["degree"] = (2, 5)  # auto-sklearn
    if kernel in ("poly", "sigmoid"):
        shape["coef0"] = Real(0.0, 1.0)  # auto-sklearn: -1 to 1
    return shape


def _kernels(subject: Subject) -> dict[str, Any]:
    """Return a choice among kernels with what has an effect for each."""
    if subject.get("kernel", "rbf") not in KERNELS:
        return {}
    return {
        "kernel": Choice(KERNELS),  # mlr3tuningspaces: 4 kernels
        "gamma": When("kernel", HAVE_WIDTH, SCALED),
        "degree": When("kernel", "poly", (2, 5)),  # auto-sklearn
        "coef0": When("kernel", ["poly", "sigmoid"], Real(0.0, 1.0)),
    }


def _balance(subject: Subject) -> dict[str, Any]:
    return {"class_weight": Choice([None, "balanced"])}


def _classifier(subject: Subject) -> Preset:
    return Preset(
        core={"C": Strengths().present(subject), **_kernel(subject)},
        wide={**_kernels(subject), **Strengths().searched(subject), **_balance(subject)},
        good=(
            # learned by benchmarks/quality/portfolio.py
            {"C": 11.0, "gamma": _width(subject, 0.25)},
            {"C": 1.1, "gamma": _width(subject, 1.7)},
            {"C": 6.3, "gamma": _width(subject, 4.3)},
            {"C": 57.0, "gamma": _width(subject, 0.08)},
            {"C": 16.0, "gamma": _width(subject, 1.0)},  # Gijsbers et al. 2021
            {"C": 680.0, "gamma": 0.005},  # Probst, Boulesteix, Bischl 2019 (CC-BY)
            {"C": 0.1, "gamma": "scale"},
        ),
        anywhere=True,
    )


def _width(subject: Subject, factor: float) -> float | str:
    """Return a gamma in units of what "scale" stands for."""
    unit = subject.data.scale_of_gamma
    if unit is None and factor == 1.0:
        return "scale"
    return short(factor * (unit or 1.0 / SUPPOSED_FEATURES))


def _regressor(subject: Subject) -> Preset:
    unit = subject.data.spread
    # 1,030 rows: about 100 times the default's steps at 2^7, with gamma="scale" 20 times its
    # seconds; a polynomial of degree 5 takes 29 times as long at 1, 140 times at 8
    most = _within(2.0**16, subject, least=2.0**5, most=2.0**12)
    strengths = Strengths(unit, most, most_of_polynomials=1.0)
    return Preset(
        core={
            "C": strengths.present(subject),
            "epsilon": scaled(1e-3, 1.0, unit),  # auto-sklearn
            **_kernel(subject),
        },
        wide={**_kernels(subject), **strengths.searched(subject)},
        good=tuple(
            {"C": C * unit, "epsilon": epsilon * unit, "gamma": gamma}
            for C, epsilon, gamma in (
                # learned by benchmarks/quality/portfolio.py
                (34.0, 0.01, _width(subject, 0.2)),
                (1900.0, 0.28, _width(subject, 0.01)),
                (100.0, 0.015, _width(subject, 0.028)),
                (150.0, 0.04, _width(subject, 0.11)),
                (16.0, 0.1, _width(subject, 1.0)),  # Gijsbers et al. 2021
                (680.0, 0.1, 0.005),  # Probst, Boulesteix, Bischl 2019 (CC-BY)
            )
        ),
        anywhere=True,
    )


def _nu_classifier(subject: Subject) -> Preset:
    # a nu above twice the share of the rarer class cannot be fulfilled (Crisp, Burges 1999)
    share = subject.data.rarest_share
    most = 0.5 if share is None else min(0.95, 1.6 * share)
    return Preset(
        core={"nu": Real(min(0.01, most / 2), most), **_kernel(subject)},
        wide={**_kernels(subject), **_balance(subject)},
        good=({"nu": 0.2, "gamma": "scale"},),
    )


def _nu_regressor(subject: Subject) -> Preset:
    # with a large C or another kernel a fit takes far longer than that of SVR: 1,030 rows at 2^5
    # with gamma="scale" 64 times the default's, at 2^7 180 times
    unit = subject.data.spread
    most = _within(2.0**14, subject, least=2.0**4, most=2.0**7)
    return Preset(
        core={
            "nu": Real(0.05, 0.95),
            "C": Strengths(unit, most, most_of_polynomials=1.0).present(subject),
            **_kernel(subject),
        },
        good=({"C": 16.0 * unit, "gamma": "scale"},),
    )


def _linear_classifier(subject: Subject) -> Preset:
    wide = _balance(subject)
    if subject.get("penalty", "l2") == "l2" and subject.get("dual", "auto") == "auto":
        wide["loss"] = Choice(["squared_hinge", "hinge"])  # auto-sklearn
    return Preset(
        core={"C": log(1e-4, 1e3)},  # auto-sklearn: log(2^-5, 2^15)
        wide=wide,
        good=({"C": 0.01}, {"C": 0.1}),
    )


def _linear_regressor(subject: Subject) -> Preset:
    unit = short(subject.data.spread, 1)
    insensitive = from_zero(1e-3, 1.0).values
    losses = ["epsilon_insensitive", "squared_epsilon_insensitive"]
    is_free = subject.get("dual", "auto") == "auto"
    return Preset(
        core={
            "C": scaled(1e-4, 1e3, unit),
            "epsilon": [short(value * unit) for value in insensitive],  # auto-sklearn
        },
        wide={"loss": Choice(losses)} if is_free else {},
        good=({"C": 0.01 * unit},),
    )


def _covariances(subject: Subject) -> dict[str, Any]:
    """Return a choice among kernels, which are fitted to the data; None is one that is not."""
    from sklearn.gaussian_process.kernels import RBF, RationalQuadratic

    kernels = [None, 1.0 * RBF(), _rough(), 1.0 * RationalQuadratic()]
    return {"kernel": Choice(kernels)}  # Rasmussen, Williams 2006, section 4.2


@cache
def _rough() -> Any:
    """Return a kernel as rough as most of nature is, unlike RBF (Stein 1999, section 1.7)."""
    from sklearn.gaussian_process.kernels import Matern

    return 1.0 * Matern(nu=1.5)


def _process(subject: Subject) -> Preset:
    good = {"alpha": 1e-2, "normalize_y": True}
    return Preset(
        core={
            "alpha": log(1e-10, 1.0),  # auto-sklearn gaussian_process: log(1e-14, 1)
            "normalize_y": Choice([False, True]),
            **_covariances(subject),
        },
        good=({"kernel": _rough(), **good}, {"kernel": None, **good}),
    )


def _process_classifier(subject: Subject) -> Preset:
    return Preset(core=_covariances(subject), good=({"kernel": _rough()},))


PRESETS: Final[dict[str, Ready]] = {
    "SVC": _classifier,
    "SVR": _regressor,
    "NuSVC": _nu_classifier,
    "NuSVR": _nu_regressor,
    "LinearSVC": _linear_classifier,
    "LinearSVR": _linear_regressor,
    "GaussianProcessRegressor": _process,
    "GaussianProcessClassifier": _process_classifier,
}
