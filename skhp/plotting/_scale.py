"""Where the values of a parameter lie on an axis: numbers, labels, or both."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Scale", "short", "short_names"]

GAP = 0.2
"""Between the numbers and the labels of an axis that has both, as a share of the numbers."""

MOST_LABELS = 12
"""More are not written beside one axis."""

LOG_RATIO = 50.0
"""Numbers above zero that span more than this, and crowd at the low end, are drawn by log."""


def short(value: Any, width: int = 18) -> str:
    """Return a value as a short text of one line."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, type):
        return value.__name__
    text = " ".join((value if isinstance(value, str) else repr(value)).split())
    return text if len(text) <= width else f"{text[: width - 3]}..."


def short_names(names: Sequence[str], width: int = 22) -> dict[str, str]:
    """Return what is written for each parameter: the part after the last step if that is clear."""
    tails = [name.rsplit("__", 1)[-1] for name in names]
    labels = [
        tail if tails.count(tail) == 1 else name for name, tail in zip(names, tails, strict=True)
    ]
    return {
        name: label if len(label) <= width else f"...{label[3 - width :]}"
        for name, label in zip(names, labels, strict=True)
    }


@dataclass(frozen=True)
class Scale:
    """The axis of one parameter.

    Parameters
    ----------
    low, high : float
        Of the numbers; NaN where there are none.
    is_log : bool
        Whether the numbers are drawn by their logarithm.
    labels : tuple of str
        What is no number, in order.
    whole : bool
        Whether all numbers are whole.

    Examples
    --------
    >>> scale = Scale.of(["scale", 0.1, 10.0, None])
    >>> scale.labels
    ('scale', 'None')
    >>> scale.positions(["scale", 0.1]).round(2).tolist()
    [1.2, 0.0]
    """

    low: float
    high: float
    is_log: bool
    labels: tuple[str, ...]
    whole: bool

    @classmethod
    def of(cls, values: Sequence[Any], dimension: Any = None) -> Scale:
        """Return the axis on which all these values lie.

        Parameters
        ----------
        values : sequence
            Those where the parameter is active.
        dimension : Dimension, optional
            Says whether the scale is logarithmic, and in which order choices are.
        """
        found = np.array([float(value) for value in values if _is_number(value)])
        found = found[np.isfinite(found)]
        others = dict.fromkeys(short(one) for one in values if not _is_number(one))
        known = [short(one) for one in getattr(dimension, "values", ()) if not _is_number(one)]
        labels = [one for one in known if one in others] or list(others)
        low, high = (found.min(), found.max()) if len(found) else (math.nan, math.nan)
        stated = getattr(getattr(dimension, "dimension", dimension), "log", None)
        is_log = bool(len(found) and low > 0 and (_crowds(found) if stated is None else stated))
        return cls(
            float(low), float(high), is_log, tuple(labels), bool((found == found.round()).all())
        )

    @property
    def has_numbers(self) -> bool:
        """Whether any value is a number."""
        return not math.isnan(self.low)

    def positions(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return where values lie: (n,), numbers as themselves unless there are labels beside."""
        return np.array([self._position(value) for value in values], dtype=float)

    def _position(self, value: Any) -> float:
        if not _is_number(value):
            label = short(value)
            index = self.labels.index(label) if label in self.labels else math.nan
            return 1.0 + GAP * (index + 1) if self.has_numbers else index
        return self._share(float(value)) if self.labels else float(value)

    def _share(self, number: float) -> float:
        """Return where between the lowest number and the highest one lies, 0 to 1."""
        if self.low == self.high:
            return 0.5
        if self.is_log:
            return math.log(number / self.low) / math.log(self.high / self.low)
        return (number - self.low) / (self.high - self.low)

    def unit(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return where values lie between the ends of the axis: (n,), each from 0 to 1."""
        if not self.labels:
            return np.array([self._share(float(value)) for value in values])
        return self._raised(self.positions(values))

    def _raised(self, positions: Any) -> NDArray[np.float64]:
        """Return positions on an axis with labels as shares of its length."""
        top = 1.0 + GAP * len(self.labels) if self.has_numbers else len(self.labels) - 1
        shares = np.asarray(positions, dtype=float)
        return shares / top if top else shares + 0.5

    def unit_ticks(self) -> list[tuple[float, str]]:
        """Return a few marks of the axis as `unit` lays them."""
        if self.labels:
            places, texts = zip(*self.ticks(), strict=True)
            return list(zip(self._raised(places).tolist(), texts, strict=True))
        if self.low == self.high:
            return [(0.5, f"{self.low:.3g}")]
        middle = math.sqrt(self.low * self.high) if self.is_log else (self.low + self.high) / 2
        marks = [(0.0, self.low), (0.5, middle), (1.0, self.high)]
        return [(place, f"{number:.3g}") for place, number in marks]

    def ticks(self) -> list[tuple[float, str]]:
        """Return positions and texts of a few marks of an axis with labels."""
        ends = [self.low, self.high] if self.has_numbers else []
        marks = [(self._position(one), f"{one:.3g}") for one in dict.fromkeys(ends)]
        step = math.ceil(len(self.labels) / MOST_LABELS)
        first, gap = (1.0 + GAP, GAP) if self.has_numbers else (0.0, 1.0)
        return marks + [(first + gap * k, self.labels[k]) for k in range(0, len(self.labels), step)]

    def dress(self, ax: Any, which: str) -> None:
        """Set the scale and the marks of an axis.

        Parameters
        ----------
        ax : matplotlib Axes
            Whose axis.
        which : {"x", "y"}
            Of the two.
        """
        axis = getattr(ax, f"{which}axis")
        if self.labels:
            places, texts = zip(*self.ticks(), strict=True)
            getattr(ax, f"set_{which}ticks")(places, texts)
            if which == "x" and max(map(len, texts)) * len(texts) > 14:
                ax.tick_params(axis="x", rotation=40)
                for label in axis.get_ticklabels():
                    label.set(ha="right", rotation_mode="anchor")
        elif self.is_log:
            getattr(ax, f"set_{which}scale")("log")
            _thin_log(axis, self.low, self.high)
        else:
            from matplotlib.ticker import MaxNLocator

            axis.set_major_locator(MaxNLocator(4, integer=self.whole, min_n_ticks=1))


def _thin_log(axis: Any, low: float, high: float) -> None:
    """Write at most about four marks, also where there is less than a power of ten."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    if high / low < 30:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=5))
        axis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:.3g}"))
    else:
        axis.set_major_locator(LogLocator(numticks=4))
    axis.set_minor_formatter(NullFormatter())


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)


def _crowds(found: NDArray[np.float64]) -> bool:
    low, high = found.min(), found.max()
    return bool(high / low >= LOG_RATIO and np.median(found) < low + 0.25 * (high - low))
