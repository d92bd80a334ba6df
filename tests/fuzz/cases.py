"""One fuzzed case: a command line, what is piped in, and the settings file that it reads."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from signalcli.cli.commands import load
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.job import CONFIGS as IN_JOBS
from signalcli.config.option import Setting, settings_of
from signalcli.config.quality import QualityConfig
from tests.fuzz.values import SECTIONS, WORDS, damaged, toml

VERBS = ("fetch", "validate", "features", "fit", "backtest", "compare", "predict", "score", "run")
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
}
MODEL_PARAMETERS = (
    "ar.p",
    "ar.max_p",
    "ar.criterion",
    "logistic.C",
    "logistic.max_iter",
    "tree.n_estimators",
    "tree.num_leaves",
    "tree.learning_rate",
    "tree.subsample",
    "tree.reg_lambda",
    "p",
    "ar.x",
    "",
)


CONFIGS = (*IN_JOBS, ComparisonConfig, QualityConfig)


class Case(NamedTuple):
    """Arguments of the command, its standard input, and the text of ``j.toml`` in the working folder."""

    arguments: list[str]
    stdin: bytes
    settings: str


class Tables(NamedTuple):
    """Sound tables that cases damage; ``m`` in the working folder is a model saved on them."""

    bars: bytes
    features: bytes
    predictions: bytes
    signals: bytes


def make_case(rng: random.Random, tables: Tables) -> Case:
    """Return the next case."""
    verb = rng.choice(VERBS)
    arguments, stdin, settings = _MAKERS[verb](rng, tables)
    return Case([verb, *arguments, *_options(verb, rng)], stdin, settings)


@cache
def _flags(verb: str) -> list[tuple[str, bool]]:
    """Flags of a verb that may be fuzzed, and whether each takes a value."""
    parameters = [p for p in load(verb).params if p.param_type_name == "option" and p.name not in UNTOUCHED]
    return [
        (flag, not p.is_flag) for p in parameters for flag in p.opts if flag not in {"-m", "--model", "--set"}
    ]


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
    chosen = rng.sample(_flags(verb), rng.choice([0, 0, 1, 1, 2, 3]))
    words = [[flag, _value(flag, rng)] if valued else [flag] for flag, valued in chosen]
    return [word.replace("\x00", "") for pair in words for word in pair]  # no argument can hold a NUL


def _fetch(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.3:
        setting = f"{rng.choice(['ar1.phi', 'sine.period', 'xor.flip', 'phi', 'walk.x'])}={rng.choice(WORDS)}"
        return Case(["ar1", "sine", "--source", "synthetic", "--set", setting, "--rows", "50"], b"", "")
    return Case(["--source", "-"], damaged(tables.bars, rng), "")


def _bars(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.2:
        return Case(["-", *_spec("features", rng)], tables.bars, toml(rng, ["features", "x"]))
    return Case(["-"], damaged(tables.bars, rng), "")


def _validate(rng: random.Random, tables: Tables) -> Case:
    return Case(["-"], damaged(tables.bars, rng), "")


def _spec(verb: str, rng: random.Random) -> list[str]:
    return ["--spec", "j.toml"]


def _fit(rng: random.Random, tables: Tables) -> Case:
    model = rng.choice(["ar", "majority", "ar", "logistic", "tree", rng.choice(WORDS)])
    flags = ["-", "--ledger", "off", "--model", model]
    if rng.random() < 0.5:
        flags += ["--set", f"{rng.choice(MODEL_PARAMETERS)}={rng.choice(WORDS)}"]
    if rng.random() < 0.1:
        return Case([*flags, "--spec", "j.toml"], tables.features, toml(rng, ["features", "x"]))
    return Case(flags, damaged(tables.features, rng), "")


def _judge(rng: random.Random, tables: Tables) -> Case:
    rule = ["--rule", f"{rng.choice(['hold', 'cost_bps', 'sizing', 'x', ''])}={rng.choice(WORDS)}"]
    return Case(["-", *(rule if rng.random() < 0.3 else [])], damaged(tables.predictions, rng), "")


def _predict(rng: random.Random, tables: Tables) -> Case:
    source = damaged(tables.bars if rng.random() < 0.7 else tables.features, rng)
    return Case(["-", "--model", "m"], source, "")


def _score(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.5:
        return Case(["-", "--bars", "bars.csv"], damaged(tables.signals, rng), "")
    return Case(["signals.csv", "--bars", "-"], damaged(tables.bars, rng), "")


def _run(rng: random.Random, tables: Tables) -> Case:
    flags = ["--ledger", "off", "--model", "ar", "--source", "bars.csv"]
    if rng.random() < 0.6:
        dry = ["--dry-run"] if rng.random() < 0.7 else []
        return Case(["j.toml", "--source", "bars.csv", "--ledger", "off", *dry], b"", toml(rng, SECTIONS))
    return Case([*flags, "--set", f"{rng.choice(MODEL_PARAMETERS)}={rng.choice(WORDS)}"], b"", "")


_MAKERS: dict[str, Callable[[random.Random, Tables], Case]] = {
    "fetch": _fetch,
    "validate": _validate,
    "features": _bars,
    "fit": _fit,
    "backtest": _judge,
    "compare": _judge,
    "predict": _predict,
    "score": _score,
    "run": _run,
}
