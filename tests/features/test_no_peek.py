"""No feature knows anything of a later bar or of another symbol, to the last bit."""

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feature_columns import loose, scaled
from random_bars import changed_after, random_bars
from signalcli.config import features as specs
from signalcli.features import EVERY_SET, FeatureConfig, build, min_history, select_features
from signalcli.features.build import compute
from signalcli.schemas import feature_columns
from signalcli.testing import assert_causal

ROWS = 130
BARS = random_bars(ROWS)
OTHER = random_bars(ROWS, symbol="BBB")
WINDOW = 5
SPEC = FeatureConfig(window=WINDOW)
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


def everything(*sets):
    """All that the sets can make."""
    return FeatureConfig(
        window=WINDOW, sets=sets, windows=(4, 9), statistics=specs.STATISTICS, channels=specs.CHANNELS
    )


@pytest.mark.parametrize("chosen", EVERY_SET)
def test_every_set_keeps_its_promises(chosen):
    assert_causal(select_features(everything(chosen)), cuts=5)


ALL = everything(*EVERY_SET)
ALL_BARS = pd.concat([BARS, OTHER], ignore_index=True)


@pytest.fixture(scope="module")
def all_table():
    return compute(ALL_BARS, select_features(ALL))


@given(t=st.integers(0, ROWS - 2), seed=st.integers(0, 2**16))
@settings(max_examples=8)
def test_every_column_of_every_set_with_two_symbols(all_table, t, seed):
    changed = pd.concat([changed_after(BARS, t, seed), changed_after(OTHER, t, seed + 1)], ignore_index=True)
    cut = ALL_BARS[ALL_BARS.groupby("symbol").cumcount() <= t].reset_index(drop=True)
    known = (ALL_BARS.groupby("symbol").cumcount() <= t).to_numpy()
    expected = all_table[known].reset_index(drop=True)
    for bars, rows in ((changed, known), (cut, slice(None))):
        found = compute(bars, select_features(ALL))[rows].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)


DATES = ("calendar", "session")  # no price moves them
PRICED = [name for name in EVERY_SET if name not in DATES]


@pytest.mark.parametrize("chosen", PRICED)
def test_a_look_back_of_any_set_is_exact(chosen):
    """Its oldest bar can move the newest value, and no older one can."""
    assert loose([f for f in select_features(everything(chosen)) if not f.across]) == []


@pytest.mark.parametrize("chosen", [*PRICED, "default"])
def test_the_newest_bars_give_the_newest_row_of_any_set_and_one_fewer_may_not(chosen):
    config = SPEC if chosen == "default" else everything(chosen)
    features, needed = select_features(config), min_history(config)
    for factor in (1e9, 1e50):  # so wild that what hardly weighs shows
        walk = scaled(random_bars(needed + 40, 5), 40, factor)
        rows = [compute(bars, features).tail(1) for bars in (walk, walk.tail(needed), walk.tail(needed - 1))]
        pd.testing.assert_frame_equal(*(r.reset_index(drop=True) for r in rows[:2]), check_exact=True)
        if not rows[0].reset_index(drop=True).equals(rows[2].reset_index(drop=True)):
            return
    pytest.fail(f"{needed - 1} bars give the same row as {needed}")


def test_a_session_of_minutes_is_settled_by_its_day():
    minutes = random_bars(2 * 1440).assign(
        date=pd.date_range("2024-01-02", periods=2 * 1440, freq="min").astype("datetime64[us]")
    )
    features = select_features(FeatureConfig(sets=("session",)))
    assert {f.look_back for f in features} == {1440}
    newest = [compute(minutes.tail(rows), features).iloc[-1].tolist() for rows in (2880, 1440, 1439)]
    assert newest == [[1439, 1439], [1439, 1439], [1438, 1438]]


def test_the_return_of_a_symbol_among_others_needs_two_bars():
    features = select_features(FeatureConfig(sets=("cross",)))
    for back, counts in ((1, True), (2, True), (3, False)):
        bars = pd.concat([scaled(BARS, ROWS - back, 0.5), OTHER], ignore_index=True)
        newest = compute(bars, features).iloc[ROWS - 1]
        assert (newest["ret_excess"] != compute(ALL_BARS, features)["ret_excess"].iloc[ROWS - 1]) == counts


def test_the_newest_bars_give_the_newest_row_and_one_fewer_may_not():
    needed = min_history(SPEC)
    assert needed == max(f.look_back for f in select_features(SPEC)) == 362
    bars = random_bars(500)
    same(build(bars.tail(needed), SPEC).tail(1), build(bars, SPEC).tail(1))
    # With an oldest bar that is wild enough, its billionth of a billionth shows.
    wild = scaled(bars, 500 - needed, 1e9)
    same(build(wild.tail(needed), SPEC).tail(1), build(wild, SPEC).tail(1))
    assert not build(wild.tail(needed - 1), SPEC)[NAMES].tail(1).equals(build(wild, SPEC)[NAMES].tail(1))


def test_a_short_default_row_is_settled_by_the_declared_bars():
    for window in (2, 20, 400):
        config = FeatureConfig(window=window, sets=("lags",))
        assert min_history(config) == window - 1 + window  # volume_z over the window, at the deepest lag
