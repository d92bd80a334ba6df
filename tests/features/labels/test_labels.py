"""Labels against loops over the bars ahead, and what may be known when."""

import math
import statistics as stats

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.errors import UsageError
from signalcli.features import FeatureConfig, build
from signalcli.schemas import feature_columns

ROWS = 120
BARS = pd.concat([random_bars(ROWS), random_bars(70, symbol="BBB", start="2021-03-01")], ignore_index=True)
TARGETS = ["forward_return", "direction", "label_end"]


def config(**settings):
    return FeatureConfig(**{"window": 3, "sets": ("calendar",)} | settings)


SPECS = [
    config(horizon=4),
    config(horizon=4, dead_zone=0.5, dead_zone_unit="volatility"),
    config(horizon=8, label="triple-barrier", barriers=(1.0, 0.7)),
    config(horizon=9, label="trend-scan"),
]
IDS = [f"{s.label} {s.dead_zone_unit}" for s in SPECS]


def of_symbol(table, name="AAA"):
    return table[table["symbol"] == name].reset_index(drop=True)


def sigma(close, t):
    r = [math.log(close[i] / close[i - 1]) for i in range(t - 19, t + 1)]
    return stats.stdev(r)


def test_a_dead_zone_in_units_of_volatility_is_that_of_a_loop():
    table = of_symbol(build(BARS, SPECS[1]))
    close = table["close"].to_list()
    for t in range(ROWS):
        if t < 20 or t + 4 >= ROWS:
            assert table[TARGETS].drop(columns="forward_return").iloc[t].isna().all()
            continue
        r, zone = close[t + 4] / close[t] - 1, 0.5 * sigma(close, t) * 2
        assert table["direction"][t] == (r > zone) - (r < -zone)
        assert table["label_end"][t] == table["date"][t + 4]


def test_the_barrier_that_is_touched_first():
    table = of_symbol(build(BARS, SPECS[2]))
    close, seen = table["close"].to_list(), set()
    for t in range(20, ROWS):
        move = sigma(close, t) * math.sqrt(8)
        found = None
        for k in range(1, 9):
            r = close[t + k] / close[t] - 1 if t + k < ROWS else None
            if r is None:
                break
            if r >= move or r <= -0.7 * move or k == 8:
                found = (int(r >= move) - int(r <= -0.7 * move), k, r)
                break
        row = table.iloc[t]
        if found is None:
            assert row[TARGETS].isna().all()
            continue
        assert (row["direction"], row["label_end"]) == (found[0], table["date"][t + found[1]])
        assert row["forward_return"] == found[2]
        seen.add((found[0], found[1] == 8))
    assert {(1, False), (-1, False), (0, True)} <= seen
    assert table[TARGETS].head(20).isna().all(axis=None)


def best_trend(y):
    """t-value with the largest size over lines through the first 3, 4, … values, and its bars ahead."""
    best = (0.0, 0)
    for ahead in range(2, len(y)):
        part = y[: ahead + 1]
        slope, intercept = stats.linear_regression(range(ahead + 1), part)
        sse = sum((v - intercept - slope * i) ** 2 for i, v in enumerate(part))
        sxx = sum((i - ahead / 2) ** 2 for i in range(ahead + 1))
        t = slope / math.sqrt(sse / (ahead - 1) / sxx)
        best = (t, ahead) if abs(t) > abs(best[0]) else best
    return best


def test_the_clearest_trend_is_that_of_a_loop_and_known_when_all_were_tried():
    table = of_symbol(build(BARS, SPECS[3]))
    close = table["close"].to_list()
    for t in range(ROWS):
        row = table.iloc[t]
        if t + 9 >= ROWS:
            assert row[TARGETS].isna().all()
            continue
        slope, ahead = best_trend([math.log(c) for c in close[t : t + 10]])
        assert row["direction"] == int(slope > 0)
        assert row["forward_return"] == close[t + ahead] / close[t] - 1
        assert row["label_end"] == table["date"][t + 9]


def test_a_straight_line_is_a_trend_and_a_flat_one_is_none():
    up = random_bars(60).assign(**{c: np.exp(0.01 * np.arange(60)) for c in ("open", "high", "low", "close")})
    assert (build(up, SPECS[3])["direction"].dropna() == 1).all()
    flat = up.assign(**dict.fromkeys(("open", "high", "low", "close"), 5.0))
    assert (build(flat, SPECS[3])["direction"].dropna() == 0).all()
    assert (build(flat, SPECS[3])["forward_return"].dropna() == 0).all()


@pytest.mark.parametrize("chosen", SPECS, ids=IDS)
def test_a_label_is_known_at_its_end_and_never_before(chosen):
    """Cutting the table at a date leaves labels that end by then as they are, and empties all others."""
    weighed = FeatureConfig(**{**chosen.__dict__, "weights": True})
    full = of_symbol(build(BARS, weighed))
    for rows in (30, 64, 65, 119):
        cut = build(of_symbol(BARS).head(rows), weighed)
        resolved = (full["label_end"] <= full["date"][rows - 1]).head(rows)
        columns = [*TARGETS, "weight"]
        pd.testing.assert_frame_equal(
            cut.loc[resolved, columns], full.head(rows).loc[resolved, columns], check_exact=True
        )
        assert cut.loc[~resolved, ["direction", "label_end", "weight"]].isna().all(axis=None)
        assert resolved.any()


@pytest.mark.parametrize("chosen", SPECS, ids=IDS)
def test_weights_are_the_mean_uniqueness_over_the_span(chosen):
    table = of_symbol(build(BARS, FeatureConfig(**{**chosen.__dict__, "weights": True})))
    row_of = {d: i for i, d in enumerate(table["date"])}
    ends = [row_of.get(d) for d in table["label_end"]]
    spans = [
        range(t + 1, (e if e is not None else min(t + chosen.horizon, ROWS - 1)) + 1)
        for t, e in enumerate(ends)
        if e is not None or t + chosen.horizon >= ROWS
    ]
    count = [sum(j in s for s in spans) for j in range(ROWS)]
    for t, e in enumerate(ends):
        if e is None:
            assert math.isnan(table["weight"][t])
        else:
            own = stats.fmean(1 / count[j] for j in range(t + 1, e + 1))
            assert table["weight"][t] == pytest.approx(own, rel=1e-12)


def test_weights_of_a_horizon_of_one_are_one_and_no_feature():
    table = build(BARS, config(weights=True))
    assert (table["weight"].dropna() == 1).all()
    assert "weight" not in feature_columns(table)
    assert "weight" not in build(BARS, config())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"label": "tea"}, "--label tea: must be one of direction, dead-zone, triple-barrier"),
        (
            {"label": "triple-barrier", "dead_zone": 0.1},
            "--dead-zone 0.1: must be 0 with --label triple-barrier",
        ),
        ({"label": "dead-zone"}, "--dead-zone 0.0: must be above 0 with --label dead-zone"),
        ({"dead_zone_unit": "euro"}, "--dead-zone-unit euro"),
        (
            {"label": "triple-barrier", "barriers": (1.0,)},
            "--barriers 1.0: must be two numbers",
        ),
        ({"barriers": (1.0, 0.0)}, "--barriers 1.0,0.0"),
        ({"label": "trend-scan"}, "--horizon 1: must be at least 2 bars with --label trend-scan"),
        ({"windows": (2,)}, "--windows 2: must be whole numbers, separated by commas, at least 3"),
        ({"statistics": ("tea",)}, "--statistics tea"),
        ({"channels": ()}, "--channels"),
        ({"lags": (-1,)}, "--lags -1"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings, said):
    with pytest.raises(UsageError, match=said):
        FeatureConfig(**settings)


def test_the_dead_zone_has_a_word_of_its_own():
    named, plain = (build(BARS, config(dead_zone=0.01, label=label)) for label in ("dead-zone", "direction"))
    pd.testing.assert_frame_equal(named, plain)
    assert set(named["direction"].dropna()) == {-1, 0, 1}
