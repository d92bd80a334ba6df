"""A cell that no version writes is an error with the name of the file, wherever the ledger is read."""

import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from random_bars import random_bars
from shell import run
from signalcli.io.tables import to_bytes
from signalcli.tracking.ledger import COLUMNS, Entry
from signalcli.tracking.markets import TABLES
from signalcli.tracking.row_types import TYPES

READERS = (
    "runs list --ledger l",
    "runs export --ledger l",
    "runs show {run} --ledger l",
    "runs diff {run} {run} --ledger l",
    "runs verify {run} f.csv --ledger l",
    "runs import l --ledger new",
    "report --runs {run} --ledger l",
)


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """Folder with a ledger of one run; returns the name of the run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.csv").write_bytes(to_bytes(random_bars(120, seed=2), "csv"))
    run("features b.csv --window 5 -o f.csv")
    run("fit f.csv --model ar --folds 2 --ledger l -o p.csv")
    with closing(sqlite3.connect("l")) as database:
        return database.execute("select run from fits").fetchone()[0]


def write(query, value):
    with closing(sqlite3.connect("l")) as database, database:
        database.execute(query, (value,))


def test_every_column_of_the_ledger_has_its_type():
    assert set(COLUMNS) <= set(TYPES)
    kinds = {"str": (str,), "int": (int,), "str | None": (str, type(None))}
    for one in fields(Entry):
        assert TYPES[one.name] == kinds.get(one.type, (int, float, type(None))), one.name
    named = {
        word
        for table in TABLES[:3]
        for word in ("market", "code", "day", "first", "last", "luck")
        if word in table
    }
    assert named <= set(TYPES)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("column", "value"),
    [("symbol", b"\xff\x00"), ("symbol", "A\x1b[2J"), ("sharpe", "high"), ("rows", None), ("versions", 3)],
)
def test_an_odd_cell_of_a_fit_is_named(ledger, reader, column, value):
    write(f"update fits set {column} = ?", value)  # noqa: S608 (our own names)
    found = run(reader.format(run=ledger), status=66)
    assert f"error[LEDGER-READ]: l: column {column} holds " in found.stderr


@pytest.mark.parametrize(
    ("reader", "query", "column"),
    [
        ("runs trials --ledger l", "update fits set symbol = ?", "symbol"),
        ("runs trials --ledger l", "update markets set luck = ?", "luck"),
        ("backtest p.csv --deflate --ledger l", "update datasets set market = ?", "market"),
    ],
)
def test_an_odd_cell_that_a_count_of_trials_needs_is_named(ledger, reader, query, column):
    write(query, 0.5)
    assert f"column {column} holds '0.5'" in run(reader, status=66).stderr


def test_a_data_set_without_its_market_is_not_imported(ledger):
    write("update datasets set market = ?", 99)
    found = run("runs import l --ledger new", status=66)
    assert "l: market 99 has data sets and no entry" in found.stderr


@pytest.mark.parametrize(
    ("reader", "column"),
    [
        ("report --runs {run} --ledger l", "recipe"),
        ("runs diff {run} {run} --ledger l", "recipe"),
        ("runs verify {run} f.csv --ledger l", "stages"),
        ("report p.csv --ledger l", "stages"),
    ],
)
@pytest.mark.parametrize("text", ["{", "[]", '"a"'])
def test_settings_that_are_no_json_object_are_damaged(ledger, reader, column, text):
    write(f"update fits set {column} = ?", text)  # noqa: S608 (our own names)
    assert "error[LEDGER-RECIPE]: " in run(reader.format(run=ledger), status=78).stderr


def test_a_stage_that_is_not_recorded_differs(ledger):
    write("update fits set stages = ?", "{}")
    found = run(f"runs verify {ledger} f.csv --ledger l", status=3)
    assert found.splitlines()[1].startswith("bars,")
    assert "bars differ first" in found.stderr


@pytest.mark.parametrize(
    ("verb", "status", "code"),
    [
        *((reader, 66, "LEDGER-READ") for reader in READERS),
        ("fit f.csv --model ar --folds 2 --ledger l", 74, "LEDGER-WRITE"),
        ("fetch --source l", 65, "FILE-DAMAGED"),
    ],
)
def test_bytes_that_a_message_of_sqlite_quotes_are_no_bug(ledger, verb, status, code):
    """The name of an index in the schema is damaged, and SQLite says so with its bytes."""
    content = Path("l").read_bytes()
    assert content.count(b"indexby_symbolfits") == 1
    Path("l").write_bytes(content.replace(b"indexby_symbolfits", b"index\xffy_symbolfits"))
    assert f"error[{code}]: l: " in run(verb.format(run=ledger), status=status).stderr


def test_the_doctor_names_such_a_ledger(ledger):
    content = Path("l").read_bytes()
    Path("l").write_bytes(content.replace(b"indexby_symbolfits", b"index\xffy_symbolfits"))
    assert "fault" in run("doctor --ledger l", status=3)


@pytest.mark.parametrize("reader", ["runs trials", "runs trials p.csv", "backtest p.csv --deflate"])
def test_no_trial_is_lost_with_the_market_of_its_data(ledger, reader):
    write("update datasets set market = ?", 99)
    said = "error[LEDGER-READ]: l: market 99 has data sets and no entry"
    assert said in run(f"{reader} --ledger l", status=66).stderr
