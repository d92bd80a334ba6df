"""Cases of what runs at night or looks after it: saved models, the ledger, the store, the cache."""

from __future__ import annotations

import random

from tests.fuzz.case import Case, Maker, Tables
from tests.fuzz.damage import damaged_ledger, damaged_manifest
from tests.fuzz.values import SECTIONS, WORDS, damaged, toml

LEDGER = ["--ledger", "d.sqlite"]


def _manifest(rng: random.Random, tables: Tables) -> dict[str, bytes]:
    return {"d/manifest.json": damaged_manifest(tables.manifest, rng)}


def _predict(rng: random.Random, tables: Tables) -> Case:
    return Case(["bars.csv", "--model", "d"], b"", files=_manifest(rng, tables))


def _score(rng: random.Random, tables: Tables) -> Case:
    model = ["--model", "d"] if rng.random() < 0.7 else []
    return Case(["signals.csv", "--bars", "bars.csv", *model], b"", files=_manifest(rng, tables))


def _verify(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.5:
        return Case(["m", "--bars", "-"], damaged(tables.bars, rng))
    return Case(["d", "--bars", "bars.csv"], b"", files=_manifest(rng, tables))


def _status(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.3:
        return Case(["j.toml", "--ledger", "off"], b"", toml(rng, SECTIONS))
    if rng.random() < 0.5:
        return Case(["--model", "d", "--store", "s", "--ledger", "off"], b"", files=_manifest(rng, tables))
    signals = {"other.csv": damaged(tables.signals, rng)}
    return Case(["--signals", "other.csv", "--ledger", "off"], b"", files=signals)


def _doctor(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.4:
        return Case(["j.toml", "--ledger", "off"], b"", toml(rng, SECTIONS))
    files = _manifest(rng, tables) | {"d.sqlite": damaged_ledger(tables.ledger, rng)}
    return Case(["--model", "d", "--store", "s", *LEDGER], b"", files=files)


def _of_ledger(rng: random.Random, tables: Tables, *words: str) -> Case:
    ledger = {"d.sqlite": damaged_ledger(tables.ledger, rng)}
    return Case([*words, *LEDGER], b"", files=ledger)


def _runs(rng: random.Random, tables: Tables) -> Case:
    return _of_ledger(rng, tables)


def _run_name(rng: random.Random, tables: Tables) -> str:
    return rng.choice([tables.run, tables.run, tables.run, rng.choice(WORDS)])


def _show(rng: random.Random, tables: Tables) -> Case:
    return _of_ledger(rng, tables, _run_name(rng, tables))


def _diff(rng: random.Random, tables: Tables) -> Case:
    return _of_ledger(rng, tables, tables.run, _run_name(rng, tables))


def _repeat(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.5:
        return Case([tables.run, "-", "--ledger", "l.sqlite"], damaged(tables.features, rng))
    return _of_ledger(rng, tables, tables.run, "features.csv")


def _trials(rng: random.Random, tables: Tables) -> Case:
    if rng.random() < 0.5:
        return Case(["-", "--ledger", "l.sqlite"], damaged(tables.predictions, rng))
    return _of_ledger(rng, tables)


def _import(rng: random.Random, tables: Tables) -> Case:
    ledger = {"d.sqlite": damaged_ledger(tables.ledger, rng), "new.sqlite": b""}
    return Case(["d.sqlite", "--ledger", "new.sqlite"], b"", files=ledger)


def _deflate(rng: random.Random, tables: Tables) -> Case:
    ledger = {"d.sqlite": damaged_ledger(tables.ledger, rng)}
    return Case(["-", "--deflate", *LEDGER], tables.predictions, files=ledger)


def _reports(rng: random.Random, tables: Tables) -> Case:
    return _of_ledger(rng, tables, "--runs", _run_name(rng, tables))


def _watch(rng: random.Random, tables: Tables) -> Case:
    files = {"other.csv": damaged(tables.signals, rng)}
    return Case(["other.csv", "--bars", "bars.csv", "--model", "m", "--watch"], b"", files=files)


def _stored(rng: random.Random, tables: Tables) -> Case:
    return Case(["--store", rng.choice(["s", "s", "m", rng.choice(WORDS)])], b"")


def _show_stored(rng: random.Random, tables: Tables) -> Case:
    flags = ["--vintage", rng.choice(WORDS)] if rng.random() < 0.5 else []
    return Case([rng.choice(["walk", *WORDS]), "--store", "s", *flags], b"")


def _cached(rng: random.Random, tables: Tables) -> Case:
    return Case(["--cache", rng.choice(["off", "m", rng.choice(WORDS)])], b"")


def _explain(rng: random.Random, tables: Tables) -> Case:
    return Case([rng.choice(WORDS), rng.choice(["CSV-DATE", "75", *WORDS])], b"")


def _job(rng: random.Random, tables: Tables) -> Case:
    return Case([], b"")


MAKERS: dict[str, Maker] = {
    "predict": _predict,
    "score": _score,
    "verify": _verify,
    "status": _status,
    "doctor": _doctor,
    "runs list": _runs,
    "runs export": _runs,
    "runs show": _show,
    "runs diff": _diff,
    "runs verify": _repeat,
    "runs trials": _trials,
    "runs import": _import,
    "backtest": _deflate,
    "report": _reports,
    "store list": _stored,
    "store show": _show_stored,
    "store vacuum": _stored,
    "cache list": _cached,
    "explain": _explain,
    "job init": _job,
}
WATCH: dict[str, Maker] = {"score": _watch}
