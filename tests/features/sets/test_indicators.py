"""Indicators against their textbook recursions."""

import numpy as np
import pytest

from feature_columns import of_features
from random_bars import SORTS, constant_price, one_jump, random_bars
from signalcli.features.sets.indicators import atr, bollinger, indicator_features, macd, rsi, true_range


def indicators(bars):
    return of_features(indicator_features(), bars)


SEEN = 700  # bars after which the textbook's start and ours are both forgotten


def columns(bars):
    return {c: bars[c].to_numpy("float64") for c in ("open", "high", "low", "close", "volume")}


def wilder(x, period):
    """Wilder (1978): simple mean of the first values, then (last * (n - 1) + new) / n."""
    out = np.full(len(x), np.nan)
    out[period - 1] = np.mean(x[:period])
    for t in range(period, len(x)):
        out[t] = (out[t - 1] * (period - 1) + x[t]) / period
    return out


def ema(x, span):
    out = np.empty(len(x))
    out[0] = x[0]
    for t in range(1, len(x)):
        out[t] = out[t - 1] + 2 / (span + 1) * (x[t] - out[t - 1])
    return out


@pytest.fixture(scope="module")
def long_bars():
    return columns(random_bars(1000))


def test_rsi_is_wilders(long_bars):
    change = np.diff(long_bars["close"])
    up, down = wilder(np.maximum(change, 0), 14), wilder(np.maximum(-change, 0), 14)
    expected = 100 - 100 / (1 + up / down)
    np.testing.assert_allclose(rsi(long_bars["close"])[SEEN:], expected[SEEN - 1 :], atol=1e-6)


def test_atr_is_wilders(long_bars):
    high, low, close = (long_bars[c] for c in ("high", "low", "close"))
    ranges = [
        max(high[t] - low[t], abs(high[t] - close[t - 1]), abs(low[t] - close[t - 1])) for t in range(1, 1000)
    ]
    np.testing.assert_allclose(true_range(long_bars)[1:], ranges, rtol=1e-12)
    assert np.isnan(true_range(long_bars)[0])
    expected = wilder(np.array(ranges), 14) / close[1:]
    np.testing.assert_allclose(atr(long_bars)[SEEN:], expected[SEEN - 1 :], atol=1e-6)


def test_macd_is_appels(long_bars):
    close = long_bars["close"]
    line = ema(close, 12) - ema(close, 26)
    histogram = line - ema(line, 9)
    ours = macd(close)
    np.testing.assert_allclose(ours[0][SEEN:], (line / close)[SEEN:], atol=1e-6)
    np.testing.assert_allclose(ours[1][SEEN:], (histogram / close)[SEEN:], atol=1e-6)


@pytest.mark.parametrize("sort", SORTS)
def test_bollinger_is_that_of_a_loop(sort):
    close = SORTS[sort](80)["close"].to_numpy()
    ours = bollinger(close)
    assert np.isnan(ours[:19]).all()
    for t in range(19, 80):
        last = close[t - 19 : t + 1]
        flat = last.max() == last.min()
        expected = 0.0 if flat else (close[t] - last.mean()) / (2 * last.std(ddof=1))
        assert ours[t] == pytest.approx(expected, abs=1e-9)


def test_a_price_that_never_moved_is_in_the_middle_of_everything():
    found = indicators(columns(constant_price(120)))
    assert (found["rsi14"][14:] == 50).all()
    assert (found["atr14"][14:] == 0).all()
    assert (found["bollinger20"][19:] == 0).all()
    assert np.abs(found["macd12_26"][26:]).max() < 1e-14
    assert np.abs(found["macd_hist9"][40:]).max() < 1e-14


def test_one_jump_up_is_all_gain():
    found = indicators(columns(one_jump(120)))
    assert (found["rsi14"][14:60] == 50).all()
    assert (found["rsi14"][60:] == 100).all()
    assert found["atr14"][60] == pytest.approx(0.1 / 14 / 0.2, rel=0.02)  # the warm-up weighs a little more
    assert found["bollinger20"][60] > 1


def test_each_is_known_from_its_own_first_bar_on():
    found = indicators(columns(random_bars(60)))
    first = {name: int(np.flatnonzero(~np.isnan(x))[0]) for name, x in found.items()}
    assert first == {"rsi14": 14, "macd12_26": 25, "macd_hist9": 33, "atr14": 14, "bollinger20": 19}


def test_rsi_stays_within_its_scale(long_bars):
    known = rsi(long_bars["close"])[14:]
    assert known.min() >= 0
    assert known.max() <= 100
