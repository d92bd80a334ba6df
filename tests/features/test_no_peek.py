"""No feature knows anything of a later bar or of another symbol, to the last bit."""

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feature_columns import oldest_that_counts, scaled
from random_bars import changed_after, random_bars
from signalcli.features import EVERY_SET, FeatureSpec, build, features_of, min_history
from signalcli.features.build import compute
from signalcli.specs import features as specs
from signalcli.tables import feature_columns
from signalcli.testing import assert_causal

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


def everything(*sets):
    """All that the sets can make."""
    return FeatureSpec(
        window=WINDOW, sets=sets, windows=(4, 9), statistics=specs.STATISTICS, channels=specs.CHANNELS
    )


@pytest.mark.parametrize("chosen", EVERY_SET)
def test_every_set_keeps_its_promises(chosen):
    assert_causal(features_of(everything(chosen)), cuts=5)


ALL = everything(*EVERY_SET)
ALL_BARS = pd.concat([BARS, OTHER], ignore_index=True)


@pytest.fixture(scope="module")
def all_table():
    return compute(ALL_BARS, features_of(ALL))


@given(t=st.integers(0, ROWS - 2), seed=st.integers(0, 2**16))
@settings(max_examples=8)
def test_every_column_of_every_set_with_two_symbols(all_table, t, seed):
    changed = pd.concat([changed_after(BARS, t, seed), changed_after(OTHER, t, seed + 1)], ignore_index=True)
    cut = ALL_BARS[ALL_BARS.groupby("symbol").cumcount() <= t].reset_index(drop=True)
    known = (ALL_BARS.groupby("symbol").cumcount() <= t).to_numpy()
    expected = all_table[known].reset_index(drop=True)
    for bars, rows in ((changed, known), (cut, slice(None))):
        found = compute(bars, features_of(ALL))[rows].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)


NESTED = {"adx14", "trix15"}  # averages of averages: their oldest bars weigh less than a float can show
SHORT = [
    f
    for f in features_of(everything("rolling", "volatility", "technical", "windows"))
    if f.name not in NESTED
]


@pytest.mark.parametrize("feature", SHORT, ids=lambda f: f.name)
def test_a_look_back_of_any_set_is_no_longer_than_it_must_be(feature):
    assert oldest_that_counts(feature) == feature.look_back


def test_a_look_back_of_alpha158_is_no_longer_than_it_must_be():
    for feature in features_of(FeatureSpec(sets=("alpha158",)))[::7]:
        assert oldest_that_counts(feature) == feature.look_back


@pytest.mark.parametrize("feature", features_of(SPEC), ids=lambda f: f.name)
def test_a_look_back_is_no_longer_than_it_must_be(feature):
    assert oldest_that_counts(feature) == feature.look_back


def test_the_newest_bars_give_the_newest_row_and_one_fewer_may_not():
    needed = min_history(SPEC)
    assert needed == max(f.look_back for f in features_of(SPEC)) == 362
    bars = random_bars(500)
    same(build(bars.tail(needed), SPEC).tail(1), build(bars, SPEC).tail(1))
    # With an oldest bar that is wild enough, its billionth of a billionth shows.
    wild = scaled(bars, 500 - needed, 1e9)
    same(build(wild.tail(needed), SPEC).tail(1), build(wild, SPEC).tail(1))
    assert not build(wild.tail(needed - 1), SPEC)[NAMES].tail(1).equals(build(wild, SPEC)[NAMES].tail(1))


def test_a_short_default_row_is_settled_by_the_declared_bars():
    for window in (2, 20, 400):
        spec = FeatureSpec(window=window, sets=("lags",))
        assert min_history(spec) == window - 1 + window  # volume_z over the window, at the deepest lag
