"""Counted trials: by market, not by file; what `runs trials` and `runs import` say; the size of the DSR."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import edited_bars as worlds
from shell import run
from signalcli.evaluation.metrics.sharpe import Trials, deflated, expected_maximum, moments
from signalcli.tracking import luck
from signalcli.tracking.ledger import Entry, add_entries
from signalcli.tracking.market_patterns import find_patterns
from signalcli.tracking.markets import Dataset
from signalcli.tracking.trials import BarsTested, read_trials

FIT = "fit --model logistic --folds 2 --seed 1"
ENTRY = Entry(
    *("r1", "2024-01-02T03:04:05+00:00", "A", "tree", 0, "data", "tested", "names", "config", "{}", "{}"),
    *("{}", 0, 0, 100, 0.5, 0.7, 0.01, None),
)


def features(edit: Any = None, symbol: str = "walk") -> str:
    """FEATURES of a random walk of 300 bars, after an edit of its table."""
    table = pd.read_csv(io.StringIO(run("fetch walk --source synthetic --rows 300 --seed 1")))
    table = (table if edit is None else edit(table)).assign(symbol=symbol)
    return run("features -w 5 --sets lags", table.to_csv(index=False))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def scale(table: pd.DataFrame) -> pd.DataFrame:
    prices = ["open", "high", "low", "close"]
    return table.assign(**{name: table[name] * 7 for name in prices})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A ledger with fits on a file and three edits of it, and the PREDICTIONS of each."""
    folder = tmp_path_factory.mktemp("trials")
    files = {"ledger": folder / "ledger.sqlite"}
    edits = {"first": None, "one_bar_less": lambda t: t.iloc[:-1], "renamed": None, "scaled": scale}
    for name, edit in edits.items():
        files[name] = folder / f"{name}.csv"
        table = features(edit, symbol="other" if name == "renamed" else "walk")
        files[name].write_text(run(f"{FIT} --ledger {files['ledger']} --calibrate platt", table))
    return files


def test_every_edit_of_a_file_has_the_trials_of_all(made: dict[str, Path]) -> None:
    """The renamed file holds the same numbers, so it is the same trial; the others are three."""
    for name in ("first", "one_bar_less", "renamed", "scaled"):
        (row,) = rows_of(run(f"runs trials {made[name]} --ledger {made['ledger']}"))
        assert (row["symbols"], row["trials"], row["datasets"]) == ("other walk", "3", "3"), name
        assert 1 <= float(row["effective_trials"]) <= 3


def test_an_edit_that_was_never_fitted_is_found(made: dict[str, Path], tmp_path: Path) -> None:
    table = run(f"{FIT} --ledger off", features(lambda t: t.iloc[40:-9], symbol="new"))
    (row,) = rows_of(run(f"runs trials - --ledger {made['ledger']}", table))
    assert row["trials"] == "3"
    nothing = tmp_path / "none.sqlite"
    run(f"runs trials - --ledger {nothing}", table, status=66)


def test_what_deflates_is_what_is_shown(made: dict[str, Path]) -> None:
    (row,) = rows_of(run(f"runs trials {made['first']} --ledger {made['ledger']}"))
    raw = float(row["sharpe_sd"]) * expected_maximum(3)
    assert float(row["raw_benchmark"]) == pytest.approx(raw)
    best = max(raw, float(row["effective_benchmark"]))
    assert float(row["benchmark"]) == best
    assert row["decided_by"] == ("raw" if best == raw else "effective")
    net = pd.read_csv(io.StringIO(run(f"backtest {made['first']} --returns - --ledger off")))
    own = net.loc[net["model"] == "logistic", "net_return"].to_numpy()
    card = rows_of(run(f"backtest {made['first']} --deflate --ledger {made['ledger']}"))
    wanted = deflated(moments(own)[0], len(own), *moments(own)[1:], 2, (best / expected_maximum(2)) ** 2)
    assert float(card[0]["dsr"]) == pytest.approx(wanted, rel=1e-3)


def test_seeds_and_rules_count(made: dict[str, Path], tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    predictions = tmp_path / "p.csv"
    predictions.write_text(run(f"fit --model tree --folds 2 --seeds 3 --ledger {file}", features()))
    run(f"backtest {predictions} --cost-bps 20 --ledger {file}")
    (row,) = rows_of(run(f"runs trials --ledger {file}"))
    assert row["trials"] == "6"


def test_an_imported_ledger_adds_and_replaces_nothing(made: dict[str, Path], tmp_path: Path) -> None:
    mine, table = tmp_path / "mine.sqlite", features(lambda t: t.iloc[5:])
    run(f"{FIT} --set logistic.C=0.1 --ledger {mine}", table)
    before = rows_of(run(f"runs export --ledger {mine}"))
    (said,) = rows_of(run(f"runs import {made['ledger']} --ledger {mine}"))
    assert (said["added"], said["known"]) == ("16", "0")
    after = rows_of(run(f"runs export --ledger {mine}"))
    assert after[: len(before)] == before
    assert len(after) == len(before) + 16
    (row,) = rows_of(run(f"runs trials {made['scaled']} --ledger {mine}"))
    (theirs,) = rows_of(run(f"runs trials {made['scaled']} --ledger {made['ledger']}"))
    assert (row["trials"], theirs["trials"]) == ("4", "3")
    assert (row["symbols"], row["unmeasured"]) == ("other walk", "0")
    assert float(row["effective_benchmark"]) >= float(theirs["effective_benchmark"])
    (said,) = rows_of(run(f"runs import {made['ledger']} --ledger {mine}"))
    assert (said["added"], said["known"]) == ("0", "16")
    assert rows_of(run(f"runs trials {made['scaled']} --ledger {mine}")) == [row]


def test_what_is_no_ledger_is_not_imported(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as ledger:
        ledger.execute("create table fits (id integer primary key, run)")
        ledger.execute("insert into fits (run) values ('r')")
        ledger.commit()
    run(f"runs import {other} --ledger {tmp_path / 'mine.sqlite'}", status=66)
    run(f"runs import {tmp_path / 'no.sqlite'} --ledger {tmp_path / 'mine.sqlite'}", status=66)
    run(f"runs import {other} --ledger off", status=2)
    assert not (tmp_path / "mine.sqlite").exists()


def test_entries_without_patterns_are_pooled_by_symbol(tmp_path: Path) -> None:
    """As an older version recorded them: of the same name means of the same market, and independent."""
    file, table = tmp_path / "ledger.sqlite", worlds.bars(np.random.default_rng(1))
    old = [replace(ENTRY, config_hash=str(i), data_hash=str(i), test_hash=str(i)) for i in range(7)]
    add_entries(file, [*old, replace(ENTRY, symbol="B", data_hash="b", config_hash="b")])
    found = read_trials(file, "never seen", BarsTested("A", "never seen", find_patterns(table)))
    assert found is not None
    assert found.number == 7
    assert found.luck == pytest.approx(expected_maximum(7))
    few = read_trials(file, "never seen", BarsTested("B", "never seen", find_patterns(table.iloc[:3])))
    assert few is not None
    assert few.number == 1


def test_a_ledger_of_an_older_version_is_read(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    add_entries(file, [ENTRY])
    with closing(sqlite3.connect(file)) as ledger:
        for table in ("datasets", "patterns", "markets"):
            ledger.execute(f"drop table {table}")
        ledger.execute("drop index by_trial")
        ledger.commit()
    assert read_trials(file, "tested") == (1, 0.0, 0.0)
    assert json.loads(run(f"runs trials --json --ledger {file}"))[0]["unmeasured"] == 1


def share_significant(rho: float, worlds_: int, configurations: int = 200, bars: int = 500) -> float:
    """Share of worlds of noise in which the best of many configurations has a DSR above 95 %."""
    dates, wrong = pd.Series(pd.bdate_range("2010-01-04", periods=bars)), 0
    for seed in range(worlds_):
        rng = np.random.default_rng([seed, int(100 * rho)])
        common, own = rng.standard_t(5, bars), rng.standard_t(5, (configurations, bars))
        net = 0.01 * (np.sqrt(rho) * common + np.sqrt(1 - rho) * own)
        sharpes = [moments(row)[0] for row in net]
        best = luck.expected_best(luck.join([luck.draw(dates.to_numpy(), row) for row in net]))
        trials = Trials(configurations, float(np.var(sharpes, ddof=1)), best)
        sharpe, skew, kurtosis = moments(net[int(np.argmax(sharpes))])
        wrong += deflated(sharpe, bars, skew, kurtosis, *trials) > 0.95
    return wrong / worlds_


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_the_best_of_two_hundred_is_rarely_significant(rho: float) -> None:
    number = 200
    assert share_significant(rho, number) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / number)


def test_copies_of_a_trial_do_not_make_the_best_significant(tmp_path: Path) -> None:
    """A hundred trials, then three hundred near copies of one: the benchmark does not fall."""
    file, rng = tmp_path / "ledger.sqlite", np.random.default_rng(8)
    table = worlds.bars(rng, 400)
    own = BarsTested("A", "tested", find_patterns(table))

    def record(returns: np.ndarray, first: int) -> Trials:
        sketch = luck.join([luck.draw(table["date"].to_numpy(), net) for net in returns])
        entries = [
            replace(ENTRY, config_hash=str(first + i), sharpe=moments(net)[0])
            for i, net in enumerate(returns)
        ]
        add_entries(file, entries, {"data": Dataset(own.patterns, sketch)})
        trials = read_trials(file, "tested", own)
        assert trials is not None
        return trials

    noise = rng.normal(size=(100, 400))
    before = record(noise, 0)
    middle = noise[np.argsort([moments(net)[0] for net in noise])[50]]
    after = record(middle + 0.01 * rng.normal(size=(300, 400)), 100)
    assert (before.number, after.number) == (100, 400)
    assert after.observed_benchmark < 0.9 * before.observed_benchmark
    assert after.benchmark(400) > 0.9 * before.benchmark(400)
    assert after.luck >= before.luck
