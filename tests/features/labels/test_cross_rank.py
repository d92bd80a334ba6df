"""Labels by rank against plain loops: ties, few symbols, calendars that differ, and when a label is known."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shell import run
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.errors import DataError, UsageError
from signalcli.features.build import build, label
from signalcli.features.labels.cross_rank import rank_lines
from signalcli.serving.bundle.target_inference import infer_target
from signalcli.training.plan import make_plan

RANK = FeatureConfig(window=2, sets=("lags",), lags=(0,), channels=("ret",), label="cross-rank")
NEW_YORK = replace(RANK, close_time=("16:00@America/New_York",))  # holes are no other exchange


def bars_of(closes: dict[str, dict[str, float]]) -> pd.DataFrame:
    """Bars from closes by symbol and date."""
    rows = [
        {"symbol": s, "date": pd.Timestamp(d), "open": c, "high": c, "low": c, "close": c, "volume": 1.0}
        for s, series in closes.items()
        for d, c in series.items()
    ]
    return pd.DataFrame(rows).astype({"date": "datetime64[us]"})


def daily(*closes: float, first: str = "2024-01-01") -> dict[str, float]:
    return {
        f"{d:%Y-%m-%d}": c for d, c in zip(pd.date_range(first, periods=len(closes)), closes, strict=True)
    }


def directions(table: pd.DataFrame, symbol: str) -> list[int | None]:
    values = table.loc[table["symbol"] == symbol, "direction"]
    return [None if pd.isna(v) else int(v) for v in values]


def panel(symbols: int = 5, rows: int = 80, **options) -> pd.DataFrame:
    parts = [synthetic_bars("factor", symbol=f"S{i}", rows=rows, **options) for i in range(symbols)]
    return pd.concat(parts, ignore_index=True)


def by_loops(bars: pd.DataFrame, horizon: int) -> dict[tuple[str, pd.Timestamp], tuple[int, pd.Timestamp]]:
    """Direction and end of each label: every return of every date is compared with the median in a loop."""
    found: dict[pd.Timestamp, dict[str, tuple[float, pd.Timestamp]]] = {}
    for symbol, own in bars.groupby("symbol"):
        close, dates = own["close"].tolist(), own["date"].tolist()
        for i in range(len(own) - horizon):
            found.setdefault(dates[i], {})[symbol] = (close[i + horizon] / close[i] - 1, dates[i + horizon])
    labels = {}
    for date, of_day in found.items():
        median, end = float(np.median([r for r, _ in of_day.values()])), max(e for _, e in of_day.values())
        labels |= {(s, date): (int(r > median), end) for s, (r, _) in of_day.items() if len(of_day) > 1}
    return labels


def test_the_better_half_of_a_date_is_up_and_the_median_is_not():
    bars = bars_of({"A": daily(100, 103, 103), "B": daily(100, 102, 101), "C": daily(100, 101, 105)})
    table = label(bars, RANK)
    table["symbol"] = bars["symbol"]
    assert directions(table, "A") == [1, 0, None]  # +3 % of 3, 2, 1; then 0 of 0, -1, +4
    assert directions(table, "B") == [0, 0, None]
    assert directions(table, "C") == [0, 1, None]


def test_ties_at_the_median_are_not_above_it():
    bars = bars_of({s: daily(100, 100 + (s == "D")) for s in "ABCD"})
    table = label(bars, RANK).assign(symbol=bars["symbol"])
    assert [directions(table, s)[0] for s in "ABCD"] == [0, 0, 0, 1]


@given(st.integers(1, 6), st.integers(2, 7), st.integers(0, 2**31))
@settings(max_examples=15, deadline=None)
def test_labels_are_those_of_plain_loops_where_calendars_differ(horizon, symbols, seed):
    rng = np.random.default_rng(seed)
    bars = panel(symbols, 30, seed=seed % 1000)
    bars["close"] = bars["close"].round(0)  # ties
    bars = bars[rng.random(len(bars)) > 0.2]
    made = build_labels(bars, horizon)
    expected = by_loops(bars, horizon)
    assert {k: v for k, v in made.items() if v is not None} == expected
    assert all(k in made for k in expected)


def build_labels(bars: pd.DataFrame, horizon: int):
    bars = bars.sort_values(["symbol", "date"], ignore_index=True)
    table = label(bars, replace(NEW_YORK, horizon=horizon))
    rows = zip(bars["symbol"], bars["date"], table["direction"], table["label_end"], strict=True)
    return {(s, d): None if pd.isna(up) else (int(up), end) for s, d, up, end in rows}


def test_a_label_is_known_when_the_last_of_the_compared_returns_is():
    late = {"2024-01-01": 100.0, "2024-01-02": 101.0, "2024-01-09": 99.0}  # has no bar for a week
    bars = bars_of({"A": daily(*range(100, 110)), "B": late})
    table = label(bars, NEW_YORK)
    ends = table["label_end"].dt.strftime("%m-%d").tolist()
    assert ends[:2] == ["01-02", "01-09"]
    assert table["direction"].iloc[:2].tolist() == [
        0,
        1,
    ]  # 1 % is the median of 1 % and 1 %; then 0.99 % of -2 %


@pytest.mark.parametrize("jobs", ["pooled", "apart"])
def test_no_model_trains_on_a_label_that_ends_in_its_test_block(jobs):
    bars = panel(6, 200)
    bars = bars[np.random.default_rng(3).random(len(bars)) > 0.3]  # the ends of a date differ
    table = build(bars, replace(NEW_YORK, horizon=4))
    plan = make_plan(table, FitConfig(models=("ar",), pooled=jobs == "pooled"), FoldConfig(folds=4))
    own_end = table["date"].groupby(table["symbol"]).shift(-4)
    later = table["label_end"] > own_end
    assert later.sum() > 100
    for group in plan.groups:
        for fold in group.folds:
            known = group.rows["label_end"].iloc[fold.train]
            assert (known <= group.rows["date"].iloc[fold.test].min()).all()
            assert fold.purged > 0


@pytest.mark.parametrize("day", [20, 37, 50])
def test_a_known_label_does_not_depend_on_later_bars(day):
    bars = panel(5, 60)
    bars = bars[np.random.default_rng(day).random(len(bars)) > 0.2].reset_index(drop=True)
    stamp = np.sort(bars["date"].unique())[day]
    config = replace(NEW_YORK, horizon=3)
    whole = build(bars, config)
    cut = build(bars[bars["date"] <= stamp], config)
    past = bars["date"] <= stamp
    prices = ["open", "high", "low", "close"]
    changed = build(bars.assign(**{c: bars[c].where(past, bars[c] * 2) for c in prices}), config)
    keys = ["symbol", "date", "direction", "label_end"]
    known = whole.loc[whole["label_end"] <= stamp, keys].reset_index(drop=True)
    assert len(known) > 40
    for other in (cut, changed):
        same = other.merge(known[["symbol", "date"]], on=["symbol", "date"])[keys]
        pd.testing.assert_frame_equal(same, known)


def test_dates_of_one_symbol_have_no_label_and_are_counted():
    bars = bars_of({"A": daily(*range(100, 120)), "B": daily(*range(90, 100), first="2024-01-11")})
    table = build(bars, RANK)
    assert table["direction"].notna().sum() == 18
    (line,) = rank_lines(table, RANK)
    assert line.startswith(
        "10 rows without a label: fewer than 2 known returns to compare (10 dates, first 2024-01-01"
    )
    assert rank_lines(table, FeatureConfig()) == []


def test_one_symbol_alone_is_refused():
    with pytest.raises(DataError, match="no date has 2 symbols"):
        build(panel(1), RANK)
    text = run("fetch walk --source synthetic --rows 60")
    assert "DATA-FEW" in run("features --label cross-rank --window 5", text, status=65).stderr


def test_exchanges_that_close_at_different_hours_make_a_label_a_day_later():
    bars = bars_of({"US": daily(*range(100, 130)), "JP": daily(*range(90, 120))})
    closes = ("US=16:00@America/New_York", "JP=15:00@Asia/Tokyo")
    table = build(bars, replace(RANK, close_time=closes))
    known = table["label_end"].notna()
    assert ((table["label_end"] - table["date"])[known] == pd.Timedelta(days=2)).all()
    plain = build(bars, RANK)
    assert ((plain["label_end"] - plain["date"])[known] == pd.Timedelta(days=1)).all()


def test_a_dead_zone_beside_it_is_refused():
    with pytest.raises(UsageError, match="--dead-zone"):
        FeatureConfig(label="cross-rank", dead_zone=0.01)


def test_a_saved_model_knows_what_its_labels_were():
    table = build(panel(4, 60), FeatureConfig(window=2, sets=("lags",), label="cross-rank", horizon=2))
    found = infer_target(table)
    assert found is not None
    assert (found.label, found.horizon) == ("cross-rank", 2)


def test_ranks_balance_and_follow_the_planted_order():
    table = build(panel(30, 400, signal=0.3), RANK).dropna(subset=["direction", "ret_lag0"])
    assert table["direction"].mean() == 0.5
    by_date = table.groupby("date")["ret_lag0"].rank(pct=True)
    low, high = (table["direction"][by_date.between(a, b)].mean() for a, b in pairwise((0, 0.5, 1)))
    assert high - low > 0.15


def test_calendars_that_differ_without_closes_count_as_different_hours():
    bars = bars_of({"A": daily(*range(100, 130)), "B": daily(*range(90, 120))})
    holes = bars[~((bars["symbol"] == "B") & (bars["date"].dt.day % 5 == 0))]
    table = label(holes, RANK)
    known = table["label_end"].notna()
    assert ((table["label_end"] - holes["date"].to_numpy())[known] >= pd.Timedelta(days=2)).all()
