"""The laws of the loop, on simulated workers with durations drawn by lot."""

import pickle
import time
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skhp.exceptions import StrategyError
from skhp.history import Fold, History
from skhp.loop import Plan, run
from skhp.observers import Announcer
from skhp.racing import Racing
from skhp.space import Space
from skhp.stopping import NoImprovement, ScoreReached, StoppingRule, TimeBudget
from skhp.strategies import Bayes, Initial, Listed, Random, Strategy
from skhp.testing import SimulatedExecutor, ToyEvaluation

SPACE = Space.read({"x": (0.0, 1.0), "y": (0.0, 1.0)})
N_SPLITS = 5


def score(params, fold):
    rng = np.random.default_rng([int(params["x"] * 1e6), fold])
    return -((params["x"] - 0.3) ** 2) - (params["y"] - 0.7) ** 2 + rng.normal(scale=0.01)


def search(*, n_slots=1, luck=0, history=None, reproducible=True, **plan):
    """Run a search with durations that depend on `luck`; return its history and reason."""
    rng = np.random.default_rng(luck)
    executor = SimulatedExecutor(n_slots, duration=lambda task: rng.lognormal(sigma=1.0))
    if history is None:
        history = History(SPACE, n_splits=N_SPLITS, seed=7, reproducible=reproducible)
    plan = {"strategy": Random(), "n_iter": 16, "n_points": 4, **plan}
    reason = run(history, Plan(evaluation=ToyEvaluation(score), **plan), executor=executor)
    return history, reason


def story(history):
    """Return all that a search decided, without the times."""
    return [
        (trial.params, trial.status, [fold.index for fold in trial.folds], str(trial.mean))
        for trial in history
    ]


PLANS = {
    "random": {"strategy": Random()},
    "bayes": {"strategy": Bayes()},
    "bayes and racing": {"strategy": Bayes(), "racing": Racing()},
    "random and racing": {"strategy": Random(), "racing": Racing()},
    "stopping": {"strategy": Bayes(), "stopping": NoImprovement(3)},
    "stopping and racing": {"stopping": ScoreReached(-0.1), "racing": Racing()},
}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_reproducible_search_is_the_same_at_any_number_of_workers_and_any_luck(plan):
    expected, reason = search(n_slots=1, **plan)
    for n_slots, luck in ((2, 1), (2, 2), (5, 3), (16, 4)):
        history, same_reason = search(n_slots=n_slots, luck=luck, **plan)
        assert story(history) == story(expected)
        assert same_reason == reason


@pytest.mark.parametrize("reproducible", [True, False])
@pytest.mark.parametrize("n_slots", [1, 2, 7])
def test_every_trial_gets_all_its_folds_once(n_slots, reproducible):
    history, reason = search(n_slots=n_slots, strategy=Bayes(), reproducible=reproducible)
    assert reason == "n_iter reached"
    assert [trial.status for trial in history] == ["complete"] * 16
    assert all(len(trial.folds) == N_SPLITS for trial in history)


@pytest.mark.parametrize("n_done", [0, 1, 3, 12])
def test_a_search_that_goes_on_is_the_search_that_never_stopped(n_done):
    expected, _ = search(strategy=Bayes())
    history = History(SPACE, n_splits=N_SPLITS, seed=7)
    for trial in expected.trials[:n_done]:
        history.add(trial.params)
        for fold in trial.folds[: N_SPLITS - (trial.number == n_done - 1)]:
            history.record(trial.number, fold)
    search(history=history, strategy=Bayes(), n_slots=3)
    assert story(history) == story(expected)


def test_a_free_search_has_at_most_n_points_trials_under_way():
    most = []

    class Watch:
        def on_fold_end(self, history, trial, fold):
            most.append(len(history.pending))

    search(
        n_slots=8, strategy=Bayes(), n_points=3, reproducible=False, announcer=Announcer([Watch()])
    )
    assert max(most) <= 3


def test_a_trial_that_was_given_up_has_fewer_folds_and_is_never_the_best():
    history, _ = search(racing=Racing(), n_iter=60)
    assert history.stopped
    assert all(len(trial.folds) < N_SPLITS for trial in history.stopped)
    assert history.best.status == "complete"


def test_failed_folds_do_not_end_a_search():
    def sometimes(params, fold):
        if params["x"] > 0.5:
            raise ValueError("too much")
        return params["x"]

    history = History(SPACE, n_splits=N_SPLITS, seed=7)
    plan = Plan(Bayes(), ToyEvaluation(sometimes), n_iter=12)
    run(history, plan, executor=SimulatedExecutor(2, duration=lambda task: 1.0))
    assert len(history.failed) + len(history.complete) == 12
    assert all(trial.params["x"] > 0.5 for trial in history.failed)


def test_an_exhausted_space_ends_the_search_and_says_so():
    history = History(Space.read({"x": [1.0, 2.0, 3.0], "y": [0.0]}), n_splits=2)
    _, reason = search(history=history, strategy=Bayes(), n_slots=2)
    assert reason == "space exhausted"
    assert sorted(trial.params["x"] for trial in history) == [1.0, 2.0, 3.0]


def test_an_observer_that_asks_for_an_end_gets_it_at_once():
    class Enough:
        def on_trial_end(self, history, trial):
            return trial.number == 2

    history, reason = search(announcer=Announcer([Enough()]))
    assert reason == "stopped by Enough"
    assert len(history) == 3


def test_a_wish_at_the_start_ends_the_search_before_its_first_trial():
    class NotToday:
        def on_search_start(self, history):
            return True

    history, reason = search(announcer=Announcer([NotToday()]))
    assert (reason, len(history)) == ("stopped by NotToday", 0)


def test_a_wish_of_numpy_s_is_one_too():
    class Enough:
        def on_trial_end(self, history, trial):
            return np.float64(trial.number) >= 2

    history, reason = search(announcer=Announcer([Enough()]))
    assert (reason, len(history)) == ("stopped by Enough", 3)


@dataclass(frozen=True)
class AfterTrials(StoppingRule):
    """Holds after so many trials."""

    n: int

    def reason_to_stop(self, history):
        return "enough trials" if len(history) - len(history.pending) >= self.n else None


class EndsAt:
    """An observer that asks for an end when a trial is decided."""

    def __init__(self, number):
        self.number = number
        self.n_told = 0

    def on_trial_end(self, history, trial):
        self.n_told += 1
        return trial.number == self.number


def test_a_wish_for_an_end_at_once_stands_above_a_rule_that_has_spoken():
    patient, reason = search(stopping=AfterTrials(1))
    assert (reason, len(patient.complete)) == ("enough trials", 4)
    observer = EndsAt(1)
    history, reason = search(stopping=AfterTrials(1), announcer=Announcer([observer]))
    assert reason == "stopped by EndsAt"
    assert observer.n_told == len(history.complete) == 2


def test_a_wish_for_an_end_at_once_stands_above_an_exhausted_space():
    history = History(Space.read({"x": [1.0, 2.0, 3.0], "y": [0.0]}), n_splits=2)
    observer = EndsAt(0)
    _, reason = search(history=history, n_slots=16, announcer=Announcer([observer]))
    assert len(history) == 3
    assert reason == "stopped by EndsAt"
    assert observer.n_told < 3


def test_the_first_of_two_wishes_is_the_reason():
    class Also(EndsAt):
        pass

    _, reason = search(announcer=Announcer([EndsAt(1), Also(1)]))
    assert reason == "stopped by EndsAt"


class Noted:
    """An observer that notes what it is told of the end."""

    def __init__(self):
        self.reasons = []

    def on_search_end(self, history, reason):
        self.reasons.append(reason)


@pytest.mark.parametrize("n_good", [0, 2])
def test_an_error_that_ends_a_search_is_told_and_says_what_is_kept(n_good):
    def breaks(params, fold):
        if len(history) > n_good:
            raise OSError("the file of the data has gone")
        return 1.0

    history, observer = History(SPACE, n_splits=N_SPLITS), Noted()
    plan = Plan(Random(), ToyEvaluation(breaks), n_iter=9, announcer=Announcer([observer]))
    with pytest.raises(OSError, match="has gone") as caught:
        run(history, plan, executor=SimulatedExecutor(1, duration=lambda task: 1.0))
    assert observer.reasons == ["ended by OSError"]
    assert len(history.complete) == n_good
    notes = getattr(caught.value, "__notes__", [])
    assert [(": 2." in note, "history_" in note) for note in notes] == [(True, True)] * (n_good > 0)


class Says(Strategy):
    """Proposes well twice, and then whatever it is told to."""

    def __init__(self, what, awaits=None):
        self.what = what
        self.n_awaited = awaits

    def awaits(self, history, n_points):
        if self.n_awaited is None or len(history) < 2:
            return super().awaits(history, n_points)
        return self.n_awaited

    def propose(self, history, n):
        return Random().propose(history, 1) if len(history) < 2 else self.what


GOOD = {"x": 0.5, "y": 0.5}

WRONG = {
    "nothing": (None, "must return a list of dicts, got None"),
    "a dict": (GOOD, "must return a list of dicts"),
    "no dicts": ([0.5], r"must return a list of dicts, got \[0.5\]"),
    "too many": ([GOOD, {"x": 0.1, "y": 0.1}], "returned 2 params where 1 were wanted"),
    "a value outside": ([{"x": 5.0, "y": 0.5}], "'x' is 5.0"),
    "a name unknown": ([{**GOOD, "z": 1}], r"unknown or not active here: \['z'\]"),
    "a name missing": ([{"x": 0.5}], "'y' is missing"),
}


@pytest.mark.parametrize(("what", "complaint"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("n_slots", [1, 3])
def test_params_that_no_search_can_run_are_refused_by_name(what, complaint, n_slots):
    history = History(SPACE, n_splits=N_SPLITS, seed=7)
    with pytest.raises(StrategyError, match=rf"^Says\.propose .*{complaint}"):
        search(history=history, strategy=Says(what), n_slots=n_slots)
    assert len(history) == 2


def test_the_strategy_that_is_handed_over_to_is_the_one_that_is_named():
    with pytest.raises(StrategyError, match=r"^Says\.propose "):
        search(strategy=Initial([GOOD], Says([0.5])))


def test_params_against_a_constraint_are_refused():
    space = Space.read({"x": (0.0, 1.0), "y": (0.0, 1.0)}, constraints=[lambda p: p["x"] <= p["y"]])
    history = History(space, n_splits=2, seed=7)
    with pytest.raises(StrategyError, match="against the constraints"):
        search(history=history, strategy=Says([{"x": 0.9, "y": 0.1}]))
    assert len(history) == 2
    search(history=history, strategy=Bayes())
    assert len(history.complete) == 16


def test_a_list_of_the_search_s_own_is_run_as_it_stands():
    history, _ = search(strategy=Listed([GOOD, {"x": 5.0, "y": 0.5}]), n_iter=2)
    assert len(history.complete) == 2


@pytest.mark.parametrize("awaits", [5, 2.5, float("inf"), None, "all"])
@pytest.mark.parametrize("n_slots", [1, 3])
def test_awaiting_what_will_never_be_there_is_refused(awaits, n_slots):
    strategy = Says([GOOD], "never" if awaits is None else awaits)
    with pytest.raises(StrategyError, match=r"^Says\.awaits returned .* there are 2 trials"):
        search(strategy=strategy, n_slots=n_slots)


def test_params_that_are_proposed_again_are_run_again():
    history, reason = search(strategy=Says([GOOD]), n_iter=6)
    assert reason == "n_iter reached"
    assert [trial.params for trial in history.complete][2:] == [GOOD] * 4
    history.n_expected = None
    search(history=history, strategy=Bayes(), n_iter=9)
    assert len(history.complete) == 9


def test_how_long_a_search_lasts_does_not_depend_on_a_clock_that_is_set(monkeypatch):
    history = History(SPACE, since=time.monotonic() - 100)
    monkeypatch.setattr(time, "time", lambda: history.started - 3600)
    assert history.elapsed >= 100
    assert TimeBudget(60).reason_to_stop(history) is not None
    _, reason = search(history=history, max_time=60.0)
    assert reason == "max_time reached"


def test_fits_that_seem_to_take_less_than_no_time_do_not_prolong_a_search():
    history = History(SPACE, since=time.monotonic() - 100)
    _, reason = search(history=history, max_time=60.0, reserve=lambda history: -3600.0)
    assert reason == "max_time reached"


def test_a_history_that_is_loaded_has_lasted_as_long_as_when_it_was_saved():
    history = History(SPACE, since=time.monotonic() - 100)
    loaded = pickle.loads(pickle.dumps(history))
    assert history.elapsed >= loaded.elapsed >= 100
    assert loaded.started == history.started


def test_an_interrupt_keeps_what_is_there():
    def press_ctrl_c(params, fold):
        if len(history) == 4 and fold == 2:
            raise KeyboardInterrupt
        return 1.0

    history = History(SPACE, n_splits=N_SPLITS)
    plan = Plan(Random(), ToyEvaluation(press_ctrl_c), n_iter=10)
    reason = run(history, plan, executor=SimulatedExecutor(1, duration=lambda task: 1.0))
    assert reason == "interrupted"
    assert [trial.status for trial in history] == ["complete"] * 3 + ["pending"]
    assert len(history[3].folds) == 2


def test_a_view_hides_what_a_proposal_must_not_know():
    history = History(SPACE, n_splits=1)
    for number in range(6):
        history.add({"x": number / 6, "y": 0.0})
        history.record(number, Fold(0, {"score": 1.0}))
    view = history.seen_by(6, 4)
    assert [trial.status for trial in view] == ["complete"] * 3 + ["pending"] * 3
    assert [trial.status for trial in history] == ["complete"] * 6
    assert [len(history.seen_by(4, n_points)) for n_points in (0, 1, 9)] == [4, 4, 4]


class Watched(SimulatedExecutor):
    """Notes the order of the tasks, and whether those under way ever took more than all slots."""

    def __init__(self, n_slots, **settings):
        super().__init__(n_slots, **settings)
        self.widths = {}
        self.takes_too_much = False
        self.order = []

    def submit(self, task):
        self.order.extend((request.number, request.fold) for request in task.args)
        self.widths[task.key] = task.width
        n_allowed = max(self.n_slots, len(self.widths))  # those that wait take nothing
        self.takes_too_much |= sum(self.widths.values()) > n_allowed
        super().submit(task)

    def wait(self, timeout=None):
        outcomes = super().wait(timeout)
        for outcome in outcomes:
            del self.widths[outcome.task.key]
        return outcomes


@pytest.mark.parametrize("n_iter", [3, 30])
def test_at_the_end_of_a_search_the_longest_come_first(n_iter):
    seconds = {0: 9.0, 1: 1.0, 2: 9.0}

    def taken(request):
        return seconds.get(request.number, 9.0)

    executor = Watched(2, duration=lambda task: sum(map(taken, task.args)))
    evaluation = ToyEvaluation(lambda params, fold: 0.0, taken)
    history = History(SPACE, n_splits=6, seed=7)
    run(history, Plan(Random(), evaluation, n_iter=n_iter), executor=executor)
    last_of_short, first_of_next = executor.order.index((1, 5)), executor.order.index((2, 0))
    assert (first_of_next < last_of_short) == (n_iter == 3)


@given(
    n_slots=st.integers(1, 20),
    n_splits=st.integers(1, 5),
    n_iter=st.integers(1, 6),
    strategy=st.sampled_from([Random(), Bayes()]),
)
@settings(max_examples=30, deadline=None)
def test_tasks_under_way_never_take_more_than_all_slots(n_slots, n_splits, n_iter, strategy):
    executor = Watched(n_slots, duration=lambda task: 1.0 + task.key % 3)
    history = History(SPACE, n_splits=n_splits, seed=7)
    run(history, Plan(strategy, ToyEvaluation(score), n_iter=n_iter), executor=executor)
    assert not executor.takes_too_much


class LosesBatches(Watched):
    """Loses every task of several requests."""

    def wait(self, timeout=None):
        return [
            replace(outcome, status="lost") if len(outcome.task.args) > 1 else outcome
            for outcome in super().wait(timeout)
        ]


class TimesOut(SimulatedExecutor):
    """Ends each fit as one over its limit."""

    def wait(self, timeout=None):
        return [replace(outcome, status="timeout") for outcome in super().wait(timeout)]


@pytest.mark.parametrize("strategy", [Bayes(), Random()], ids=["waits", "runs ahead"])
def test_a_fit_over_its_limit_took_the_time_it_was_given_where_that_is_known(strategy):
    history = History(SPACE, n_splits=2, seed=7)
    plan = Plan(strategy, ToyEvaluation(score), n_iter=3)
    run(history, plan, executor=TimesOut(1, duration=lambda task: 1.0))
    is_known = strategy.adaptive
    for fold in (fold for trial in history for fold in trial.folds):
        assert fold.fit_time == (fold.ended - fold.started if is_known else 0.0)


@pytest.mark.parametrize("n_slots", [2, 3, 8])
def test_requests_that_were_lost_together_share_the_slots_when_they_run_again(n_slots):
    # The batches are the last to end, and nothing else is left then.
    executor = LosesBatches(n_slots, duration=lambda task: float(len(task.args) > 1) * task.key)
    history = History(SPACE, n_splits=5, seed=7)
    evaluation = ToyEvaluation(score, lambda request: 1e-4)
    run(history, Plan(Random(), evaluation, n_iter=40), executor=executor)
    assert len(history.complete) == 40
    assert not executor.takes_too_much


def test_the_only_fit_of_a_search_has_all_cores():
    executor = Watched(8, duration=lambda task: 1.0)
    history = History(SPACE, n_splits=1)
    evaluation = ToyEvaluation(lambda params, fold: float(executor.widths[0]))
    run(history, Plan(Random(), evaluation, n_iter=1), executor=executor)
    assert history[0].score == 8
