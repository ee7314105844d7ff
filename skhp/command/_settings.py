"""What the user asked for on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """The arguments of ``tune``, as its ``--help`` explains them."""

    data: Path
    target: str
    estimator: str | None
    out: Path
    max_time: float | None
    n_iter: int
    scoring: str | None
    cv: int
    n_jobs: int
    seed: int
    drop: Sequence[str]
    keep: Sequence[str]
    separator: str
    format: str

    @property
    def model(self) -> Path:
        """Where the fitted pipeline is saved."""
        return self.out / f"model.{self.format}"

    @property
    def journal(self) -> Path:
        """Where the search writes what it has tried."""
        return self.out / "journal.sqlite"
