"""One fuzzed case: a command line, what is piped in, and the files that it reads."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

from signalcli.cli.commands import load
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.importance import ImportanceConfig
from signalcli.config.job import CONFIGS as IN_JOBS
from signalcli.config.join import JoinConfig
from signalcli.config.option import Setting, settings_of
from signalcli.config.panel import PanelConfig
from signalcli.config.quality import QualityConfig
from signalcli.config.reliability import ReliabilityConfig
from signalcli.config.resample import ResampleConfig
from signalcli.config.statistics import StatisticsConfig
from signalcli.config.tuning import TuneConfig
from tests.fuzz.case import Case, Tables
from tests.fuzz.makers import evaluation, pipeline, production
from tests.fuzz.values import WORDS

# Every way to make a case, with the verb it is for.
MAKERS = [
    pair
    for makers in (pipeline.MAKERS, evaluation.MAKERS, production.MAKERS, production.WATCH)
    for pair in makers.items()
]
# Left out: what writes elsewhere, reaches the network, starts processes or imports code by name.
UNTOUCHED = {
    "output",
    "returns",
    "trades",
    "save",
    "append",
    "ledger",
    "drift",
    "plot",
    "report",
    "save_spec",
    "store",
    "jobs",
    "source",
    "plugins",
    "plugin",
    "debug",
    "update",
    "bars",
    "model_folder",
    "spec",
    "timeout",
    "seeds",
    "verbose",
    "predictions",
    "best",
    "history",
    "holdings",
    "cache",
    "cluster",
    "notify",
    "retry",
    "rollback",
    "network",
    "imports",
    "through",
    "self_test",
    "trust",
    "wait",
    "gradients",
    "metrics_file",
}
CONFIGS = (
    *IN_JOBS,
    ComparisonConfig,
    QualityConfig,
    TuneConfig,
    ImportanceConfig,
    JoinConfig,
    PanelConfig,
    ReliabilityConfig,
    ResampleConfig,
    StatisticsConfig,
)


def make_case(rng: random.Random, tables: Tables, verbs: tuple[str, ...] = ()) -> Case:
    """Return the next case; of these verbs only, where some are named."""
    verb, make = rng.choice([pair for pair in MAKERS if not verbs or pair[0] in verbs])
    case = make(rng, tables)
    return case._replace(arguments=[*verb.split(), *_legal(case.arguments), *_legal(_options(verb, rng))])


def _legal(words: list[str]) -> list[str]:
    """No argument can hold a NUL."""
    return [word.replace("\x00", "") for word in words]


@cache
def _flags(verb: str) -> list[tuple[str, bool]]:
    """Flags of a verb that may be fuzzed, and whether each takes a value."""
    parameters = [
        p for p in _command(verb).params if p.param_type_name == "option" and p.name not in UNTOUCHED
    ]
    return [
        (flag, not p.is_flag)
        for p in parameters
        for flag in p.opts
        if flag not in {"-m", "--model", "--models", "--set"} and not _writes(flag)
    ]


def _command(verb: str) -> Any:
    """Return the command of a verb, or of one that stands below another, such as ``runs show``."""
    name, *below = verb.split()
    command = load(name)
    return command.commands[below[0]] if below else command


def _writes(flag: str) -> bool:
    one = _settings().get(flag)
    return one is not None and one.option.writes


@cache
def _settings() -> dict[str, Setting]:
    """Settings of every config by flag."""
    return {flag: one for config in CONFIGS for one in settings_of(config) for flag in one.flags}


def _value(flag: str, rng: random.Random) -> str:
    """An odd word, or, mostly, a legal value and often one at its bounds."""
    one = _settings().get(flag)
    if one is None or rng.random() < 0.3:
        return rng.choice(WORDS)
    if one.choices:
        return rng.choice(one.choices)
    low, high = one.option.minimum, one.option.maximum
    limits = [bound for bound in (low, high, one.option.above, one.option.below) if bound is not None]
    if one.element is int:
        return str(int(rng.choice([1, 2, 3, 5, 10, 100, *limits])))
    if one.element is float:
        return str(
            rng.choice([0.01, 0.5, 0.51, 1.0, 2.5, 100.0, *limits, *(bound * 0.999 for bound in limits)])
        )
    return rng.choice(WORDS)


def _options(verb: str, rng: random.Random) -> list[str]:
    flags = _flags(verb)
    chosen = rng.sample(flags, min(len(flags), rng.choice([0, 0, 1, 1, 2, 3])))
    words = [[flag, _value(flag, rng)] if valued else [flag] for flag, valued in chosen]
    return [word for pair in words for word in pair]
