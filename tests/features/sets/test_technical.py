"""The wider family of indicators against TA-Lib, once both have forgotten their start."""

import numpy as np
import pytest

from feature_columns import of_features
from random_bars import SORTS, random_bars
from signalcli.features.sets.indicators import indicator_features
from signalcli.features.sets.technical import technical_features
from signalcli.features.timeseries.ewm import decayed_sum, ewm_mean, memory

BARS = {c: random_bars(1500, 2)[c].to_numpy() for c in ("open", "high", "low", "close", "volume")}
FOUND = of_features([*technical_features(), *indicator_features()], BARS)
SEEN = 900
OPEN, H, L, C, V = (BARS[c] for c in ("open", "high", "low", "close", "volume"))


def oracles():
    talib = pytest.importorskip("talib")
    slow_k, slow_d = talib.STOCH(H, L, C, 14, 3, 0, 3, 0)
    down, up = talib.AROON(H, L, 14)
    obv = talib.OBV(C, V)
    macd, _, histogram = talib.MACD(C, 12, 26, 9)
    upper, middle, _ = talib.BBANDS(C, 20, 2.0, 2.0)
    return {
        "plus_di14": talib.PLUS_DI(H, L, C, 14),
        "minus_di14": talib.MINUS_DI(H, L, C, 14),
        "adx14": talib.ADX(H, L, C, 14),
        "stoch_fast14": talib.STOCHF(H, L, C, 14, 1, 0)[0],
        "stoch_k14": slow_k,
        "stoch_d14": slow_d,
        "obv_change20": np.concatenate([np.full(20, np.nan), obv[20:] - obv[:-20]]) / talib.SUM(V, 20),
        "mfi14": talib.MFI(H, L, C, V, 14),
        "cci14": talib.CCI(H, L, C, 14),
        "willr14": talib.WILLR(H, L, C, 14),
        "roc10": talib.ROC(C, 10) / 100,
        "trix15": talib.TRIX(C, 15) / 100,
        "aroon_up14": up,
        "aroon_down14": down,
        "cmo14": talib.CMO(C, 14),
        "ultimate": talib.ULTOSC(H, L, C, 7, 14, 28),
        "ppo12_26": talib.PPO(C, 12, 26, 1) / 100,
        "bop": talib.BOP(OPEN, H, L, C),
        "cmf20": None,  # TA-Lib has none; a loop below
        "sma_distance20": C / talib.SMA(C, 20) - 1,
        "sma_distance50": C / talib.SMA(C, 50) - 1,
        "sma_distance200": C / talib.SMA(C, 200) - 1,
        "donchian20": (talib.MAX(H, 20) - talib.MIN(L, 20)) / C,
        "rsi14": talib.RSI(C, 14),
        "macd12_26": macd / C,
        "macd_hist9": histogram / C,
        "atr14": talib.NATR(H, L, C, 14) / 100,
        # TA-Lib's band is made of the deviation with ddof 0
        "bollinger20": (C - middle) / (upper - middle) * np.sqrt(19 / 20),
    }


@pytest.mark.parametrize("name", [f.name for f in [*technical_features(), *indicator_features()]])
def test_it_is_that_of_talib(name):
    expected = oracles()[name]
    if expected is not None:
        np.testing.assert_allclose(FOUND[name][SEEN:], expected[SEEN:], rtol=0, atol=1e-6)


def test_chaikins_money_flow_is_that_of_a_loop():
    for t in (19, 700, 1499):
        days = range(t - 19, t + 1)
        flow = sum((2 * C[i] - H[i] - L[i]) / (H[i] - L[i]) * V[i] for i in days)
        assert FOUND["cmf20"][t] == pytest.approx(flow / sum(V[i] for i in days), rel=1e-12)


@pytest.mark.parametrize("sort", ["random_bars", "constant_price", "zero_volume", "one_jump"])
def test_each_is_known_and_finite_whatever_the_bars(sort):
    bars = SORTS[sort](300)
    found = of_features(technical_features(), {c: bars[c].to_numpy("float64") for c in BARS})
    for name, values in found.items():
        assert np.isfinite(values[200:]).all(), name


@pytest.mark.parametrize("width", [1, 2, 3, 7, 8, 100, 280])
def test_doubled_windows_are_the_plain_sum(width):
    x = np.random.default_rng(1).normal(size=400)
    plain = [sum(0.9**k * x[t - k] for k in range(min(width, t + 1))) for t in range(400)]
    np.testing.assert_allclose(decayed_sum(x, 0.9, width), plain, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("alpha", [1 / 14, 2 / 13, 0.5])
def test_an_average_is_that_of_a_loop_and_forgets_after_its_memory(alpha):
    x = np.concatenate([[np.nan], np.random.default_rng(1).normal(size=400)])
    found, width = ewm_mean(x, alpha, 5), memory(alpha)
    for t in (5, 60, 400):
        weights = [(1 - alpha) ** k for k in range(min(width, t))]
        expected = sum(w * x[t - k] for k, w in enumerate(weights)) / sum(weights)
        assert found[t] == pytest.approx(expected, abs=1e-12)
    spiked = x.copy()
    spiked[50] = 1e9
    moved = 5 + np.flatnonzero(ewm_mean(spiked, alpha, 5)[5:] != found[5:])
    assert (moved[0], moved[-1]) == (50, min(50 + width - 1, 400))
