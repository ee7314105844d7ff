"""The names people may rely on, pinned: a change here is a change of the contract."""

import importlib
import pkgutil
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

import skhp

ROOT = Path(__file__).resolve().parent.parent
ASSEMBLY = {
    "skhp.defaults",
    "skhp.early_stopping",
    "skhp.evaluation",
    "skhp.loop",
    "skhp.objectives",
    "skhp.predicted",
    "skhp.resources",
    "skhp.reuse",
    "skhp.submodels",
}
"""Read by contributors, not relied on by users."""

PUBLIC: dict[str, list[str]] = {
    "skhp": [
        "BayesSearchCV",
        "Choice",
        "EarlyStopping",
        "Fold",
        "GridSearchCV",
        "HalvingGridSearchCV",
        "HalvingRandomSearchCV",
        "HalvingSearchCV",
        "History",
        "Integer",
        "Layers",
        "Ordered",
        "RandomizedSearchCV",
        "Real",
        "Space",
        "Trial",
        "When",
        "ends_on_sigterm",
        "exceptions",
        "nested_cross_validate",
        "show_versions",
    ],
    "skhp.acquisition": [
        "Acquisition",
        "Landscape",
        "LogExpectedImprovement",
        "LogHypervolumeImprovement",
        "Maximiser",
        "ProbabilityOfImprovement",
        "UpperConfidenceBound",
        "hypervolume",
        "non_dominated",
    ],
    "skhp.designs": ["sobol", "uniform"],
    "skhp.exceptions": [
        "JournalError",
        "JournalWarning",
        "MissingExtraError",
        "ObserverWarning",
        "ProposalWarning",
        "SearchInterruptedWarning",
        "SettingError",
        "SkhpError",
        "SkhpWarning",
        "SpaceError",
        "SpaceExhaustedWarning",
        "StrategyError",
        "StrategyNotice",
        "WorkerWarning",
    ],
    "skhp.executors": [
        "DaskExecutor",
        "Executor",
        "JoblibExecutor",
        "Limits",
        "LokyExecutor",
        "Outcome",
        "ProcessExecutor",
        "RayExecutor",
        "SequentialExecutor",
        "SharedCall",
        "ShippedCall",
        "Task",
        "executor_for",
    ],
    "skhp.command": ["main"],
    "skhp.export": ["to_optuna", "write_report"],
    "skhp.history": ["Fold", "History", "Predictions", "Trial"],
    "skhp.journal": ["Identity", "Journal", "StoredTrial", "fingerprint"],
    "skhp.observed": [
        "Observations",
        "Unseen",
        "coordinates",
        "durations",
        "estimated_means",
        "fold_effects",
        "masked",
        "observe",
        "standard_error",
    ],
    "skhp.nested": [
        "NestedResult",
        "OuterFold",
        "corrected_interval",
        "nested_cross_validate",
    ],
    "skhp.observers": [
        "Announcer",
        "Console",
        "Fitted",
        "ForgetModels",
        "Log",
        "MLflow",
        "Observer",
        "OptunaStudy",
        "Progress",
        "SkoptCallbacks",
        "TableFile",
        "TensorBoard",
        "Tracker",
        "WeightsAndBiases",
        "optimize_results",
        "read_observers",
    ],
    "skhp.plotting": [
        "ContourDisplay",
        "ConvergenceDisplay",
        "DistributionDisplay",
        "EnsembleDisplay",
        "FoldScoresDisplay",
        "HeatMapDisplay",
        "ImportanceDisplay",
        "NestedDisplay",
        "ParallelCoordinatesDisplay",
        "ParamsByTimeDisplay",
        "ParetoDisplay",
        "RaceDisplay",
        "ResourceCurveDisplay",
        "RungsDisplay",
        "ScoreDependenceDisplay",
        "SliceDisplay",
        "TimelineDisplay",
        "draw_overview",
    ],
    "skhp.presets": ["Data", "known_good", "register", "space_for"],
    "skhp.racing": ["Racing", "RacingRule"],
    "skhp.report": ["ENGINES", "Leaderboard", "frame_of", "leaderboard_of", "panel_of"],
    "skhp.results": [
        "AsScikitLearn",
        "AveragedClassifier",
        "AveragedRegressor",
        "Choice",
        "Dependence",
        "Ensemble",
        "EnsembleMembers",
        "EnsemblePool",
        "Finalist",
        "Finalists",
        "Finished",
        "Gathered",
        "HonestScore",
        "MemberFit",
        "OneStandardError",
        "OutOfFold",
        "Pareto",
        "RungTable",
        "SELECTIONS",
        "ScoreSurface",
        "Selection",
        "Table",
        "TrainRanks",
        "TrialTable",
        "bootstrapped_score",
        "corrected_for_luck",
        "corrected_score",
        "dependence",
        "fitted_members",
        "gathered",
        "metric_names",
        "seconds_of_finals",
        "seconds_of_full_refit",
        "seconds_of_refit",
        "seconds_of_refits",
        "tabulated",
        "voting_of",
    ],
    "skhp.search": [
        "BayesSearchCV",
        "GridSearchCV",
        "HalvingGridSearchCV",
        "HalvingRandomSearchCV",
        "HalvingSearchCV",
        "RandomizedSearchCV",
    ],
    "skhp.space": [
        "Choice",
        "Column",
        "Constrained",
        "Derived",
        "Dimension",
        "Distribution",
        "Either",
        "Fixed",
        "Integer",
        "Lattice",
        "Layers",
        "Ordered",
        "Parameter",
        "Plain",
        "Real",
        "Relation",
        "Space",
        "When",
        "assemble",
        "closest",
        "label_of",
        "without_labels",
    ],
    "skhp.stopping": [
        "AllOf",
        "AnyOf",
        "NoImprovement",
        "RegretBound",
        "ScoreReached",
        "StoppingRule",
        "TimeBudget",
    ],
    "skhp.strategies": [
        "Bayes",
        "FrugalBayes",
        "Grid",
        "Initial",
        "Listed",
        "Optuna",
        "ParetoBayes",
        "Random",
        "Skopt",
        "Strategy",
        "SuccessiveHalving",
    ],
    "skhp.surrogates": [
        "Columns",
        "Forest",
        "ForestPosterior",
        "GaussianProcess",
        "GaussianProcessPosterior",
        "OutputTransform",
        "Posterior",
        "ScoreModel",
        "Slopes",
        "Surrogate",
    ],
    "skhp.testing": [
        "Errand",
        "SimulatedExecutor",
        "ToyEvaluation",
        "check_acquisition",
        "check_display",
        "check_executor",
        "check_observer",
        "check_preset",
        "check_racing_rule",
        "check_stopping_rule",
        "check_strategy",
        "check_surrogate",
        "play",
        "run_tasks",
    ],
}


def public_modules() -> set[str]:
    found = {f"skhp.{module.name}" for module in pkgutil.iter_modules(skhp.__path__)}
    return {"skhp", *(name for name in found if "._" not in name)} - ASSEMBLY


def names_in_reference() -> dict[str, set[str]]:
    """Names by module, as docs/api.rst and docs/internals.rst list them."""
    listed: defaultdict[str, set[str]] = defaultdict(set)
    module = ""
    pages = [ROOT / "docs" / name for name in ("api.rst", "internals.rst")]
    for line in "\n".join(page.read_text(encoding="utf-8") for page in pages).splitlines():
        if line.startswith(".. currentmodule:: "):
            module = line.removeprefix(".. currentmodule:: ")
        elif re.fullmatch(r"   \w+", line):
            listed[module].add(line.strip())
    return dict(listed)


def test_every_public_module_is_pinned():
    assert public_modules() == set(PUBLIC)


@pytest.mark.parametrize("module", PUBLIC)
def test_a_module_exports_exactly_these_names(module: str):
    assert sorted(importlib.import_module(module).__all__) == PUBLIC[module]


@pytest.mark.parametrize("module", PUBLIC)
def test_every_exported_name_exists(module: str):
    imported = importlib.import_module(module)
    assert [name for name in imported.__all__ if not hasattr(imported, name)] == []


def test_every_public_name_is_in_the_reference():
    reference = set().union(*names_in_reference().values())
    modules = {module.rpartition(".")[2] for module in PUBLIC}
    exported = set().union(*PUBLIC.values()) - modules
    assert reference == exported


def test_the_version_is_the_same_everywhere():
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    version = metadata["project"]["version"]
    assert skhp.__version__ == version
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
