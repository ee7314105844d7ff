"""Reads the command line, and turns errors of the user into one sentence."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..exceptions import SkhpError
from ._report import report_saved
from ._settings import Settings
from ._tune import tune

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry a command out.

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands behind ``python -m skhp``; that of this process if None.

    Returns
    -------
    int
        0, or 2 if something is wrong with what the user asked for.

    Examples
    --------
    >>> from skhp.command import main
    >>> main(["tune", "not_there.csv", "--target", "y"])
    2
    """
    given = vars(_parser().parse_args(arguments))
    carry_out = given.pop("carry_out")
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        try:
            carry_out(**given)
        except SkhpError as error:
            print(f"skhp: {' '.join(str(error).split())}", file=sys.stderr)
            return 2
    return 0


def _show_warning(message: Any, category: type[Warning], *where: Any, **more: Any) -> None:
    """Leave out the line of code: none is the user's."""
    print(f"{category.__name__}: {message}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m skhp", description="Tune models for tables.")
    commands = parser.add_subparsers(required=True, metavar="{tune,report}")
    _add_tune(commands)
    _add_report(commands)
    return parser


def _add_report(commands: Any) -> None:
    report = commands.add_parser(
        "report",
        help="write a page about a search that was saved",
        description="Write one HTML file with the tables and pictures of a search. Loading a "
        "search runs what is in its file: take only those of people you trust.",
    )
    report.add_argument("search", type=Path, help="what tune has saved as search.joblib")
    report.add_argument("--out", type=Path, help="the page; report.html beside the search if left")
    report.set_defaults(carry_out=report_saved)


def _add_tune(commands: Any) -> None:
    parser = commands.add_parser(
        "tune",
        help="search the best hyper-parameters of a model for a table",
        description="Prepare the columns of a table, search the best hyper-parameters of a model "
        "for it, and save what came of it. The same command goes on where an earlier one ended.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.set_defaults(carry_out=lambda **given: tune(Settings(**given)))
    add = parser.add_argument
    add("data", type=Path, help="a CSV or Parquet file, one row for each thing to predict")
    add("--target", required=True, help="the column that is to be predicted")
    add(
        "--estimator",
        help="class of the model, such as sklearn.ensemble.RandomForestClassifier; "
        "without one, gradient boosted trees",
    )
    add("--out", type=Path, default=Path("result"), help="the folder for what is found")
    add("--max-time", type=_positive, help="seconds after which the search ends")
    add("--n-iter", type=int, default=50, help="candidates to try")
    add("--scoring", help="what is made as high as possible, by the names of scikit-learn")
    add("--cv", type=int, default=5, help="folds of cross-validation")
    add("--n-jobs", type=int, default=-1, help="fits at once; -1 for all cores")
    add("--seed", type=int, default=0, help="the same seed, the same search")
    add("--drop", nargs="+", default=[], metavar="COLUMN", help="columns to leave out")
    add("--keep", nargs="+", default=[], metavar="COLUMN", help="columns to use in any case")
    add("--separator", default=",", help="what stands between the values of a CSV file")
    add("--format", choices=["joblib", "skops"], default="joblib", help="of the saved model")


def _positive(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError(f"must be positive, got {text}")
    return seconds
