"""What trackers share: one thread of this process writes what they are told, so that fits go on."""

from __future__ import annotations

import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, Final

from .._sklearn import BaseSearchCV
from ..history import History, Trial
from ._base import Observer

__all__ = ["Fitted", "Log", "Tracker", "Writer"]

PATIENCE: Final = 60.0
"""Seconds without a sign from a tracker after which ``fit`` returns without it."""


@dataclass(frozen=True)
class Fitted:
    """What ``fit`` made.

    Parameters
    ----------
    history : History
        Of the search.
    search : BaseSearchCV
        With its fitted attributes.
    X, y : array-like
        What it was fitted to.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV
    >>> tree = DecisionTreeClassifier(random_state=0)
    >>> search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}).fit(*load_iris(return_X_y=True))
    >>> Fitted(search.history_, search, *load_iris(return_X_y=True)).title
    'GridSearchCV of DecisionTreeClassifier'
    """

    history: History
    search: BaseSearchCV
    X: Any
    y: Any

    @property
    def title(self) -> str:
        """The kind of search and what it tuned, such as ``BayesSearchCV of SVC``."""
        return f"{type(self.search).__name__} of {type(self.search.estimator).__name__}"

    def report_in(self, folder: str) -> Path | None:
        """Write the page of the search into a folder; None where nothing can draw its pictures."""
        if find_spec("matplotlib") is None or not hasattr(self.search, "report"):
            return None
        path: Path = self.search.report(Path(folder, "search.html"))
        return path


class Log(ABC):
    """What a tracker writes to during one search; used by one thread at a time.

    Examples
    --------
    >>> class Lines(Log):
    ...     def add(self, trial):
    ...         print(trial.params)
    ...     def conclude(self, fitted):
    ...         print(fitted.title)
    ...     def fail(self, error):
    ...         print(error)
    >>> Lines().fail(ValueError("no rows"))
    no rows
    """

    @abstractmethod
    def add(self, trial: Trial) -> None:
        """Write a trial that has ended."""

    @abstractmethod
    def conclude(self, fitted: Fitted) -> None:
        """Write what came of the search, and close."""

    @abstractmethod
    def fail(self, error: BaseException) -> None:
        """Write that the search ended by an error, and close."""


class Tracker(Observer, ABC):
    """An observer that writes to another program's log; everything but that is done here.

    Each trial is handed to a thread when it ends. What that thread raises is raised here the next
    time something happens, which makes one warning, and the tracker steps aside.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV
    >>> class Rows(Log):
    ...     def __init__(self, rows):
    ...         self.rows = rows
    ...     def add(self, trial):
    ...         self.rows.append(trial.params)
    ...     def conclude(self, fitted):
    ...         self.rows.append(fitted.title)
    ...     def fail(self, error):
    ...         self.rows.append(str(error))
    >>> class Notebook(Tracker):
    ...     def __init__(self):
    ...         self.rows = []
    ...     def opener(self, history):
    ...         return lambda: Rows(self.rows)
    >>> notebook = Notebook()
    >>> tree = DecisionTreeClassifier(random_state=0)
    >>> search = GridSearchCV(tree, {"max_depth": [1, 2]}, observers=[notebook])
    >>> search = search.fit(*load_iris(return_X_y=True))
    >>> notebook.rows
    [{'max_depth': 1}, {'max_depth': 2}, 'GridSearchCV of DecisionTreeClassifier']
    """

    _writer: Writer | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_writer"}

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.__getstate__().items())
        return f"{type(self).__name__}({settings})"

    @abstractmethod
    def opener(self, history: History) -> Callable[[], Log]:
        """Return what opens the log of a search.

        Parameters
        ----------
        history : History
            Of the search that begins.

        Returns
        -------
        callable
            Without arguments; called in the thread that writes.
        """

    def on_search_start(self, history: History) -> None:
        """Begin a log; trials that a search goes on from are written first."""
        self._writer = Writer(self.opener(history))
        for trial in history:
            if trial.status != "pending":
                self._writer.put(trial)

    def on_trial_end(self, history: History, trial: Trial) -> None:
        if self._writer is not None:
            self._writer.put(trial)

    def on_fit_end(self, history: History, search: BaseSearchCV, X: Any, y: Any) -> None:
        """Write trials that were cut short, and what came of the search."""
        if self._writer is None:
            return
        for trial in history.pending:
            if trial.folds:
                self._writer.put(trial)
        self._closed().conclude(Fitted(history, search, X, y))

    def on_fit_error(self, history: History, error: BaseException) -> None:
        if self._writer is not None:
            self._closed().fail(error)

    def _closed(self) -> Log:
        assert self._writer is not None
        writer, self._writer = self._writer, None
        return writer.finish(PATIENCE)


@dataclass
class _Desk:
    """What the thread and its owner share."""

    trials: SimpleQueue[Trial | None] = field(default_factory=SimpleQueue)
    sign: Event = field(default_factory=Event)
    log: Log | None = None
    error: Exception | None = None


class Writer:
    """A thread that opens a log and writes trials to it.

    Parameters
    ----------
    opened : callable
        Opens the log, in the thread.
    """

    def __init__(self, opened: Callable[[], Log]) -> None:
        self._desk = _Desk()
        self._thread = Thread(target=_write, args=(self._desk, opened), daemon=True)
        self._thread.start()
        # a search that ends without a word must not leave the thread waiting for ever
        weakref.finalize(self, self._desk.trials.put, None)

    def put(self, trial: Trial) -> None:
        """Have a trial written, without waiting; raises what went wrong with an earlier one."""
        if self._desk.error is not None:
            raise self._desk.error
        self._desk.trials.put(trial)

    def finish(self, patience: float) -> Log:
        """Wait until everything is written, and return the log.

        Parameters
        ----------
        patience : float
            Seconds to wait without a sign of progress.

        Raises
        ------
        TimeoutError
            If there is none, or the user presses Ctrl-C.
        Exception
            What the log raised.
        """
        desk = self._desk
        desk.trials.put(None)
        try:
            while self._thread.is_alive():
                if not desk.sign.wait(patience):
                    raise TimeoutError(f"Nothing was written for {patience:g} seconds.")
                desk.sign.clear()
                self._thread.join(0.001)
        except KeyboardInterrupt as interrupt:
            raise TimeoutError("Interrupted before everything was written.") from interrupt
        if desk.error is not None:
            raise desk.error
        assert desk.log is not None
        return desk.log


def _write(desk: _Desk, opened: Callable[[], Log]) -> None:
    try:
        desk.log = opened()
        while (trial := desk.trials.get()) is not None:
            desk.log.add(trial)
            desk.sign.set()
    except Exception as error:
        desk.error = error
    finally:
        desk.sign.set()
