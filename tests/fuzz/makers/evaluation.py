"""Cases of what evaluates and inspects: searches, reports, tables of predictions, statistics of bars."""

from __future__ import annotations

import json
import random

from tests.fuzz.case import MODEL_PARAMETERS, Case, Maker, Tables
from tests.fuzz.values import WORDS, damaged, toml

SPACES = (
    "ar.p=0..3",
    "ar.p=1,2",
    "logistic.C=0.1..1:log",
    "tree.num_leaves=2,3",
    "ar.p=0..3",
    "ar.max_p=1,5",
)
SIDE = (
    "date,released_at,value\n2000-01-03,2000-01-05,1\n2000-02-01,2000-02-10,2.5\n2000-03-01,2000-03-02,-3\n"
)


def _space(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(SPACES)
    marks = ["=", "=1..", "=..", "=1,", "=0.1..1:", "=1..5:log,"]
    return f"{rng.choice(MODEL_PARAMETERS)}{rng.choice(marks)}{rng.choice(WORDS)}"


def _tune(rng: random.Random, tables: Tables) -> Case:
    flags = ["-", "--ledger", "off", "--cache", "off", "--folds", "2", "--inner-folds", "2", "--trials", "2"]
    if rng.random() < 0.15:
        return Case([*flags, "--space", "j.toml"], tables.features, toml(rng, ["ar", "tree", "space", "x"]))
    return Case([*flags, "--space", _space(rng)], damaged(tables.features, rng))


def _params(rng: random.Random, tables: Tables) -> Case:
    """A fit with parameters of a file."""
    text = toml(rng, ["ar", "tree", "set.ar", "fit.set.ar", "fit", "x"])
    return Case(["-", "--ledger", "off", "--cache", "off", "--params", "j.toml"], tables.features, text)


def _table(rng: random.Random, tables: Tables) -> Case:
    return Case(["-"], damaged(tables.predictions, rng))


def _report(rng: random.Random, tables: Tables) -> Case:
    return Case(["-", "--ledger", "off"], damaged(tables.predictions, rng))


def _folds(rng: random.Random, tables: Tables) -> Case:
    return Case(["-"], damaged(tables.features, rng))


def _importance(rng: random.Random, tables: Tables) -> Case:
    flags = ["-", "--model", "ar", "--folds", "2", "--copies", "1", "--repeats", "1"]
    return Case(flags, damaged(tables.features, rng))


def _join(rng: random.Random, tables: Tables) -> Case:
    side = SIDE.encode()
    if rng.random() < 0.5:
        return Case(["bars.csv", "-"], damaged(side, rng))
    return Case(["-", "side.csv"], damaged(tables.bars, rng), files={"side.csv": side})


def _bars(rng: random.Random, tables: Tables) -> Case:
    return Case(["-"], damaged(tables.bars, rng))


def _forecast(rng: random.Random, tables: Tables) -> Case:
    flags = ["-", "--model", "ar", "--window", "5"]
    if rng.random() < 0.3:
        flags += ["--set", f"{rng.choice(MODEL_PARAMETERS)}={rng.choice(WORDS)}"]
    return Case(flags, damaged(tables.bars, rng))


def _audit(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.3:
        files = {"other.csv": damaged(tables.signals, rng)}
        return Case(["--signals", "signals.csv", "--signals", "other.csv"], b"", files=files)
    if rng.random() < 0.3:
        return Case(["-", "--model", "m"], damaged(tables.bars, rng))
    return Case(["-", "--model", "ar", "--window", "5", "--folds", "2"], damaged(tables.bars, rng))


def _models(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.5:
        return Case([rng.choice(["ar", "tree", "lstm", *WORDS])], b"")
    setting = (
        f"{rng.choice(['units', 'layers', 'dense', 'activation', *MODEL_PARAMETERS])}={rng.choice(WORDS)}"
    )
    return Case(["--summary", rng.choice(["lstm", "mlp", "conv", "ar"]), "--set", setting], b"")


def _metrics(rng: random.Random, tables: Tables) -> Case:
    return Case([], json.dumps(rng.choice(WORDS)).encode())


MAKERS: dict[str, Maker] = {
    "tune": _tune,
    "fit": _params,
    "report": _report,
    "reliability": _table,
    "confusion": _table,
    "panel": _table,
    "folds": _folds,
    "importance": _importance,
    "join": _join,
    "resample": _bars,
    "inspect": _bars,
    "forecast": _forecast,
    "audit": _audit,
    "models": _models,
    "metrics": _metrics,
}
