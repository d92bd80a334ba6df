"""BARS to FEATURES as a whole."""

import numpy as np
import pandas as pd
import pytest

from random_bars import PRICES, SORTS, random_bars
from signalcli.errors import DataError, UsageError
from signalcli.features import SETS, FeatureConfig, build
from signalcli.features.build import short_lines
from signalcli.schemas import FEATURES, feature_columns

SPEC = FeatureConfig(window=5)


def test_columns_stand_in_a_fixed_order_whatever_order_the_sets_are_named_in():
    bars = random_bars(100)
    forward, backward = (build(bars, FeatureConfig(window=3, sets=s)) for s in (SETS, SETS[::-1]))
    pd.testing.assert_frame_equal(forward, backward, check_exact=True)
    names = feature_columns(forward)
    assert names[:3] == ["ret_lag2", "range_lag2", "volume_z_lag2"]
    assert names[9:11] == ["ret_mean5", "ret_std5"]
    assert names[-9:] == [
        *("rsi14", "macd12_26", "macd_hist9", "atr14", "bollinger20"),
        *("day_of_week", "month", "month_end", "hour"),
    ]


@pytest.mark.parametrize("chosen", SETS)
def test_each_set_alone_is_the_same_as_among_the_others(chosen):
    bars = random_bars(100)
    alone, together = build(bars, FeatureConfig(window=5, sets=(chosen,))), build(bars, SPEC)
    names = feature_columns(alone)
    pd.testing.assert_frame_equal(together[names], alone[names], check_exact=True)


def test_bars_pass_through_row_by_row():
    bars = random_bars(100).assign(note="x", extra=1.5)
    table = build(bars, SPEC)
    assert "extra" not in table
    passed = bars.drop(columns="extra")
    pd.testing.assert_frame_equal(table[list(passed.columns)], passed, check_exact=True)
    assert set(FEATURES.columns) <= set(table.columns)


def test_bars_are_not_changed():
    bars = random_bars(100)
    before = bars.copy(deep=True)
    build(bars, SPEC)
    pd.testing.assert_frame_equal(bars, before, check_exact=True)


def test_another_symbol_changes_nothing():
    a, b = random_bars(90), random_bars(120, symbol="BBB", start="2019-06-03")
    together = build(pd.concat([b, a], ignore_index=True), SPEC)
    for one in (a, b):
        name = one["symbol"].iloc[0]
        of_one = together[together["symbol"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(of_one, build(one, SPEC), check_exact=True)


def test_interleaved_symbols_are_parted():
    a, b = random_bars(90), random_bars(90, symbol="BBB")
    mixed = pd.concat([a, b]).sort_values(["date", "symbol"], ignore_index=True)
    pd.testing.assert_frame_equal(build(mixed, SPEC), build(pd.concat([a, b]), SPEC), check_exact=True)


@pytest.mark.parametrize("factor", [1e-3, 3.7, 1e4])
@pytest.mark.parametrize("sort", SORTS)
def test_the_price_level_changes_no_feature(sort, factor):
    bars = SORTS[sort](150)
    raised = bars.assign(**{p: bars[p] * factor for p in PRICES})
    one, other = build(bars, SPEC), build(raised, SPEC)
    names = feature_columns(one)
    np.testing.assert_allclose(other[names], one[names], atol=1e-9, rtol=0)


@pytest.mark.parametrize("sort", SORTS)
def test_every_feature_is_known_and_finite_after_the_warm_up(sort):
    table = build(SORTS[sort](100), SPEC)
    values = table[feature_columns(table)].to_numpy()
    assert not np.isinf(values).any()
    assert np.isfinite(values[60:]).all()


def test_features_made_twice_are_made_anew():
    once = build(random_bars(100), SPEC)
    again = build(once.assign(rsi14=0.0, direction=1, forward_return=9.0), SPEC)
    pd.testing.assert_frame_equal(again[list(once.columns)], once, check_exact=True)


def test_too_few_bars_are_named_with_their_symbol():
    short = random_bars(6, symbol="TINY")
    with pytest.raises(DataError, match="TINY: 6 bars; --window 5 --horizon 1 need at least 7"):
        build(short, SPEC)
    assert len(build(random_bars(7), SPEC)) == 7


def test_a_short_symbol_does_not_end_the_panel():
    short = random_bars(6, symbol="TINY")
    table = build(pd.concat([random_bars(50), short]), SPEC)
    alone = build(random_bars(50), SPEC)
    pd.testing.assert_frame_equal(table[table["symbol"] == "AAA"], alone, check_exact=True)
    assert short_lines({"AAA": 50, "TINY": 6}, SPEC) == [
        "TINY: 6 bars; --window 5 --horizon 1 need at least 7; their rows stay without features or labels"
    ]
    assert short_lines({"AAA": 50}, SPEC) == []


def test_a_short_symbol_with_wide_statistics_has_unknown_cells():
    table = build(random_bars(25), SPEC)
    assert table["ret_mean60"].isna().all()


def test_the_layout_of_the_bars_in_memory_decides_no_bit():
    bars = random_bars(150)
    by_row = np.ascontiguousarray(bars[[*PRICES, "volume"]].to_numpy())
    strided = pd.concat([bars[["symbol", "date"]], pd.DataFrame(by_row, columns=[*PRICES, "volume"])], axis=1)
    pd.testing.assert_frame_equal(build(strided, SPEC), build(bars, SPEC), check_exact=True)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"window": 1}, "--window 1: must be a whole number, at least 2"),
        ({"horizon": 0}, "--horizon 0: must be a whole number, at least 1"),
        ({"dead_zone": -0.1}, "--dead-zone -0.1"),
        ({"dead_zone": 1.0}, "--dead-zone 1.0"),
        ({"dead_zone": float("nan")}, "--dead-zone nan"),
        ({"sets": ("lags", "tea")}, "--sets lags,tea: must be any of lags, rolling, indicators, calendar"),
        ({"sets": ()}, "--sets"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings, said):
    with pytest.raises(UsageError, match=said):
        FeatureConfig(**settings)


def test_32_bits_are_the_64_rounded_once():
    bars = random_bars(150)
    narrow, wide = (build(bars, FeatureConfig(window=5, float32=f)) for f in (True, False))
    for name in feature_columns(wide):
        assert narrow[name].dtype == "float32"
        np.testing.assert_array_equal(narrow[name], wide[name].astype("float32"))
    assert narrow["close"].dtype == narrow["forward_return"].dtype == "float64"
