"""Ready-made spaces of naive Bayes."""

from __future__ import annotations

from typing import Final

from ..space import Choice
from ._preset import Preset, Ready, Subject
from ._scales import log


def _gaussian(subject: Subject) -> Preset:
    return Preset(core={"var_smoothing": log(1e-12, 1.0)}, good=({"var_smoothing": 1e-3},))


def _counting(subject: Subject) -> Preset:
    is_complement = subject.name == "ComplementNB"
    return Preset(
        core={
            "alpha": log(1e-2, 100.0),  # auto-sklearn bernoulli_nb and multinomial_nb
            "norm": Choice([False, True]) if is_complement else None,  # Rennie et al. 2003
            # a complement has no use for the share of a class
            "fit_prior": None if is_complement else Choice([True, False]),  # auto-sklearn
        },
        good=({"alpha": 0.1}, {"alpha": 0.01}),
    )


PRESETS: Final[dict[str, Ready]] = {
    "GaussianNB": _gaussian,
    "BernoulliNB": _counting,
    "MultinomialNB": _counting,
    "ComplementNB": _counting,
    "CategoricalNB": _counting,
}
