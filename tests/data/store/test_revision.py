"""What a source says otherwise than before: found, named with factor and dates, and nothing else is."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from random_bars import PRICES, random_bars
from signalcli.config.store import StoreConfig
from signalcli.data.store.revision import append_new, compare, rewritten_history

SPEC = StoreConfig()
STORED = random_bars(30)
LONGER = random_bars(40)
BEGIN = STORED["date"].iloc[20].date()


def answer(begin: int = 20) -> pd.DataFrame:
    """What the source says about the last ten stored bars and ten new ones."""
    fresh = random_bars(30).iloc[begin:]
    later = fresh.tail(10).assign(date=pd.bdate_range("2020-03-02", periods=10).astype("datetime64[us]"))
    return pd.concat([fresh, later], ignore_index=True)


def scaled(bars: pd.DataFrame, factor: float, until: int | None = None) -> pd.DataFrame:
    out = bars.copy()
    rows = out.index[:until]
    out.loc[rows, PRICES] = out.loc[rows, PRICES] * factor
    return out


def test_the_same_bars_are_no_rewrite() -> None:
    assert compare(STORED, answer(), BEGIN, SPEC) is None
    assert compare(STORED, answer(), None, SPEC) is None


def test_jitter_of_32_bits_is_no_rewrite_and_changes_nothing() -> None:
    noisy = answer()
    noisy[PRICES] = noisy[PRICES].astype("float32").astype("float64")
    assert compare(STORED, noisy, BEGIN, SPEC) is None
    pd.testing.assert_frame_equal(append_new(STORED, noisy).head(30), STORED)


@pytest.mark.parametrize("factor", [0.5, 0.25, 4.0, 1 / 3, 0.997, 1.0004])
def test_a_split_or_a_dividend_is_one_factor(factor: float) -> None:
    revision = compare(STORED, scaled(answer(), factor, until=10), BEGIN, SPEC)
    assert revision is not None
    assert revision.factor == pytest.approx(factor)
    assert revision.changed == 10
    assert f"by a factor of {factor:.6g}, a split or a dividend (2020-01-29 … 2020-02-11)" in str(revision)


def test_a_factor_up_to_a_date_within_the_overlap() -> None:
    revision = compare(STORED, scaled(answer(), 0.5, until=4), BEGIN, SPEC)
    assert revision is not None
    assert revision.factor == pytest.approx(0.5)
    assert (revision.first, revision.last) == (answer()["date"][0], answer()["date"][3])


def test_a_factor_survives_rounding_to_cents() -> None:
    new = scaled(answer(), 0.98)
    new[PRICES] = new[PRICES].round(2)
    revision = compare(STORED, new, BEGIN, SPEC)
    assert revision is not None
    assert revision.factor == pytest.approx(0.98, abs=1e-3)


@pytest.mark.parametrize("column", [*PRICES, "volume"])
@pytest.mark.parametrize("row", [0, 5, 8])
def test_one_restated_number_is_found_at_its_date(column: str, row: int) -> None:
    new = answer()
    new.loc[row, column] *= 1.01
    revision = compare(STORED, new, BEGIN, SPEC)
    assert revision is not None
    assert (revision.first, revision.last) == (new["date"][row], new["date"][row])
    assert (revision.changed, revision.missing, revision.added, revision.factor) == (1, 0, 0, None)
    assert "1 bar restated" in str(revision)


def test_the_volume_of_the_newest_bar_may_settle() -> None:
    new = answer()
    new.loc[9, "volume"] += 100
    assert compare(STORED, new, BEGIN, SPEC) is None
    out = append_new(STORED, new)
    assert out["volume"][29] == STORED["volume"][29] + 100
    pd.testing.assert_frame_equal(out.head(29), STORED.head(29))


def test_unknown_volume_is_what_it_was() -> None:
    old, new = STORED.assign(volume=np.nan), answer().assign(volume=np.nan)
    assert compare(old, new, BEGIN, SPEC) is None
    revision = compare(old, answer(), BEGIN, SPEC)
    assert revision is not None
    assert revision.changed == 9


@pytest.mark.parametrize("row", [0, 5])
def test_a_bar_that_is_gone_is_found(row: int) -> None:
    revision = compare(STORED, answer().drop(row).reset_index(drop=True), BEGIN, SPEC)
    assert revision is not None
    assert (revision.missing, revision.first) == (1, answer()["date"][row])


def test_a_bar_that_was_put_in_is_found() -> None:
    revision = compare(STORED.drop(25).reset_index(drop=True), answer(), BEGIN, SPEC)
    assert revision is not None
    assert (revision.added, revision.first) == (1, STORED["date"][25])


def test_a_source_with_none_of_the_stored_bars_is_a_rewrite() -> None:
    revision = compare(STORED, answer().tail(10).reset_index(drop=True), BEGIN, SPEC)
    assert revision is not None
    assert revision.missing == 10


def test_what_lies_before_the_answer_is_not_compared() -> None:
    old = STORED.copy()
    old.loc[3, "close"] *= 2
    assert compare(old, answer(), None, SPEC) is None


def test_merging_adds_what_is_new_in_order() -> None:
    out = append_new(STORED, answer())
    assert len(out) == 40
    assert out["date"].is_monotonic_increasing
    assert out["date"].is_unique
    assert append_new(out, answer()).equals(out)


def test_older_bars_stay_unless_they_are_on_another_scale() -> None:
    restated = compare(STORED, answer().assign(close=1.0), BEGIN, SPEC)
    rescaled = compare(STORED, scaled(answer(), 0.5), BEGIN, SPEC)
    assert restated is not None
    assert rescaled is not None
    assert len(rewritten_history(STORED, answer(), restated)) == 40
    assert len(rewritten_history(STORED, scaled(answer(), 0.5), rescaled)) == 20


@given(
    row=st.integers(0, 9),
    column=st.sampled_from(PRICES),
    change=st.floats(1.0001, 3.0) | st.floats(0.3, 0.9999),
)
def test_any_change_above_the_tolerance_is_seen(row: int, column: str, change: float) -> None:
    new = answer()
    new.loc[row, column] *= change
    revision = compare(STORED, new, BEGIN, SPEC)
    assert revision is not None
    assert revision.first == revision.last == new["date"][row]


def test_dates_of_intraday_bars_have_their_time() -> None:
    hours = pd.date_range("2024-01-02 14:00", periods=30, freq="h", unit="us")
    old = STORED.assign(date=hours)
    new = old.copy()
    new.loc[5, "close"] *= 1.5
    assert "(2024-01-02 19:00 … 2024-01-02 19:00)" in str(compare(old, new, dt.date(2024, 1, 2), SPEC))
