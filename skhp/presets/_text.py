"""Ready-made spaces of what makes numbers of texts."""

from __future__ import annotations

from typing import Any, Final

from ..space import Choice, Ordered, Real
from ._preset import Preset, Ready, Subject


def _spans(subject: Subject) -> Any:
    """Return lengths of n-grams, of words or of characters."""
    if subject.get("analyzer", "word") == "word":
        return Ordered([(1, 1), (1, 2), (1, 3)])
    if subject.get("analyzer", "word") in ("char", "char_wb"):
        return Ordered([(1, 2), (1, 3), (2, 4), (2, 5), (3, 5)])  # Cavnar, Trenkle 1994: 1 to 5
    return None


def _vocabulary(subject: Subject) -> dict[str, Any]:
    if subject.get("vocabulary", None) is not None:
        return {}
    n_fitted = subject.data.n_fitted
    # a word that is asked for in too many texts leaves nothing
    levels = [n for n in (1, 2, 3, 5, 10) if n == 1 or n_fitted is None or n <= n_fitted // 25]
    return {"min_df": Ordered(levels) if len(levels) > 1 else None}


def _commons(subject: Subject) -> dict[str, Any]:
    """Return what the wide size says about words that are everywhere."""
    if subject.get("vocabulary", None) is not None:
        return {}
    is_word = subject.get("analyzer", "word") == "word"
    return {
        "max_df": Real(0.5, 1.0),
        "stop_words": Choice([None, "english"]) if is_word else None,
    }


def _weights(subject: Subject) -> dict[str, Any]:
    return {"sublinear_tf": Choice([False, True]), "use_idf": Choice([True, False])}


def _counted(subject: Subject) -> Preset:
    return Preset(
        core={
            "ngram_range": _spans(subject),
            **_vocabulary(subject),
            "binary": Choice([False, True]),
        },
        wide=_commons(subject),
        good=({"ngram_range": (1, 2), "min_df": 2},),
    )


def _weighed(subject: Subject) -> Preset:
    return Preset(
        # Manning, Raghavan, Schuetze 2008, section 6.4: variants of tf-idf
        core={"ngram_range": _spans(subject), **_vocabulary(subject), **_weights(subject)},
        wide={**_commons(subject), "norm": Choice(["l2", "l1"])},
        good=({"ngram_range": (1, 2), "min_df": 2, "sublinear_tf": True},),
    )


def _transformer(subject: Subject) -> Preset:
    return Preset(
        core=_weights(subject),
        wide={"norm": Choice(["l2", "l1", None])},
        good=({"sublinear_tf": True},),
    )


def _hashed(subject: Subject) -> Preset:
    return Preset(
        core={"ngram_range": _spans(subject), "binary": Choice([False, True])},
        wide={
            "n_features": Ordered([2**power for power in (14, 16, 18, 20)]),
            "norm": Choice(["l2", "l1", None]),
        },
        good=({"ngram_range": (1, 2)},),
    )


PRESETS: Final[dict[str, Ready]] = {
    "CountVectorizer": _counted,
    "TfidfVectorizer": _weighed,
    "TfidfTransformer": _transformer,
    "HashingVectorizer": _hashed,
}
