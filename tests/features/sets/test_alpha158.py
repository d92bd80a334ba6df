"""Every Alpha158 expression against its published formula, worked out bar by bar in plain Python."""

import math
import statistics as stats

import numpy as np
import pytest

from feature_columns import of_features
from random_bars import random_bars
from signalcli.features.sets.alpha158 import WIDTHS, alpha158_features

BARS = {c: random_bars(90, 4)[c].to_list() for c in ("open", "high", "low", "close", "volume")}
FOUND = of_features(alpha158_features(), {c: np.array(x) for c, x in BARS.items()})
TINY = 1e-12


def line(y):
    """Slope, r² and newest residual of the least-squares line through y over 1 … n."""
    x = list(range(1, len(y) + 1))
    slope, intercept = stats.linear_regression(x, y)
    return slope, stats.correlation(x, y) ** 2, y[-1] - (slope * x[-1] + intercept)


def quantile(y, share):
    y, place = sorted(y), share * (len(y) - 1)
    low = math.floor(place)
    return y[low] + (y[min(low + 1, len(y) - 1)] - y[low]) * (place - low)


def of_bar(t):
    o, h, low, c = (BARS[n][t] for n in ("open", "high", "low", "close"))
    r = h - low + TINY
    return {
        "KMID": (c - o) / o, "KLEN": (h - low) / o, "KMID2": (c - o) / r, "KUP": (h - max(o, c)) / o,
        "KUP2": (h - max(o, c)) / r, "KLOW": (min(o, c) - low) / o, "KLOW2": (min(o, c) - low) / r,
        "KSFT": (2 * c - h - low) / o, "KSFT2": (2 * c - h - low) / r,
        "OPEN0": o / c, "HIGH0": h / c, "LOW0": low / c,
    }  # fmt: skip


def of_window(t, d):
    def last(name):
        return BARS[name][t - d + 1 : t + 1]

    def changes(name):
        return [BARS[name][i] - BARS[name][i - 1] for i in range(t - d + 1, t + 1)]

    def sums(name):
        moves = changes(name)
        up, down = sum(max(m, 0) for m in moves), sum(max(-m, 0) for m in moves)
        size = sum(abs(m) for m in moves) + TINY
        return up / size, down / size, (up - down) / size

    close, high, low, volume = (last(n) for n in ("close", "high", "low", "volume"))
    c, v = close[-1], volume[-1]
    slope, r2, left = line(close)
    imax, imin = high.index(max(high)) + 1, low.index(min(low)) + 1
    ratios = [BARS["close"][i] / BARS["close"][i - 1] for i in range(t - d + 1, t + 1)]
    flows = [math.log(BARS["volume"][i] / BARS["volume"][i - 1] + 1) for i in range(t - d + 1, t + 1)]
    weighed = [abs(r - 1) * x for r, x in zip(ratios, volume, strict=True)]
    up = sum(m > 0 for m in changes("close")) / d
    down = sum(m < 0 for m in changes("close")) / d
    price, amount = sums("close"), sums("volume")
    return {
        "ROC": BARS["close"][t - d] / c, "MA": stats.fmean(close) / c, "STD": stats.stdev(close) / c,
        "BETA": slope / c, "RSQR": r2, "RESI": left / c, "MAX": max(high) / c, "MIN": min(low) / c,
        "QTLU": quantile(close, 0.8) / c, "QTLD": quantile(close, 0.2) / c,
        "RANK": (sum(x < c for x in close) + (sum(x == c for x in close) + 1) / 2) / d,
        "RSV": (c - min(low)) / (max(high) - min(low) + TINY),
        "IMAX": imax / d, "IMIN": imin / d, "IMXD": (imax - imin) / d,
        "CORR": stats.correlation(close, [math.log(x + 1) for x in volume]),
        "CORD": stats.correlation(ratios, flows), "CNTP": up, "CNTN": down, "CNTD": up - down,
        "SUMP": price[0], "SUMN": price[1], "SUMD": price[2],
        "VMA": stats.fmean(volume) / (v + TINY), "VSTD": stats.stdev(volume) / (v + TINY),
        "WVMA": stats.stdev(weighed) / (stats.fmean(weighed) + TINY),
        "VSUMP": amount[0], "VSUMN": amount[1], "VSUMD": amount[2],
    }  # fmt: skip


def test_names_are_the_published_ones_less_the_one_that_needs_a_vwap():
    names = [f.name for f in alpha158_features()]
    assert len(names) == len(set(names)) == 157
    assert set(names) == set(of_bar(0)) | {f"{n}{d}" for n in of_window(70, 5) for d in WIDTHS}


def test_what_a_bar_says():
    for t in (0, 1, 44, 89):
        for name, value in of_bar(t).items():
            assert FOUND[name][t] == pytest.approx(value, rel=1e-12, abs=1e-15), name


@pytest.mark.parametrize("width", WIDTHS)
def test_what_a_window_says(width):
    for t in (width, width + 7, 88, 89):
        for name, value in of_window(t, width).items():
            assert FOUND[f"{name}{width}"][t] == pytest.approx(value, rel=1e-8, abs=1e-10), (name, t)


def test_nothing_is_known_before_its_window_is_full():
    for feature in alpha158_features():
        known = np.flatnonzero(~np.isnan(FOUND[feature.name]))
        assert known[0] == feature.look_back - 1, feature.name
        assert len(known) == 90 - known[0], feature.name
