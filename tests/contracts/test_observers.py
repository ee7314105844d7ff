"""Every observer of the library keeps the laws of observers; they are found by themselves."""

import inspect
import threading

import pytest

import skhp.observers
from skhp.exceptions import MissingExtraError
from skhp.observers import (
    ForgetModels,
    Observer,
    OptunaStudy,
    SkoptCallbacks,
    TableFile,
    WeightsAndBiases,
)
from skhp.resources import Ladder, Resource
from skhp.testing import check_observer

MADE = {
    ForgetModels: lambda: ForgetModels(Resource("rows", Ladder((10, 20), (4, 2), 2, 2))),
    OptunaStudy: lambda: OptunaStudy(None),
    SkoptCallbacks: lambda: SkoptCallbacks(len),
    TableFile: lambda: TableFile("search.csv"),
    WeightsAndBiases: lambda: WeightsAndBiases(mode="offline"),
}
"""How to make an observer that needs arguments."""

FOUND = [
    kind
    for _, kind in inspect.getmembers(skhp.observers, inspect.isclass)
    if issubclass(kind, Observer) and kind is not Observer and not inspect.isabstract(kind)
]


@pytest.fixture(scope="module", autouse=True)
def elsewhere(tmp_path_factory):
    """A folder for what trackers write, in threads that may outlast a test."""
    folder = tmp_path_factory.mktemp("observers")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        yield


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.__name__)
def test_an_observer_keeps_the_laws(kind):
    try:
        check_observer(MADE.get(kind, kind))
    except MissingExtraError as error:
        pytest.skip(str(error))


def test_every_observer_of_the_folder_is_public():
    def below(kind):
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    written = {
        kind
        for kind in below(Observer)
        if kind.__module__.startswith("skhp.observers") and not inspect.isabstract(kind)
    }
    assert written == set(FOUND)


def test_an_object_that_is_no_observer_by_birth_may_keep_them():
    class Counts:
        n = 0

        def on_trial_end(self, history, trial):
            self.n += 1
            return False

    check_observer(Counts)


class Deaf:
    """Hears nothing."""


class Misspelt(Observer):
    def on_trial_ended(self, history, trial):
        """Is never called."""


class Short(Observer):
    def on_fold_end(self, trial):
        """Takes too little."""


class Meddling(Observer):
    def on_trial_end(self, history, trial):
        trial.params["C"] = 0.0


class Adding(Observer):
    def on_trial_end(self, history, trial):
        history.add({})


class Talkative(Observer):
    def on_trial_end(self, history, trial):
        return "well done"


class Confident(Observer):
    def on_search_end(self, history, reason):
        history.best.score  # noqa: B018


class Impatient(Observer):
    def on_trial_end(self, history, trial):
        {"complete": 1, "failed": 0}[trial.status]


class Forgetful(Observer):
    def on_search_start(self, history):
        self.seen = [] if not hasattr(self, "seen") else None

    def on_trial_end(self, history, trial):
        self.seen.append(trial)


class Locked(Observer):
    def __init__(self):
        self.lock = threading.Lock()


@pytest.mark.parametrize(
    ("kind", "law"),
    [
        (Deaf, "hears none of"),
        (Misspelt, "nothing calls on_trial_ended"),
        (Short, "on_fold_end is called with 3 arguments"),
        (Meddling, "on_trial_end changed the history"),
        (Adding, "on_trial_end changed the history"),
        (Talkative, "must return True, False or None"),
        (Confident, "on_search_end failed: AttributeError"),
        (Impatient, "on_trial_end failed: KeyError"),
        (Forgetful, "on_trial_end failed: AttributeError"),
        (Locked, "a search that is cloned copies its observers"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_broken_law_is_named(kind, law):
    with pytest.raises(AssertionError, match=law):
        check_observer(kind)


def test_a_class_is_no_observer():
    with pytest.raises(AssertionError, match="not a class"):
        check_observer(lambda: Deaf)
