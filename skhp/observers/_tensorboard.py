"""Writes a search as files that TensorBoard's tab HParams shows."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..exceptions import MissingExtraError
from ..history import History, Trial
from ._records import metrics_of, outcome_of, params_of, span_of
from ._tracker import Fitted, Log, Tracker

__all__ = ["TensorBoard"]


class TensorBoard(Tracker):
    """Logs a search for TensorBoard: a table and parallel coordinates in its tab HParams.

    Each trial is a session with its params, mean scores, fold scores as a series, and status.
    Neither TensorFlow nor PyTorch is needed. Look at it with ``tensorboard --logdir runs``.

    Parameters
    ----------
    folder : str or Path
        Each search gets a folder of its own in it, named by its start.
    name : str, optional
        Of that folder instead.

    Raises
    ------
    MissingExtraError
        If TensorBoard is not installed.

    Examples
    --------
    >>> from skhp import GridSearchCV
    >>> GridSearchCV(SVC(), {"C": [1, 10]}, observers=[TensorBoard("runs")])  # doctest: +SKIP
    """

    def __init__(self, folder: str | os.PathLike[str] = "runs", *, name: str | None = None) -> None:
        self.folder = folder
        self.name = name
        try:
            import tensorboard.plugins.hparams.summary_v2  # noqa: F401
        except ModuleNotFoundError as error:
            raise MissingExtraError("tensorboard", "tensorboard") from error

    def opener(self, history: History) -> Callable[[], Log]:
        begun = time.strftime("search-%Y%m%d-%H%M%S", time.localtime(history.started))
        folder = Path(self.folder, self.name or begun).absolute()
        return lambda: _TensorBoardLog(folder, history)


@dataclass
class _TensorBoardLog(Log):
    """The folder of one search."""

    folder: Path
    history: History

    def __post_init__(self) -> None:
        from tensorboard.plugins.hparams import summary_v2

        params = [summary_v2.HParam(name) for name in _names(self.history.space)]
        metrics = [
            summary_v2.Metric(f"mean_test_{self.history.metric}"),
            summary_v2.Metric("mean_fit_time"),
        ]
        with _event_file(self.folder) as write:
            write(self.history.started, summary_v2.hparams_config_pb(params, metrics))

    def add(self, trial: Trial) -> None:
        from tensorboard.plugins.hparams import summary_v2

        start, end = span_of(trial, self.history)
        name = f"trial-{trial.number:03d}"
        params = {
            key: "None" if value is None else value for key, value in params_of(trial).items()
        }
        with _event_file(self.folder / name) as write:
            write(start, summary_v2.hparams_pb(params, trial_id=name, start_time_secs=start))
            for tag, value in metrics_of(trial).items():
                write(end, _scalar(tag, value), 0)
            for fold in trial.folds:
                for metric, score in fold.test_scores.items():
                    write(end, _scalar(f"fold_test_{metric}", float(score)), fold.index)
            write(end, _end_of_session(outcome_of(trial) == "complete", end))

    def conclude(self, fitted: Fitted) -> None:
        """Show the scores of the trials one after the other."""
        with _event_file(self.folder) as write:
            for trial in self.history.complete:
                _, end = span_of(trial, self.history)
                write(end, _scalar(f"mean_test_{self.history.metric}", trial.score), trial.number)

    def fail(self, error: BaseException) -> None:
        """Leave it as it is: every trial is there."""


def _names(space: Any) -> Iterable[str]:
    return () if space is None else dict.fromkeys(name for name in space.names if name)


@contextmanager
def _event_file(folder: Path) -> Iterator[Callable[..., None]]:
    """Open a new file of events; yield what writes a summary with its time and step."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.summary.writer.record_writer import RecordWriter

    folder.mkdir(parents=True, exist_ok=True)
    stamp = f"{time.time():.6f}.{socket.gethostname()}.{os.getpid()}"
    with (folder / f"events.out.tfevents.{stamp}").open("wb") as file:
        records = RecordWriter(file)
        records.write(
            Event(wall_time=time.time(), file_version="brain.Event:2").SerializeToString()
        )

        def write(wall_time: float, summary: Any, step: int = 0) -> None:
            event = Event(wall_time=wall_time, step=step, summary=summary)
            records.write(event.SerializeToString())

        yield write


def _scalar(tag: str, value: float) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Summary(value=[Summary.Value(tag=tag, simple_value=value)])


def _end_of_session(is_success: bool, end: float) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2

    state = api_pb2.STATUS_SUCCESS if is_success else api_pb2.STATUS_FAILURE
    info = plugin_data_pb2.SessionEndInfo(status=state, end_time_secs=end)
    data = plugin_data_pb2.HParamsPluginData(session_end_info=info)
    value = Summary.Value(
        tag=metadata.SESSION_END_INFO_TAG, metadata=metadata.create_summary_metadata(data)
    )
    return Summary(value=[value])
