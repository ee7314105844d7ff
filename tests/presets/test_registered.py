"""A class of one's own can bring a ready-made space, and it works as those of the library do."""

import pickle

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhp import BayesSearchCV
from skhp.exceptions import SettingError, SpaceError
from skhp.presets import known_good, register, space_for
from skhp.space import Choice, Constrained, Derived, Ordered, Real, Space, When
from tests.presets.subjects import ROWS, TARGETS

CLASSES = TARGETS["two classes"]


class Nearest(ClassifierMixin, BaseEstimator):
    """Predicts the class of the nearest centre."""

    def __init__(self, shrink=0.1, kind="mean", power=2, mixed=None, base=None):
        self.shrink = shrink
        self.kind = kind
        self.power = power
        self.mixed = mixed
        self.base = base

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.centres_ = np.array([X[y == one].mean(axis=0) for one in self.classes_])
        return self

    def predict(self, X):
        distance = ((X[:, None] - (1 - self.shrink) * self.centres_) ** self.power).sum(axis=2)
        return self.classes_[distance.argmin(axis=1)]


@pytest.fixture
def kind():
    """A class of its own for each test, as registrations hold for the process."""

    class Own(Nearest):
        pass

    return Own


def test_a_plain_space_is_found_like_one_of_the_library(kind):
    register(kind, {"shrink": (0.0, 1.0), "kind": ["mean", "median"]}, good=[{"shrink": 0.5}])
    assert set(space_for(kind())) == {"shrink", "kind"}
    assert known_good(kind()) == [
        {"shrink": 0.1, "kind": "mean"},
        {"shrink": 0.5, "kind": "mean"},
    ]


def test_a_function_is_given_the_estimator_and_its_data(kind):
    @register(kind)
    def space(estimator, data):
        top = 1.0 / estimator.power
        return {"shrink": (0.0, top + data.n_samples)}, [{"shrink": top}]

    assert space_for(kind(power=4), X=ROWS)["shrink"].high == 0.25 + len(ROWS)
    assert known_good(kind(power=4), X=ROWS)[1] == {"shrink": 0.25}


def test_a_name_is_enough_where_the_class_is_not_to_be_imported(kind):
    kind.__name__ = "NobodyElseIsCalledThis"
    register("NobodyElseIsCalledThis", {"shrink": (0.0, 1.0)})
    assert set(space_for(kind())) == {"shrink"}


def test_the_class_comes_before_its_name_and_the_later_before_the_earlier(kind):
    kind.__name__ = "NorThis"
    register(kind, {"shrink": (0.0, 1.0)})
    register(kind, {"power": [2, 4]})
    register("NorThis", {"kind": ["mean", "median"]})
    assert set(space_for(kind())) == {"power"}


def test_a_class_can_bring_its_space_itself(kind):
    kind.__skhp_space__ = lambda self, data: ({"shrink": (0.0, 1.0)}, [{"shrink": 0.2}])
    assert set(space_for(kind())) == {"shrink"}
    assert {"shrink": 0.2} in known_good(kind())
    register(kind, {"power": [2, 4]})
    assert set(space_for(kind())) == {"power"}


def test_a_class_that_inherits_has_the_space_unless_it_has_its_own(kind):
    class Heir(kind):
        pass

    class Stubborn(kind):
        def __skhp_space__(self, data):
            return {"power": [2, 4]}

    register(kind, {"shrink": (0.0, 1.0)})
    assert set(space_for(Heir())) == {"shrink"}
    assert set(space_for(Stubborn())) == {"power"}


def test_what_the_library_knows_of_a_class_can_be_replaced():
    class Stiff(Ridge):
        pass

    before = space_for(Stiff())
    register(Stiff, {"alpha": (1.0, 1e5, "log-uniform")})
    assert space_for(Stiff()) != before
    assert space_for(Ridge()) == before


def test_all_that_ties_parameters_to_each_other_works_inside_a_pipeline(kind):
    register(
        kind,
        {
            "kind": ["mean", "median"],
            "shrink": [When("kind", "mean", (0.0, 0.5)), When("kind", "median", (0.5, 1.0))],
            "power": Derived(lambda params: 2 if params["kind"] == "mean" else 4),
        },
    )
    model = make_pipeline(StandardScaler(), kind(shrink=0.5))
    space = Space.read(space_for(model))
    for params in space.decode(space.sample(20, np.random.default_rng(0))):
        tuned = clone(model).set_params(**params).named_steps["own"]
        assert (tuned.shrink <= 0.5) == (tuned.kind == "mean") == (tuned.power == 2)


def test_what_an_estimator_holds_can_be_spoken_for(kind):
    register(kind, {"base__C": (10.0, 20.0)})
    space = space_for(kind(base=SVC(C=15.0)))
    assert space["base__C"] == Real(10.0, 20.0)
    assert "base__gamma" in space, "what is not spoken for is looked up"
    assert known_good(kind(base=SVC(C=30.0)))[0]["base__C"] == 30.0


def test_present_values_are_put_among_weighted_choices(kind):
    register(kind, {"kind": Choice(["a", "b"], [1, 3]), "power": Ordered([1, 4], [1, 3])})
    space = space_for(kind())
    assert space["kind"] == Choice(["a", "b", "mean"], [1, 3, 2])
    assert space["power"] == Ordered([1, 2, 4], [1, 2, 3])


def test_a_step_may_come_with_its_own_sub_space(kind):
    register(kind, {"base": Choice({SVC(): {"C": (0.1, 10.0)}, Ridge(): {"alpha": (0.1, 1.0)}})})
    names = Space.read(space_for(make_pipeline(kind()))).names
    assert names == ("own__base", "own__base__C", "own__base__alpha")


def test_a_search_finds_it_at_every_place(kind):
    register(kind, {"shrink": (0.0, 1.0), "power": [2, 4]})
    model = VotingClassifier([("a", kind()), ("b", make_pipeline(StandardScaler(), SVC()))])
    search = BayesSearchCV(model, n_iter=3, cv=2, random_state=0).fit(ROWS, CLASSES)
    assert {"a__shrink", "a__power", "b__svc__C", "b__svc__gamma"} == set(search.best_params_)


def test_a_ready_made_space_with_derived_parameters_can_be_pickled():
    from operator import itemgetter

    class_space = {"shrink": (0.0, 1.0), "power": Derived(itemgetter("shrink"))}
    register("PicklableNearest", class_space)
    kind = type("PicklableNearest", (Nearest,), {})
    space = Space.read(space_for(make_pipeline(StandardScaler(), kind())))
    again = pickle.loads(pickle.dumps(space))
    point = np.array([[0.5]])
    assert again.decode(point) == space.decode(point)
    assert again.decode(point)[0]["picklablenearest__power"] == 0.5


@pytest.mark.parametrize(
    ("space", "complaint"),
    [
        ({"shrnk": (0.0, 1.0)}, "'shrnk'.*no parameter.*shrink"),
        ({"shrink": "many"}, "registered for Own cannot be read.*'shrink'"),
        ({"base": {"C": [1, 2]}}, "'base__C'"),
        (lambda estimator, data: Constrained({"shrink": (0.0, 1.0)}), "must be a dict"),
        (lambda estimator, data: None, "must be a dict"),
        (lambda estimator, data: ({"shrink": (0.0, 1.0)}, [3]), "no dict: 3"),
        (lambda estimator, data: ({"shrink": (0.0, 1.0)}, [{"skrink": 1.0}]), "'skrink'"),
    ],
)
def test_a_space_that_cannot_be_used_is_named_with_its_class(kind, space, complaint):
    register(kind, space)
    with pytest.raises(SpaceError, match=complaint):
        space_for(make_pipeline(StandardScaler(), kind()))


@pytest.mark.parametrize(
    "wrong", [(Nearest(), {"shrink": (0.0, 1.0)}), (Nearest, 3), (Nearest, [{"shrink": [1]}])]
)
def test_what_is_no_class_or_no_space_is_refused_at_once(wrong):
    with pytest.raises(SettingError, match="ready-made space"):
        register(*wrong)


def test_good_params_beside_a_function_are_refused():
    with pytest.raises(SettingError, match="known good params"):
        register(Nearest, lambda estimator, data: {}, good=[{"shrink": 0.1}])


def test_an_unknown_model_is_told_how_to_bring_a_space():
    with pytest.raises(SpaceError, match=r"skhp\.presets\.register\(Nearest, \{\.\.\.\}\)"):
        space_for(make_pipeline(StandardScaler(), Nearest()))
