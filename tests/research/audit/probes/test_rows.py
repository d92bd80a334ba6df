"""Row by row stages: which row is guilty, in which column, from which date on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalcli.research.audit.compare import ROW, snapshot
from signalcli.research.audit.probes.rows import LATER, probe_rows
from signalcli.research.audit.stages.stage import Stage
from signalcli.testing import random_walk

BARS = random_walk(90)
TWO = pd.concat([random_walk(60, 1, "AAA"), random_walk(90, 2, "BBB")], ignore_index=True)


def probe(run, bars=BARS, **options):
    stage = Stage("planted", "rows", run, **options)
    return probe_rows(stage, bars, snapshot(run(bars)))


def column(function):
    """A stage that adds one column, symbol by symbol."""

    def run(table):
        parts = [part.assign(x=function(part)) for _, part in table.groupby("symbol", sort=False)]
        return pd.concat(parts)[["symbol", "date", "x"]].sort_values(["symbol", "date"], ignore_index=True)

    return run


@settings(max_examples=12, deadline=None)
@given(row=st.integers(0, 80), ahead=st.integers(1, 8))
def test_one_row_that_reads_one_later_bar_is_found(row, ahead):
    day = BARS["date"].to_numpy()[row]

    def leak(part):
        values = part["close"].to_numpy().copy()
        at = np.flatnonzero(part["date"].to_numpy() == day)
        at = at[at + ahead < len(part)]
        values[at] = part["close"].to_numpy()[at + ahead]
        return values

    guilt = probe(column(leak), memory=1)
    assert {key: rows.tolist() for key, rows in guilt.rows.items()} == {(LATER, "x"): [row]}
    assert guilt.checked == guilt.total == 90


@pytest.mark.parametrize("memory", [None, 1, 90])
def test_an_expanding_mean_is_honest_whatever_memory_it_claims(memory):
    guilt = probe(column(lambda t: t["close"].expanding().mean()), memory=memory)
    assert guilt.rows == {}
    assert guilt.checked == 90


def test_the_second_symbol_alone_is_guilty():
    leak = column(lambda t: t["close"].shift(-1 if t["symbol"].iloc[0].startswith("BBB") else 0))
    guilt = probe(leak, TWO)
    assert guilt.rows[LATER, "x"][0] == 60
    assert guilt.rows[LATER, "x"].min() >= 60


def test_a_stage_that_mixes_symbols_is_cut_as_a_whole():
    def mixed(table):
        return table[["symbol", "date"]].assign(x=table["close"] / table["close"].mean())

    guilt = probe(mixed, TWO)
    assert not guilt.separable
    assert guilt.rows[LATER, "x"][0] == 0


def test_what_other_symbols_did_on_the_same_date_is_honest():
    def relative(table):
        return table[["symbol", "date"]].assign(
            x=table["close"] / table.groupby("date")["close"].transform("mean")
        )

    guilt = probe(relative, TWO)
    assert guilt.rows == {}
    assert not guilt.separable


def test_a_row_that_needs_the_next_one_to_appear():
    guilt = probe(lambda t: t[t["date"] < t.groupby("symbol")["date"].transform("max")])
    assert guilt.rows[LATER, ROW][0] == 0


def test_the_first_guilty_row_of_a_stage_that_mixes_symbols():
    """From the 40th date on the mean of the next date is read; found by halving."""

    def late(table):
        means = table.groupby("date")["close"].mean()
        ahead = means.shift(-1).where(np.arange(len(means)) >= 39, means)
        return table[["symbol", "date"]].assign(x=table["date"].map(ahead.fillna(0)))

    guilt = probe(late, TWO)
    assert snapshot(late(TWO)).dates[guilt.rows[LATER, "x"]].min() == np.unique(TWO["date"].to_numpy())[39]


def test_one_guilty_row_of_a_column_that_remembers_everything():
    """Every row differs when it is computed from one bar; the whole history of each tells which is guilty."""
    day = BARS["date"].to_numpy()[47]

    def leak(part):
        means = part["close"].expanding().mean().to_numpy().copy()
        at = np.flatnonzero(part["date"].to_numpy()[:-1] == day)
        means[at] += part["close"].to_numpy()[at + 1]
        return means

    assert probe(column(leak), memory=1).rows[LATER, "x"].tolist() == [47]
