"""Cases of the pipeline: bars, features, fits, backtests, a saved model, a run."""

from __future__ import annotations

import random

from tests.fuzz.case import MODEL_PARAMETERS, Case, Maker, Tables
from tests.fuzz.values import SECTIONS, WORDS, damaged, toml


def _fetch(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.3:
        setting = f"{rng.choice(['ar1.phi', 'sine.period', 'xor.flip', 'phi', 'walk.x'])}={rng.choice(WORDS)}"
        return Case(["ar1", "sine", "--source", "synthetic", "--set", setting, "--rows", "50"], b"", "")
    return Case(["--source", "-"], damaged(tables.bars, rng), "")


def _features(rng: random.Random, tables: Tables) -> Case:
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


def _evaluate(rng: random.Random, tables: Tables) -> Case:
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


MAKERS: dict[str, Maker] = {
    "fetch": _fetch,
    "validate": _validate,
    "features": _features,
    "fit": _fit,
    "backtest": _evaluate,
    "compare": _evaluate,
    "predict": _predict,
    "score": _score,
    "run": _run,
}
