"""No feature knows anything of a later bar or of another symbol, to the last bit."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from random_bars import PRICES, changed_after, random_bars
from signalcli.features import FeatureSpec, build
from signalcli.features.rolling import WIDTHS
from signalcli.features.windows import memory
from signalcli.tables import feature_columns

ROWS = 130
BARS = random_bars(ROWS)
OTHER = random_bars(ROWS, symbol="BBB")
WINDOW = 5
SPEC = FeatureSpec(window=WINDOW)
TABLE = build(BARS, SPEC)
NAMES = feature_columns(TABLE)


def same(one, other):
    pd.testing.assert_frame_equal(
        one[NAMES].reset_index(drop=True), other[NAMES].reset_index(drop=True), check_exact=True
    )


@given(t=st.integers(0, ROWS - 2), seed=st.integers(0, 2**16))
@settings(max_examples=40)
@example(t=0, seed=0)
@example(t=ROWS - 2, seed=0)
def test_changing_what_comes_later_moves_nothing(t, seed):
    changed = build(changed_after(BARS, t, seed), SPEC)
    same(changed.head(t + 1), TABLE.head(t + 1))
    assert not changed[NAMES].tail(1).equals(TABLE[NAMES].tail(1))  # the change is seen where it may be


@given(rows=st.integers(WINDOW + 2, ROWS))
@settings(max_examples=40)
def test_cutting_what_comes_later_moves_nothing(rows):
    same(build(BARS.head(rows), SPEC), TABLE.head(rows))


@given(t=st.integers(0, ROWS - 2))
@settings(max_examples=20)
def test_the_same_with_a_second_symbol_behind_and_before(t):
    for first, second in ((BARS, OTHER), (OTHER, BARS)):
        pair = pd.concat([changed_after(first, t), changed_after(second, t, 5)], ignore_index=True)
        table = build(pair, SPEC)
        same(table[table["symbol"] == "AAA"].head(t + 1), TABLE.head(t + 1))
        cut = build(pd.concat([first, second.head(max(t, WINDOW + 2))], ignore_index=True), SPEC)
        name = first["symbol"].iloc[0]
        same(cut[cut["symbol"] == name], build(first, SPEC))


def reach(name):
    """Bars from the newest that a feature reads to the oldest one, or None when the date alone counts."""
    stem, _, lag = name.rpartition("_lag")
    if stem:
        return int(lag) + {"ret": 1, "range": 0, "volume_z": WINDOW - 1}[stem]
    for width in WIDTHS:
        if name in {f"ret_{s}{width}" for s in ("mean", "std", "min", "max")}:
            return width
    slow, signal = memory(2 / 27), memory(2 / 10)
    return {
        "rsi14": memory(1 / 14),
        "atr14": memory(1 / 14),
        "macd12_26": slow - 1,
        "macd_hist9": slow - 1 + signal - 1,
        "bollinger20": 19,
    }.get(name)


@pytest.fixture(scope="module")
def touched():
    """For a bar in the middle of a long table: the first and the last row of each column that it moves."""
    bars, at = random_bars(700), 150
    changed = bars.copy()
    changed.loc[at, PRICES] *= [1.1, 1.3, 0.9, 1.2]
    changed.loc[at, "volume"] *= 3
    one, other = build(bars, SPEC), build(changed, SPEC)
    moved = {c: np.flatnonzero(one[c].to_numpy() != other[c].to_numpy()) for c in NAMES}
    moved = {c: rows[one[c].notna().to_numpy()[rows]] for c, rows in moved.items()}
    return at, {c: (int(rows[0]), int(rows[-1])) if len(rows) else None for c, rows in moved.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_bar_reaches_as_far_as_the_look_back_and_no_further(touched, name):
    at, moved = touched
    if reach(name) is None:
        assert moved[name] is None
        return
    first, last = moved[name]
    lag = int(name.rpartition("_lag")[2]) if "_lag" in name else 0
    assert at + lag <= first <= last <= at + reach(name)
    # Extremes are decided by other bars as a rule, and exponential weights fade before they end.
    if not any(part in name for part in ("min", "max", "rsi", "macd", "atr")):
        assert (first, last) == (at + lag, at + reach(name))
