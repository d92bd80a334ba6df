"""Panels of one process: symbols of any name, what they share, and when they end."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, spearmanr

from shell import run
from signalcli.data.sources.synthetic import PROCESSES, synthetic_bars
from signalcli.errors import UsageError

PANEL = "--source synthetic --process walk"


def returns(symbols: int, rows: int, process: str = "walk", **settings: float) -> np.ndarray:
    """Log returns (rows - 1, symbols) of a panel."""
    closes = [
        synthetic_bars(process, symbol=f"S{i}", rows=rows, **settings)["close"].to_numpy()
        for i in range(symbols)
    ]
    return np.diff(np.log(np.column_stack(closes)), axis=0)


@pytest.mark.parametrize("process", PROCESSES)
def test_the_symbol_named_like_its_process_has_the_same_bars_as_ever(process):
    named = synthetic_bars(process, symbol=process, rows=60, seed=4)
    pd.testing.assert_frame_equal(named, synthetic_bars(process, rows=60, seed=4))
    other = synthetic_bars(process, symbol="S1", rows=60, seed=4)
    assert set(other["symbol"]) == {"S1"}
    assert not other["volume"].equals(named["volume"])


@pytest.mark.parametrize("options", ["", "--set walk.correlation=0.4", "--set correlation=0.4"])
def test_bars_of_a_symbol_do_not_depend_on_the_others(options):
    few, many = (run(f"fetch {s} {PANEL} --rows 40 {options}") for s in ("S2", "S1 S2 T..U"))
    assert [line for line in many.splitlines() if line.startswith("S2,")] == few.splitlines()[1:]


@pytest.mark.parametrize(
    ("process", "correlation"), [("walk", 0.0), ("walk", 0.3), ("ar1", 0.3), ("factor", 0.6)]
)
def test_returns_of_two_symbols_have_the_correlation_that_was_set(process, correlation):
    r = returns(4, 20_001, process, correlation=correlation)
    found = np.corrcoef(r.T)[np.triu_indices(4, 1)]
    assert found == pytest.approx(correlation, abs=5 / np.sqrt(len(r)))
    assert r.std(axis=0) == pytest.approx(0.01 / np.sqrt(1 - 0.09 * (process == "ar1")), rel=0.03)


@pytest.mark.parametrize("signal", [-0.2, 0.0, 0.3])
def test_the_rank_of_a_factor_predicts_the_next_as_it_says(signal):
    r = returns(400, 150, "factor", signal=signal, correlation=0.5)
    ranks = [spearmanr(a, b).statistic for a, b in pairwise(r)]
    error = np.std(ranks, ddof=1) / np.sqrt(len(ranks))
    assert np.mean(ranks) == pytest.approx(6 / np.pi * np.arcsin(signal / 2), abs=4 * error)
    market = r.mean(axis=1)
    assert abs(np.corrcoef(market[1:], market[:-1])[0, 1]) < 4 / np.sqrt(len(market))


def test_a_symbol_ends_with_the_first_low_close_and_its_bars_stay():
    whole = synthetic_bars("walk", symbol="S3", rows=2000)
    cut = synthetic_bars("walk", symbol="S3", rows=2000, delist=0.9)
    first = int(np.flatnonzero(whole["close"] <= 90)[0])
    assert len(cut) == first + 1 < 2000
    pd.testing.assert_frame_equal(
        cut[["date", "open", "close"]], whole[["date", "open", "close"]][: first + 1]
    )


def test_how_many_are_delisted_is_what_a_random_walk_says():
    low = np.mean(
        [len(synthetic_bars("walk", symbol=f"S{i}", rows=400, delist=0.8)) < 400 for i in range(300)]
    )
    # reflection principle, with Broadie, Glasserman and Kou's correction for discrete dates
    expected = 2 * norm.cdf((np.log(0.8) / 0.01 - 0.5826) / np.sqrt(400))
    assert low == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 300))


@pytest.mark.parametrize(
    ("process", "settings"),
    [("walk", {"correlation": -0.1}), ("walk", {"delist": 1.1}), ("factor", {"signal": 1.0}),
     ("factor", {"correlation": 2}), ("ar1", {"correlation": np.nan}), ("wave", {"correlation": 0.1})],
)  # fmt: skip
def test_settings_out_of_bounds_are_refused(process, settings):
    with pytest.raises(UsageError, match=f"{process}.*{next(iter(settings))}"):
        synthetic_bars(process, symbol="S1", rows=20, **settings)


def test_a_range_is_every_symbol_of_it():
    text = run(f"fetch S098..S101 {PANEL} --rows 2")
    assert [line.split(",")[0] for line in text.splitlines()[1::2]] == ["S098", "S099", "S100", "S101"]


@pytest.mark.parametrize("word", ["S5..S1", "S1..S999999", f"S1..S{'9' * 5000}"])
def test_a_range_that_is_none_is_refused(word):
    assert "SYMBOL-RANGE" in run(f"fetch {word} {PANEL}", status=2).stderr


def test_process_needs_the_synthetic_source_and_a_known_name():
    assert "--source synthetic" in run("fetch S1 --process walk", status=2).stderr
    assert "did you mean walk" in run("fetch S1 --source synthetic --process wlk", status=2).stderr
    assert "--process" in run("fetch S1 --source synthetic", status=2).stderr
    assert "ar1 is not fetched" in run(f"fetch S1 {PANEL} --set ar1.phi=0.1", status=2).stderr


def test_panels_of_two_processes_do_not_meet_in_a_store(tmp_path):
    walk, ar1 = (
        run(f"fetch S1 --source synthetic --process {p} --rows 30 --store {tmp_path}")
        for p in ("walk", "ar1")
    )
    assert walk.splitlines()[1:] != ar1.splitlines()[1:]
    assert run(f"fetch S1 --source synthetic --process walk --rows 30 --store {tmp_path}") == walk
