"""Test helpers for authors of features and of sources.

    from signalcli.features import Feature
    from signalcli.testing import assert_causal

    def my_features():  # signalcli features --plugin my_module:my_features
        return [Feature("body", lambda bars: bars["close"] / bars["open"] - 1, 1, "close / open - 1")]

    def test_my_features():
        assert_causal(my_features())

``bars`` holds open, high, low, close, volume and date as arrays (bars, symbols); time runs along the first
axis. An AssertionError names the feature, the broken promise, and the row.

    from signalcli.testing import assert_source

    def test_my_source():
        assert_source(my_source, "IBM", dt.date(2024, 1, 2), dt.date(2024, 3, 1))
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import get_args

import numpy as np
import pandas as pd

from signalcli.config.fetch import Adjust, FetchConfig
from signalcli.data.sources.services.answer import check_answer, raw_bars
from signalcli.data.sources.services.contract import Source, SourceBars
from signalcli.data.sources.services.registry import guarded
from signalcli.errors import NoInputError, SignalcliError, UsageError
from signalcli.features.build import compute
from signalcli.features.feature import Feature, longest_look_back
from signalcli.schemas import PRICES


def random_walk(rows: int, seed: int = 0, symbol: str = "AAA") -> pd.DataFrame:
    """BARS of a random walk on weekdays."""
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.02, rows)))
    opens = close * np.exp(rng.normal(0.0, 0.01, rows))
    return pd.DataFrame(
        {
            "symbol": symbol,
            "date": pd.bdate_range("2000-01-03", periods=rows).astype("datetime64[us]"),
            "open": opens,
            "high": np.maximum(opens, close) * np.exp(rng.uniform(0.0, 0.01, rows)),
            "low": np.minimum(opens, close) / np.exp(rng.uniform(0.0, 0.01, rows)),
            "close": close,
            "volume": rng.integers(1_000, 1_000_000, rows).astype("float64"),
        }
    ).astype({"symbol": "str"})


def assert_causal(features: Sequence[Feature], bars: pd.DataFrame | None = None, cuts: int = 8) -> None:
    """Assert that features keep their promises, to the last bit.

    Removing or changing later bars changes no earlier value. The newest ``look_back`` bars determine the
    newest value. Other symbols change nothing, except for features with ``across``.

    Parameters
    ----------
    features : sequence of Feature
        Features to test.
    bars : pandas.DataFrame, optional
        BARS of one symbol; by default a random walk longer than every look-back.
    cuts : int
        Number of rows, spread over the table, after which bars are removed or changed.
    """
    walk = random_walk(longest_look_back(features) + 80) if bars is None else bars.reset_index(drop=True)
    table = compute(walk, features)
    for t in np.unique(np.linspace(0, len(walk) - 2, cuts).astype(int)):
        _assert_same(table, compute(walk.head(t + 1), features), t + 1, f"removing the bars after row {t}")
        changed = _perturb(walk, slice(t + 1, None))
        _assert_same(table, compute(changed, features), t + 1, f"changing the bars after row {t}")
    _assert_look_back(features, walk, table)
    _assert_symbols_separate(features, walk, table)


def _assert_same(expected: pd.DataFrame, actual: pd.DataFrame, rows: int, change: str) -> None:
    for name in expected.columns:
        a, b = expected[name].to_numpy()[:rows], actual[name].to_numpy()[:rows]
        moved = np.flatnonzero(~((a == b) | (np.isnan(a) & np.isnan(b))))
        assert len(moved) == 0, f"{name}: {change} moves row {moved[0]} from {a[moved[0]]} to {b[moved[0]]}"  # noqa: S101


def _assert_look_back(features: Sequence[Feature], walk: pd.DataFrame, table: pd.DataFrame) -> None:
    """The newest value does not change when the bars before its look-back are removed or changed."""
    for feature in features:
        rows = min(feature.look_back, len(walk))
        newest = table[[feature.name]].tail(1)
        older = f"the bars older than its look-back of {rows} bars"
        changed = _perturb(walk, slice(0, len(walk) - rows))
        for verb, bars in (("removing", walk.tail(rows)), ("changing", changed)):
            _assert_same(newest, compute(bars, [feature]).tail(1), 1, f"{verb} {older}")


def _assert_symbols_separate(features: Sequence[Feature], walk: pd.DataFrame, table: pd.DataFrame) -> None:
    """A symbol before and one after this one in the table change nothing."""
    features = [f for f in features if not f.across]
    if not features:
        return
    before, after = random_walk(len(walk) // 2 + 1, 1, " before"), random_walk(len(walk), 2, "~after")
    together = compute(pd.concat([before, walk, after], ignore_index=True), features)
    own = together.iloc[len(before) : len(before) + len(walk)]
    _assert_same(table[list(own.columns)], own, len(walk), "another symbol in the table")


def _perturb(bars: pd.DataFrame, rows: slice) -> pd.DataFrame:
    """Bars with some rows scaled by about 1000, so that even a weight of a billionth shows."""
    out = bars.copy()
    count = len(out.iloc[rows])
    factor = 1000.0 * np.exp(np.random.default_rng(count).normal(0.0, 0.3, count))
    for name in (*PRICES, "volume"):
        values = out[name].to_numpy("float64").copy()
        values[rows] *= factor
        out[name] = values
    return out


def assert_source(
    source: Source,
    symbol: str,
    start: dt.date,
    end: dt.date,
    interval: str = "1d",
    unknown: str | None = "NO.SUCH.SYMBOL",
) -> None:
    """Assert that a source keeps its promises, by some requests of one symbol.

    Its bars lie in the window, are valid, finished, and each comes once; a shorter window gives the same
    bars; an unknown symbol gives none, and no bars of another.

    Parameters
    ----------
    source : callable
        Function of symbols, start, end and interval, as `signalcli.data.sources.SourceBars` describes it.
    symbol : str
        A symbol with at least four bars between ``start`` and ``end``.
    start, end : date
        First and last date, both included.
    interval : str
        Interval of the bars.
    unknown : str or None
        A symbol that the source does not have; None leaves this check out.
    """
    source = guarded("the source", source)
    answer = _answer(source, symbol, start, end, interval)
    days = answer.rows["date"].dt.normalize()
    dates = answer.rows["date"]
    assert len(dates) >= 4, f"{symbol}: {len(dates)} bars between {start} and {end}; four are needed"  # noqa: S101
    outside = ~days.between(pd.Timestamp(start), pd.Timestamp(end))
    assert not outside.any(), f"{symbol}: bar of {dates[outside].iloc[0]} is outside the window"  # noqa: S101
    assert not dates.duplicated().any(), f"{symbol}: two bars of {dates[dates.duplicated()].iloc[0]}"  # noqa: S101
    _assert_valid(answer, symbol, FetchConfig(start=start, end=end, interval=interval))
    middle = days.sort_values().iloc[len(days) // 2].date()
    _assert_same_bars(answer, _answer(source, symbol, middle, end, interval), middle)
    if unknown is not None:
        _assert_unknown(source, unknown, start, end, interval)


def _answer(source: Source, symbol: str, start: dt.date, end: dt.date, interval: str) -> SourceBars:
    try:
        return check_answer("the source", source([symbol], start, end, interval), [symbol])
    except SignalcliError as error:
        raise AssertionError(error.message) from error


def _assert_valid(answer: SourceBars, symbol: str, config: FetchConfig) -> None:
    """The rows are bars, in at least one of the adjustments."""
    now = dt.datetime.now(dt.UTC)
    refused: list[str] = []
    for adjust in get_args(Adjust):
        try:
            _, unfinished = raw_bars(
                "the source", symbol, answer, dataclasses.replace(config, adjust=adjust), now
            )
        except UsageError as error:
            refused.append(error.message)
            continue
        except SignalcliError as error:
            raise AssertionError(error.message) from error
        assert not unfinished, f"{symbol}: {unfinished} bars are not finished"  # noqa: S101
    assert len(refused) < len(get_args(Adjust)), refused[0]  # noqa: S101


def _assert_same_bars(whole: SourceBars, part: SourceBars, start: dt.date) -> None:
    columns = [c for c in ("date", *PRICES, "volume") if c in whole.rows]
    later = whole.rows[whole.rows["date"].dt.normalize() >= pd.Timestamp(start)]
    one, other = (rows[columns].sort_values("date", ignore_index=True) for rows in (later, part.rows))
    assert one.equals(other), f"the bars from {start} on differ when only these are asked for"  # noqa: S101


def _assert_unknown(source: Source, unknown: str, start: dt.date, end: dt.date, interval: str) -> None:
    try:
        rows = source([unknown], start, end, interval).rows
    except NoInputError:
        return
    assert not len(rows), f"{unknown}: {len(rows)} bars of a symbol that there is not"  # noqa: S101
