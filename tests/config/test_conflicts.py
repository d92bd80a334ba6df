"""Pairs of options that cannot mean anything together: the table is walked, and each pair is refused."""

import importlib
import pkgutil

import pytest

import signalcli.config
from shell import run
from signalcli.config.base import Config
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.conflicts.table import CONFLICTS
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.option import settings_of
from signalcli.config.saving import SaveConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import UsageError


def config_classes():
    """Every config, by name."""
    for module in pkgutil.iter_modules(signalcli.config.__path__):
        importlib.import_module(f"signalcli.config.{module.name}")
    found, waiting = {}, [Config]
    while waiting:
        kind = waiting.pop()
        found[kind.__name__] = kind
        waiting.extend(kind.__subclasses__())
    return found


CLASSES = config_classes()
FORBIDDING = [c for c in CONFLICTS if c.forbids]


def name(conflict):
    return f"{conflict.option} {conflict.other} {conflict.example}"


def flag(path):
    owner, name = path.split(".")
    return next(s.flags[0] for s in settings_of(CLASSES[owner]) if s.name == name)


def make(conflict, example):
    """Check a pair of values as the command line would: both in one config, or in two of one verb."""
    fields = {}
    for path, value in zip((conflict.option, conflict.other), example, strict=True):
        owner, name = path.split(".")
        fields.setdefault(owner, {})[name] = value
    fields[conflict.option.split(".")[0]] |= conflict.beside
    fields |= {owner: fields.get(owner, {}) for owner in conflict.owners}
    refuse_conflicts(
        *(CLASSES[owner](**values) for owner, values in fields.items()),
        verb=conflict.verbs[0] if conflict.verbs else "",
    )


def default(path):
    owner, name = path.split(".")
    return getattr(CLASSES[owner](), name)


@pytest.mark.parametrize("conflict", CONFLICTS, ids=map(name, CONFLICTS))
def test_each_pair_is_refused_by_the_flag_of_its_first_option(conflict):
    with pytest.raises(UsageError, match=f"^{flag(conflict.option)}") as caught:
        make(conflict, conflict.example)
    assert caught.value.code == "OPTION-VALUE"
    assert "must be " in caught.value.message


@pytest.mark.parametrize("conflict", FORBIDDING, ids=map(name, FORBIDDING))
def test_each_option_may_be_left_out(conflict):
    make(conflict, (default(conflict.option), conflict.example[1]))


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_the_defaults_of_all_configs_are_in_no_conflict(kind):
    refuse_conflicts(kind(), SaveConfig(), FitConfig(), verb="run")


def test_a_saved_model_is_one_model():
    with pytest.raises(UsageError, match="--save model: must be used with one --model, not more"):
        refuse_conflicts(SaveConfig(save="model"), FitConfig(models=("tree", "ar")))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--cv combinatorial --holdout 2024-01-01 --open-holdout", "--open-holdout: must be left out with"),
        ("--cv combinatorial --max-train 100", "--max-train 100: must be left out with --cv combinatorial"),
        ("--cv rolling --test-groups 3", "--test-groups 3: must be left out unless --cv is combinatorial"),
    ],
)
def test_a_conflict_at_the_shell_names_the_way_out(options, said):
    assert said in run(f"folds {options}", "symbol,date\n", 2).stderr


def test_what_belongs_together_is_accepted():
    assert FoldConfig(cv="combinatorial", holdout="2024-01-01", embargo=3, test_groups=3).gap == 0
    assert FoldConfig(3, cv="rolling", max_train=50, holdout="2024-01-01", open_holdout=True).folds == 3
    assert TradingRule(sizing="kelly", kelly=0.3).stops is False


@pytest.mark.parametrize("verb", ["features", "run --source -"])
def test_parameters_of_sets_that_are_not_built_are_refused_at_the_shell(verb):
    said = "--windows 7: must be used with --sets rolling or volatility"
    assert said in run(f"{verb} --sets lags --windows 7", "symbol,date\n", 2).stderr
    assert FeatureConfig(sets=("lags",), windows=(7,)).windows == (7,)
