"""A symbol among the others of its date."""

import numpy as np
import pandas as pd
import pytest

from random_bars import changed_after, random_bars
from signalcli.features import FeatureConfig, build

SPEC = FeatureConfig(window=2, sets=("cross",))
NAMES = ["market_ret", "market_up", "ret_excess", "ret_rank"]
SYMBOLS = {"AAA": (60, "2020-01-01"), "BBB": (45, "2020-01-15"), "CCC": (70, "2019-12-20")}


def bars_of(change_behind=None):
    parts = []
    for name, (rows, start) in SYMBOLS.items():
        bars = random_bars(rows, symbol=name, start=start)
        if change_behind is not None:
            bars = changed_after(bars, int((bars["date"] <= change_behind).sum()) - 1)
        parts.append(bars)
    return pd.concat(parts, ignore_index=True)


def test_every_date_is_that_of_pandas():
    table = build(bars_of(), SPEC)
    close = np.log(table["close"])
    r = close - close.groupby(table["symbol"]).shift(1)
    by_date = r.groupby(table["date"])
    np.testing.assert_allclose(table["market_ret"], by_date.transform("mean").where(r.notna()), rtol=1e-12)
    np.testing.assert_allclose(
        table["market_up"],
        (r > 0).where(r.notna()).astype(float).groupby(table["date"]).transform("mean").where(r.notna()),
    )
    np.testing.assert_allclose(table["ret_rank"], by_date.rank(pct=True), rtol=1e-12)
    np.testing.assert_allclose(table["ret_excess"], r - table["market_ret"], atol=1e-15)


@pytest.mark.parametrize("date", ["2020-01-02", "2020-01-20", "2020-03-02"])
def test_what_comes_later_moves_nothing(date):
    stamp = pd.Timestamp(date)
    table, changed = build(bars_of(), SPEC), build(bars_of(change_behind=stamp), SPEC)
    past = table["date"] <= stamp
    pd.testing.assert_frame_equal(table.loc[past, NAMES], changed.loc[past, NAMES], check_exact=True)
    assert not table[NAMES].equals(changed[NAMES])
    cut = bars_of()
    cut = build(cut[(cut["date"] <= stamp) | (cut["symbol"] != "CCC")], SPEC)
    kept = cut["date"] <= stamp
    pd.testing.assert_frame_equal(
        cut.loc[kept, NAMES].reset_index(drop=True),
        table.loc[past, NAMES].reset_index(drop=True),
        check_exact=True,
    )


def test_ties_share_their_rank():
    bars = pd.concat([random_bars(5).assign(symbol=s) for s in "ABC"], ignore_index=True)
    assert (build(bars, SPEC).groupby("symbol")["ret_rank"].nth([1, 2, 3, 4]) == 2 / 3).all()
