"""A journal is gone on from only while the code that its results follow from is the same."""

from __future__ import annotations

import importlib
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn.metrics import make_scorer
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from skhp.exceptions import JournalWarning
from skhp.journal import Identity
from tests.search.searches import X, grid, y

MODULE = '''
"""A model and a scorer as users write them."""
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin

import things

OFFSET = 0.5
TABLE = {"a": 1.0, "b": [2, 3]}
FITS = []
SEEN = {}
WEIGHTS = np.arange(3.0)
N_CALLS = 0

def inner(share):
    return share + OFFSET

def clean(values):
    return inner(np.asarray(values).sum()) * things.FACTOR + things.turned(1.0)

def made(power):
    def made_inside(share, times=1):
        return share ** power * times
    return made_inside

squared = made(2)

def scorer(truth, guess):
    """Score."""
    global N_CALLS
    N_CALLS += 1
    SEEN[N_CALLS] = len(truth)
    return clean(truth == guess) + TABLE["a"] + squared(1.0) + WEIGHTS[0]

class Base(BaseEstimator):
    scale = 1.0
    n_fits = 0

    def __init__(self, C=1.0):
        self.C = C

    def prepared(self, X):
        return X * self.scale

class Model(ClassifierMixin, Base):
    def fit(self, X, y):
        """Learn."""
        Model.n_fits += 1
        FITS.append(1)
        self.classes_ = np.unique(y)
        self.mean_ = self.prepared(np.asarray(X)).mean()
        return self

    @property
    def half(self):
        return self.C / 2

    @staticmethod
    def flipped(values):
        return [not value for value in values]

    def predict(self, X):
        from lazily import late
        return np.full(len(X), self.classes_[late(len(self.classes_)) - 2])

class Other(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X
'''
THINGS = "FACTOR = 1.0\n\ndef turned(x):\n    return -x\n"
LAZILY = "def late(n):\n    return n\n"

Build = Callable[..., ModuleType]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Write the modules, with edits, and import them as a new process does."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def built(before: str = "", after: str = "") -> ModuleType:
        for name, text in {"users": MODULE, "things": THINGS, "lazily": LAZILY}.items():
            (tmp_path / f"{name}.py").write_text(text.replace(before, after) if before else text)
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        return importlib.import_module("users")

    yield built  # type: ignore[misc]
    for name in ("users", "things", "lazily"):
        sys.modules.pop(name, None)


def identity(users: Any, **more: Any) -> Identity:
    model = make_pipeline(users.Other(), users.Model())
    return Identity("s", {"estimator": model, "scoring": make_scorer(users.scorer), **more})


def test_code_that_is_only_moved_or_described_differently_is_the_same(build: Build):
    first = identity(build())
    for before, after in [
        ("import things", "\n\n# A comment.\nimport things"),
        ('"""Learn."""', '"""Learn from rows."""'),
        ('        """Learn."""\n', ""),
        ('    """Score."""\n', "    # Score.\n"),
        ("class Base", "class Unused:\n    pass\n\nclass Base"),
        ("FITS = []", "UNREAD = 1\nFITS = []"),
    ]:
        assert identity(build(before, after)).differs_from(first.fingerprints) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("len(truth)\n", "len(guess)\n", "the code of scorer changed"),
        ("return share + OFFSET", "return share - OFFSET", "the code of inner changed"),
        ("OFFSET = 0.5", "OFFSET = 0.25", "the value of OFFSET changed"),
        ('"b": [2, 3]', '"b": [2, 4]', "the value of TABLE changed"),
        ("np.arange(3.0)", "np.arange(4.0)", "the value of WEIGHTS changed"),
        ("made(2)", "made(3)", "the code of made_inside changed"),
        ("times=1", "times=2", "the code of made_inside changed"),
        ("X * self.scale", "X + self.scale", "the code of Base.prepared changed"),
        ("scale = 1.0", "scale = 2.0", "the value of Base.scale changed"),
        ("self.C / 2", "self.C / 4", "the code of Model.half changed"),
        ("not value for", "value for", "the code of Model.flipped changed"),
        ("np.unique(y)", "np.unique(y)[::-1]", "the code of Model.fit changed"),
        ("        return X\n", "        return -X\n", "the code of Other.transform changed"),
        (
            "ClassifierMixin, Base)",
            "ClassifierMixin, TransformerMixin, Base)",
            "the code of Model changed",
        ),
        ("FACTOR = 1.0", "FACTOR = 3.0", "the value of FACTOR changed"),
        ("return -x", "return x", "the code of turned changed"),
        ("return n\n", "return n + 0\n", "the code of the module lazily changed"),
    ],
)
def test_what_the_results_follow_from_is_named_when_it_changes(
    build: Build, before: str, after: str, said: str
):
    known = identity(build()).fingerprints
    assert said in identity(build(before, after)).told_from(known)


def test_what_code_leaves_behind_as_it_runs_makes_no_other_search(build: Build):
    users = build()
    before = identity(users)
    model = users.Model().fit(X, y)
    users.scorer(y, model.predict(X))
    assert users.FITS and users.N_CALLS and users.SEEN and users.Model.n_fits
    assert identity(users).differs_from(before.fingerprints) == []


def test_functions_that_use_each_other_have_an_end():
    def even(n: int) -> bool:
        return n == 0 or odd(n - 1)

    def odd(n: int) -> bool:
        return n != 0 and even(n - 1)

    names = Identity("s", {"f": even}).fingerprints
    assert sum(name.endswith((".even", ".odd")) for name in names) == 2


def test_a_changed_library_is_told_with_both_versions(
    build: Build, monkeypatch: pytest.MonkeyPatch
):
    known = identity(build()).fingerprints
    now = sklearn.__version__
    monkeypatch.setattr(sklearn, "__version__", "99.0")
    assert identity(build()).told_from(known) == f"scikit-learn {now} -> 99.0"


def test_packages_are_told_by_version_and_their_code_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    known: list[dict[str, str]] = []
    for version in ("1.0", "1.1"):
        text = f"__version__ = '{version}'\nclass Model:\n    def fit(self): return {version}\n"
        (folder / "boosts.py").write_text(text)
        importlib.invalidate_caches()
        now = Identity("s", {"model": importlib.import_module("boosts").Model()})
        known.append(now.fingerprints)
        del sys.modules["boosts"]
    assert now.told_from(known[0]) == "boosts 1.0 -> 1.1"


def test_another_version_of_python_is_not_told_as_a_change_of_all_code(build: Build):
    now = identity(build())
    known = {
        name: "3.10" if name == "version Python" else f"{value}0" if "code " in name else value
        for name, value in now.fingerprints.items()
    }
    assert now.told_from(known).startswith("Python 3.10 -> 3.")
    assert "code" not in now.told_from(known)


def test_what_belongs_to_another_part_is_not_told_beside_it(build: Build):
    users = build()
    known = Identity("s", {"estimator": SVC()}).fingerprints
    assert Identity("s", {"estimator": users.Model()}).told_from(known) == "with other estimator"


def test_data_bring_no_versions():
    pandas = pytest.importorskip("pandas")
    names = Identity("s", {"data": (np.ones(3), pandas.DataFrame({"a": [1]}))}).fingerprints
    assert sorted(names) == ["data", "version scikit-learn"]


def test_a_search_begins_anew_after_its_estimator_was_edited(build: Build, tmp_path: Path):
    path = tmp_path / "journal.db"

    def search(users: Any) -> Any:
        return grid(users.Model(), {"C": [1.0, 2.0]}, cv=2, journal=path, error_score="raise")

    search(build()).fit(X, y)
    edited = build("self.classes_[late", "self.classes_[::-1][late")
    with pytest.warns(JournalWarning, match=r"but the code of Model.predict changed\.") as caught:
        found = search(edited).fit(X, y)
    assert "To go on" in str(caught[0].message)
    assert edited.Model.n_fits > 1
    with warnings.catch_warnings():
        warnings.simplefilter("error", JournalWarning)
        for users in (build("import things", "# moved\nimport things"), edited):
            again = search(users).fit(X, y)
            assert users.Model.n_fits == (1 if users is not edited else edited.Model.n_fits)
    assert (
        again.cv_results_["mean_fit_time"].tolist() == found.cv_results_["mean_fit_time"].tolist()
    )


@pytest.mark.slow
def test_a_text_of_code_is_the_same_in_another_process(tmp_path: Path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
        from skhp.journal import Identity
        from sklearn.base import BaseEstimator
        NAMES = {"a", "b", "c"}
        class Model(BaseEstimator):
            def fit(self, X, y):
                return self if X in {"p", "q", "r"} and y in NAMES else None
        print(Identity("s", {"model": Model()}).fingerprint)
        """)
    )
    said = [
        subprocess.run(
            [sys.executable, str(script)],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1] != ""
