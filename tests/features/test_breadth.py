"""Every rolling statistic and every volatility against NumPy on one window at a time."""

import numpy as np
import pandas as pd
import pytest

from feature_columns import of_features
from random_bars import SORTS, random_bars
from signalcli.config import features as specs
from signalcli.features import FeatureConfig, build, select_features
from signalcli.features.sets.rolling import STATISTICS, rolling_features
from signalcli.features.sets.volatility import volatility_features

WIDTH, ROWS = 7, 40


def columns(bars):
    return {c: bars[c].to_numpy("float64") for c in ("open", "high", "low", "close", "volume")}


def flat(x):
    return x.max() == x.min()


def fitted(y):
    slope, start = np.polyfit(np.arange(len(y)), y, 1)
    line = start + slope * np.arange(len(y))
    return slope, y[-1] - line[-1], 1 - ((y - line) ** 2).sum() / ((y - y.mean()) ** 2).sum()


def naive(b, t, w):
    """Statistics of the window of w bars that ends at t."""
    r = np.diff(np.log(b["close"][t - w : t + 1]))
    price = np.log(b["close"][t - w + 1 : t + 1])
    high, low = b["high"][t - w + 1 : t + 1], b["low"][t - w + 1 : t + 1]
    volume = np.log1p(b["volume"][t - w + 1 : t + 1])
    slope, left, r2 = (0.0, 0.0, 0.0) if flat(price) else fitted(price)
    return {
        "mean": r.mean(), "std": r.std(ddof=1), "min": r.min(), "max": r.max(), "median": np.median(r),
        "q20": np.quantile(r, 0.2), "q80": np.quantile(r, 0.8),
        "rank": pd.Series(r).rank(pct=True).iloc[-1], "skew": 0.0 if flat(r) else pd.Series(r).skew(),
        "slope": slope, "r2": r2, "residual": left,
        "since_max": (w - 1 - np.argmax(high)) / w, "since_min": (w - 1 - np.argmin(low)) / w,
        "corr_volume": 0.0 if flat(r) or flat(volume) else np.corrcoef(r, volume)[0, 1],
        "up": (r > 0).mean(), "down": (r < 0).mean(), "up_sum": r[r > 0].sum(), "down_sum": -r[r < 0].sum(),
    }  # fmt: skip


@pytest.mark.parametrize("sort", ["random_bars", "constant_price", "zero_volume", "one_jump"])
def test_every_statistic_is_that_of_a_loop(sort):
    bars = columns(SORTS[sort](ROWS))
    found = of_features(rolling_features((WIDTH,), specs.STATISTICS), bars)
    for t in range(WIDTH, ROWS):
        for name, value in naive(bars, t, WIDTH).items():
            made = found[f"{STATISTICS[name].over(WIDTH).name}"][t]
            assert made == pytest.approx(value, rel=1e-7, abs=1e-9), (name, t)


def test_every_statistic_that_can_be_asked_for_is_there():
    assert tuple(STATISTICS) == specs.STATISTICS
    with_all = FeatureConfig(sets=("rolling",), statistics=specs.STATISTICS, windows=(3, 4))
    assert len(select_features(with_all)) == 2 * len(STATISTICS)


def test_an_unknown_volume_makes_its_correlations_unknown_and_nothing_else():
    bars = columns(random_bars(ROWS))
    bars["volume"] = np.where(np.arange(ROWS) == 20, np.nan, bars["volume"])
    found = of_features(rolling_features((WIDTH,), specs.STATISTICS), bars)
    for name, values in found.items():
        unknown = set(np.flatnonzero(np.isnan(values[WIDTH:])) + WIDTH)
        assert unknown == (set(range(20, 20 + WIDTH)) if "volume" in name else set()), name


def test_ties_in_a_window():
    high = np.array([3.0, 5.0, 5.0, 4.0, 5.0, 1.0, 1.0])
    bars = {"high": high, "low": -high, "close": np.exp(high), "volume": high, "open": high}
    found = of_features(rolling_features((4,), ("since_max", "since_min", "rank")), bars)
    np.testing.assert_array_equal(found["since_max4"][3:] * 4, [2, 3, 3, 2])  # of equal ones the oldest
    np.testing.assert_array_equal(found["since_min4"][3:] * 4, [2, 3, 3, 2])


def test_volatilities_are_those_of_a_loop():
    b = columns(random_bars(ROWS))
    found = of_features(volatility_features((WIDTH,)), b)
    ln = np.log
    for t in range(WIDTH, ROWS):
        o, h, low, c = (b[n][t - WIDTH + 1 : t + 1] for n in ("open", "high", "low", "close"))
        before = b["close"][t - WIDTH : t]
        rs = (ln(h / c) * ln(h / o) + ln(low / c) * ln(low / o)).mean()
        k = 0.34 / (1.34 + (WIDTH + 1) / (WIDTH - 1))
        expected = {
            "cc": ln(c / before).var(ddof=1),
            "parkinson": (ln(h / low) ** 2).mean() / (4 * ln(2)),
            "gk": (0.5 * ln(h / low) ** 2 - (2 * ln(2) - 1) * ln(c / o) ** 2).mean(),
            "rs": rs,
            "yz": ln(o / before).var(ddof=1) + k * ln(c / o).var(ddof=1) + (1 - k) * rs,
        }
        for name, variance in expected.items():
            assert found[f"vol_{name}{WIDTH}"][t] == pytest.approx(np.sqrt(variance), rel=1e-10), name


def test_estimators_find_the_volatility_of_a_walk_within_a_few_percent():
    rng = np.random.default_rng(0)
    path = 0.02 / np.sqrt(400) * np.cumsum(rng.normal(size=(2000, 400)), axis=1)
    start = np.concatenate([[0.0], np.cumsum(path[:, -1])[:-1]])
    path = np.exp(path + start[:, None])
    before = np.exp(start)
    b = {
        "open": before, "close": path[:, -1],
        "high": np.maximum(path.max(1), before), "low": np.minimum(path.min(1), before),
    }  # fmt: skip
    found = of_features(volatility_features((1000,)), b)
    for name in ("cc", "parkinson", "gk", "rs"):
        assert found[f"vol_{name}1000"][-1] == pytest.approx(0.02, rel=0.06), name


def test_lags_of_any_channel_at_any_age():
    config = FeatureConfig(window=5, sets=("lags",), channels=("body", "gap", "place"), lags=(0, 21, 3))
    names = [f.name for f in select_features(config)]
    assert names == [f"{c}_lag{k}" for k in (21, 3, 0) for c in ("body", "gap", "place")]
    bars = random_bars(60)
    table = build(bars, config)
    o, h, low, c = (bars[n].to_numpy() for n in ("open", "high", "low", "close"))
    np.testing.assert_allclose(table["body_lag21"][21:], np.log(c / o)[:-21])
    np.testing.assert_allclose(table["place_lag3"][3:], ((c - low) / (h - low))[:-3])
    np.testing.assert_allclose(table["gap_lag0"][1:], np.log(o[1:] / c[:-1]))
    assert table["gap_lag0"].isna().sum() == 1


def test_windows_is_the_whole_block_whatever_the_lags():
    config = FeatureConfig(window=4, sets=("windows", "lags"), lags=(1, 9))
    names = [f.name for f in select_features(config)]
    assert names[:6] == [f"{c}_lag{k}" for k in (9, 1) for c in config.channels]
    assert set(names) == {f"{c}_lag{k}" for k in (0, 1, 2, 3, 9) for c in config.channels}
    block = [f.name for f in select_features(FeatureConfig(window=4, sets=("windows",)))]
    assert block == [f.name for f in select_features(FeatureConfig(window=4, sets=("lags",)))]
