"""Bars in order, and the gaps at which a window ends."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from shell import run
from signalcli.errors import UsageError
from signalcli.features import EVERY_SET, FeatureConfig, build, stream
from signalcli.features.sorted_bars import gap_lines, long_gaps, sort_bars
from signalcli.io.tables import to_bytes
from signalcli.schemas import feature_columns

SETS = tuple(s for s in EVERY_SET if s != "cross")
EARLY, LATE = random_bars(130), random_bars(120, seed=1, start="2015-01-01").iloc[:]


def with_gap():
    """Bars of 2015, none for years, then bars of 2020."""
    return pd.concat([LATE, EARLY], ignore_index=True)


@pytest.mark.parametrize("label", ["direction", "triple-barrier", "trend-scan"])
def test_windows_and_labels_end_at_a_gap_of_years(label):
    config = FeatureConfig(window=5, horizon=3, sets=SETS, label=label, weights=True)
    joined = build(with_gap(), config)
    apart = pd.concat([build(part, config) for part in (LATE, EARLY)], ignore_index=True)
    pd.testing.assert_frame_equal(joined, apart, check_exact=True)
    assert joined.loc[117:119, "label_end"].isna().all()


def test_a_market_return_does_not_span_the_gap():
    bars = pd.concat([with_gap(), with_gap().assign(symbol="BBB")], ignore_index=True)
    table = build(bars, FeatureConfig(window=2, sets=("cross",)))
    assert table.loc[table["date"] == EARLY["date"][0], "market_ret"].isna().all()
    assert table["market_ret"].notna().sum() == 2 * (120 + 130 - 2)


def test_shorter_gaps_and_none_change_nothing():
    one, other, never = (
        build(with_gap(), FeatureConfig(window=5, max_gap=gap)) for gap in ("400d", "90d", None)
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert never["ret_lag0"].isna().sum() < one["ret_lag0"].isna().sum()
    names = feature_columns(one)
    pd.testing.assert_frame_equal(never.loc[:119, names], one.loc[:119, names], check_exact=True)


def test_a_gap_is_named_and_counted():
    line = "1 gap of more than 400d, first of AAA before 2020-01-01: windows and labels end there (--max-gap)"
    assert gap_lines(long_gaps(sort_bars(with_gap()), FeatureConfig()), FeatureConfig()) == [line]
    assert long_gaps(sort_bars(EARLY), FeatureConfig()) == []
    assert gap_lines([], FeatureConfig()) == []
    assert line in run("features -w 5", to_bytes(with_gap(), "csv")).stderr


def test_gaps_and_short_symbols_of_a_large_table_are_named(monkeypatch, tmp_path):
    bars = pd.concat([with_gap(), with_gap().assign(symbol="BBB"), random_bars(3, symbol="TINY")])
    path = tmp_path / "bars.csv"
    path.write_bytes(to_bytes(bars, "csv"))
    whole = run(f"features {path} -w 5")
    monkeypatch.setattr(stream, "LARGE", 0)
    monkeypatch.setattr(stream, "ROWS", 50)
    in_pieces = run(f"features {path} -w 5")
    assert in_pieces == whole
    assert in_pieces.stderr == whole.stderr
    assert "2 gaps of more than 400d, first of AAA" in whole.stderr
    assert "TINY: 3 bars" in whole.stderr


def test_a_span_that_is_none_is_refused():
    with pytest.raises(UsageError, match="--max-gap 2y: must be a span such as 30d"):
        FeatureConfig(max_gap="2y")
    assert np.isnan(build(with_gap(), FeatureConfig(window=5))["ret_lag4"].iloc[120])
