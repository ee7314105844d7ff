"""Parameters that scikit-learn's trees round to a count of rows or features."""

from __future__ import annotations

import math
import numbers
from collections.abc import Collection, Sequence
from typing import Any, Final

from ..space._counted import Counted

__all__ = ["counted"]

TREES: Final = frozenset(
    f"{name}{kind}"
    for name in ("DecisionTree", "ExtraTree", "RandomForest", "ExtraTrees")
    for kind in ("Classifier", "Regressor")
)

KEEP_FEATURES: Final = frozenset(
    {"StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "QuantileTransformer"}
)


def counted(
    estimator: Any, names: Collection[str], *, n_features: int | None, sizes: Sequence[int]
) -> tuple[Counted, ...]:
    """Return what certain parameters come to, as scikit-learn's trees count.

    Parameters
    ----------
    estimator : estimator object
        A tree, a forest, or a pipeline that ends with one; others have none.
    names : collection of str
        All that is searched.
    n_features : int or None
        Columns of the data, None where they are not known.
    sizes : sequence of int
        Rows of all fits.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> model = DecisionTreeClassifier()
    >>> [share] = counted(model, ["max_features"], n_features=5, sizes=[100])
    >>> share.counts([0.3, 0.33, 0.4]).ravel()
    array([1., 1., 2.])
    """
    model, prefix = estimator, ""
    if _is_of_sklearn(estimator) and type(estimator).__name__ == "Pipeline":
        *before, (last, model) = estimator.steps
        prefix = f"{last}__"
        if last in names:
            return ()
        if not all(name not in names and _keeps_features(step) for name, step in before):
            n_features = None
    if not _is_of_sklearn(model) or type(model).__name__ not in TREES:
        return ()
    rows = tuple(sorted(set(sizes)))
    rules = {
        "min_samples_leaf": (_at_leaf, rows),
        "min_samples_split": (_at_split, rows),
        "max_depth": (_depth, rows),
        "max_leaf_nodes": (_leaves, rows),
    }
    if n_features:
        rules["max_features"] = (_features, (n_features,))
    return tuple(
        Counted(prefix + name, *rule) for name, rule in rules.items() if prefix + name in names
    )


def _is_of_sklearn(estimator: Any) -> bool:
    return type(estimator).__module__.startswith("sklearn.")


def _keeps_features(step: Any) -> bool:
    if step is None or isinstance(step, str):
        return True
    return _is_of_sklearn(step) and type(step).__name__ in KEEP_FEATURES


def _whole(value: Any) -> int | None:
    is_count = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    return int(value) if is_count and value > 0 else None


def _share(value: Any) -> bool:
    is_share = isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral)
    return is_share and float(value) > 0


def _at_leaf(value: Any, n: int) -> int | None:
    return math.ceil(value * n) if _share(value) else _whole(value)


def _at_split(value: Any, n: int) -> int | None:
    return max(2, math.ceil(value * n)) if _share(value) else _whole(value)


def _depth(value: Any, n: int) -> int | None:
    """A tree of n rows that ends with one row in each leaf has a depth of n - 1 at most."""
    deepest = max(n - 1, 1)
    if value is None:
        return deepest
    found = _whole(value)
    return None if found is None else min(found, deepest)


def _leaves(value: Any, n: int) -> int | None:
    """None grows trees in another order, which draws other features."""
    found = _whole(value)
    return None if found is None else min(found, n)


def _features(value: Any, n: int) -> int | None:
    if value is None:
        return n
    if isinstance(value, str):
        named = {"sqrt": math.sqrt, "log2": math.log2}
        return max(1, int(named[value](n))) if value in named else None
    return max(1, int(value * n)) if _share(value) else _whole(value)
