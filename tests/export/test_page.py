"""The report of a search is one file that says all of it, and loads nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from importlib.abc import MetaPathFinder
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV as TheirGridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skhp import (
    BayesSearchCV,
    GridSearchCV,
    HalvingRandomSearchCV,
    HalvingSearchCV,
    RandomizedSearchCV,
)
from skhp.exceptions import MissingExtraError, SettingError
from skhp.export import write_report

X, y = load_iris(return_X_y=True)
TREE = DecisionTreeClassifier(random_state=0)
SPACE = {"max_depth": (1, 6), "min_samples_leaf": (1, 20)}
GRID = {"max_depth": [1, 2, 3]}
HOSTILE = "<script>alert('&')</script>"


class Careless(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Fails for some values, with whatever text."""

    def __init__(self, kind: str = "a", depth: float = 1.0) -> None:
        self.kind = kind
        self.depth = depth

    def fit(self, X: Any, y: Any) -> Careless:
        if self.kind == HOSTILE:
            raise ValueError(f"no {HOSTILE}")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])


SEARCHES = {
    "grid": lambda: GridSearchCV(TREE, GRID, cv=3),
    "several metrics": lambda: GridSearchCV(
        TREE, GRID, cv=3, scoring=["accuracy", "f1_macro"], refit="f1_macro"
    ),
    "failures": lambda: GridSearchCV(Careless(), {"kind": ["a", HOSTILE], "depth": [1.0]}, cv=3),
    "racing": lambda: BayesSearchCV(TREE, SPACE, n_iter=8, cv=4, racing=True, random_state=0),
    "halving": lambda: HalvingSearchCV(TREE, SPACE, cv=3, random_state=0),
    "ensemble": lambda: RandomizedSearchCV(
        TREE, {"max_depth": [1, 2, 3], "max_features": [1, 2, 3, 4]}, cv=3, refit="ensemble"
    ).set_params(random_state=0),
    "scikit-learn's halving": lambda: HalvingRandomSearchCV(
        TREE, {"max_depth": [1, 2, 3], "max_features": [1, 2, 3, 4]}, cv=3, random_state=0
    ),
    "no refit": lambda: GridSearchCV(TREE, GRID, cv=3, refit=False),
}


class Read(HTMLParser):
    """What a page has: what it loads, its pictures, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.pictures: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.loads += [named[name] for name in ("src", "href") if name in named]
        if tag == "img":
            self.pictures.append(named["alt"])

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in ("grid", "failures") else pytest.mark.slow)
        for name in SEARCHES
    ],
)
def test_a_report_says_all_and_loads_nothing(name: str, tmp_path: Any):
    search = SEARCHES[name]().fit(X, y)
    page = Read(search.report(tmp_path / "search.html").read_text(encoding="utf-8"))
    assert page.loads and all(source.startswith("data:image/png") for source in page.loads)
    assert "script" not in page.tags and "link" not in page.tags
    for parameter in search.best_params_:
        assert parameter in page.text
    assert search.stop_reason_ in page.text
    assert ("Ensemble" in page.pictures) == (name == "ensemble")
    assert ("Rungs" in page.pictures) == ("halving" in name)
    assert plt.get_fignums() == []


@pytest.mark.filterwarnings("ignore")
def test_texts_of_the_user_are_shown_as_they_are(tmp_path: Any):
    search = SEARCHES["failures"]().fit(X, y)
    page = Read(search.report(tmp_path / "search.html").read_text(encoding="utf-8"))
    assert f"ValueError: no {HOSTILE}" in page.text


MAKES = {
    "a tree": SEARCHES["grid"],
    "a pipeline": lambda: GridSearchCV(
        make_pipeline(StandardScaler(), TREE),
        {
            "standardscaler": [StandardScaler(with_mean=False), MinMaxScaler()],
            "decisiontreeclassifier__max_depth": np.array([2, 3]),
            "decisiontreeclassifier__ccp_alpha": np.array([0.0, 0.001]),
        },
        cv=3,
    ),
    "one inside another": lambda: GridSearchCV(
        BaggingClassifier(TREE, n_estimators=2, random_state=0), {"max_samples": [0.5, 1.0]}, cv=3
    ),
}


def plain_params(estimator: Any) -> dict[str, Any]:
    params = estimator.get_params()
    return {
        name: value
        for name, value in params.items()
        if np.ndim(value) == 0 and not hasattr(value, "get_params")
    }


@pytest.mark.parametrize("name", MAKES)
def test_its_lines_make_the_estimator(name: str, tmp_path: Any):
    search = MAKES[name]().fit(X, y)
    page = Read(search.report(tmp_path / "search.html").read_text(encoding="utf-8"))
    code = re.search(r"from \S+ import .*set_params\(.*?\}\)", page.text, re.DOTALL)
    assert code is not None
    made: dict[str, Any] = {}
    exec(code[0], made)
    assert plain_params(made["estimator"]) == plain_params(search.best_estimator_)


def test_what_has_nothing_to_report_is_refused(tmp_path: Any):
    with pytest.raises(NotFittedError, match="nothing to report"):
        SEARCHES["grid"]().report(tmp_path / "search.html")
    with pytest.raises(SettingError, match="a search of skhp, got GridSearchCV"):
        write_report(TheirGridSearchCV(TREE, GRID), tmp_path / "search.html")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("package", ["pandas", "matplotlib"])
def test_what_is_not_installed_is_done_without_or_named(
    package: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
):
    search = SEARCHES["grid"]().fit(X, y)
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)

    class Absent(MetaPathFinder):
        def find_spec(self, name: str, path: Any, target: Any = None) -> None:
            if name.split(".")[0] == package:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(sys, "meta_path", [Absent(), *sys.meta_path])
    if package == "matplotlib":
        with pytest.raises(MissingExtraError, match=r"skhp\[plots\]"):
            search.report(tmp_path / "search.html")
        assert not list(tmp_path.iterdir())
    else:
        assert "max_depth" in search.report(tmp_path / "search.html").read_text(encoding="utf-8")


BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no browser")
@pytest.mark.parametrize("width", [400, 1000])
def test_a_browser_shows_it_at_any_width(width: int, tmp_path: Any):
    path = SEARCHES["grid"]().fit(X, y).report(tmp_path / "search.html")
    picture = tmp_path / "page.png"
    subprocess.run(
        [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},1600"]
        + [f"--screenshot={picture}", f"--user-data-dir={tmp_path / 'browser'}", path.as_uri()],
        check=True,
        capture_output=True,
        timeout=300,
    )
    shown = plt.imread(picture)
    assert shown.shape[1] == width
    assert len(np.unique(shown.reshape(-1, shown.shape[2]), axis=0)) > 50
