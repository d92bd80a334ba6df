"""Leaks of every kind are found; features of honest worlds are not, however strong they are."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.features import FeatureConfig
from signalcli.config.leaks import LeakConfig
from signalcli.errors import DataError
from signalcli.features.build import build
from signalcli.features.leaks.find import find_leaks
from signalcli.features.leaks.refuse import refuse_leaks
from signalcli.schemas import feature_columns

ROWS = 600


def autoregressive(phi: float, seed: int, symbol: str = "AAA") -> pd.DataFrame:
    """Bars of which the last return says something about the next one."""
    rng = np.random.default_rng(seed)
    returns = np.zeros(ROWS)
    for t in range(1, ROWS):
        returns[t] = phi * returns[t - 1] + 0.01 * rng.standard_normal()
    bars = random_bars(ROWS, seed, symbol)
    factor = 50 * np.exp(np.cumsum(returns)) / bars["close"]
    return bars.assign(**{p: bars[p] * factor for p in ("open", "high", "low", "close")})


def next_returns(bars: pd.DataFrame) -> pd.Series:
    return np.log(bars["close"]).diff().shift(-1)


def noisy(bars: pd.DataFrame, correlation: float) -> pd.Series:
    """A column with this correlation with the next return."""
    target = next_returns(bars)
    noise = np.random.default_rng(5).standard_normal(len(bars))
    return correlation * target / target.std() + np.sqrt(1 - correlation**2) * noise


LEAKS = {
    "the return": next_returns,
    "its sign": lambda bars: np.sign(next_returns(bars)),
    "its rank": lambda bars: next_returns(bars).rank(),
    "a noisy copy": lambda bars: noisy(bars, 0.35),
    "tomorrow's close": lambda bars: bars["close"].shift(-1),
    "in another currency": lambda bars: 3.7 * bars["close"].shift(-1) + 11,
    "the next open": lambda bars: bars["open"].shift(-1),
    "the next high": lambda bars: bars["high"].shift(-1),
    "the next volume": lambda bars: bars["volume"].shift(-1),
    "a centered mean": lambda bars: bars["close"].rolling(5, center=True).mean(),
    "the sum of returns": lambda bars: next_returns(bars).cumsum(),
    "the return over five bars": lambda bars: np.log(bars["close"].shift(-5) / bars["close"]),
    "rises of the next bar": lambda bars: (next_returns(bars) > 0.01).astype(float),
}


def found(bars: pd.DataFrame, **columns: pd.Series) -> list[str]:
    table = build(bars).assign(**columns)
    return [leak.column for leak in find_leaks(table, feature_columns(table))]


@pytest.mark.parametrize("kind", LEAKS)
def test_a_leak_is_found(kind):
    bars = random_bars(ROWS)
    assert found(bars, mine=LEAKS[kind](bars)) == ["mine"]


def test_a_label_over_several_bars_is_a_leak():
    table = build(random_bars(2_000), FeatureConfig(horizon=20))
    assert [leak.column for leak in find_leaks(table.assign(x=table["forward_return"]), ["x"])] == ["x"]


def test_a_leak_in_one_symbol_of_many_is_found():
    bars = pd.concat([random_bars(ROWS, symbol=s) for s in "ABCDE"], ignore_index=True)
    rng = np.random.default_rng(0)
    mine = pd.Series(rng.standard_normal(len(bars))).mask(bars["symbol"] == "C", next_returns(bars))
    assert found(bars, mine=mine) == ["mine"]


def honest(bars: pd.DataFrame, seed: int) -> dict[str, pd.Series]:
    """Features of the past, and a sentiment of small skill."""
    rng = np.random.default_rng([seed, 1])
    close, returns = bars["close"], np.log(bars["close"]).diff()
    rises, falls = (s.ewm(alpha=1 / 14).mean() for s in (returns.clip(lower=0), -returns.clip(upper=0)))
    return {
        "my_rsi": 100 - 100 / (1 + rises / falls),
        "sentiment": noisy(bars, 0.08),
        "my_return": returns,
        "momentum": np.log(close).diff(5),
        "volatility": returns.rolling(20).std(),
        "average": close.rolling(20).mean(),
        "typical": (bars["high"] + bars["low"] + close) / 3,
        "macro": pd.Series(rng.standard_normal(len(bars)).cumsum()),
        "time": pd.Series(np.arange(len(bars), dtype=float)),
        "constant": pd.Series(1.0, bars.index),
        "flag": pd.Series((rng.random(len(bars)) < 0.1).astype(float)),
        "empty": pd.Series(np.nan, bars.index),
    }


@pytest.mark.parametrize("phi", [0.0, 0.3, -0.4])
@pytest.mark.parametrize("seed", range(3))
def test_honest_features_are_no_leaks(phi, seed):
    bars = autoregressive(phi, seed)
    assert found(bars, **honest(bars, seed)) == []


def test_persistent_series_are_no_leaks_over_long_labels():
    table = build(random_bars(ROWS), FeatureConfig(horizon=20))
    walks = np.random.default_rng(1).standard_normal((ROWS, 30)).cumsum(axis=0)
    mine = pd.DataFrame(walks, columns=[f"walk_{i}x" for i in range(30)])
    assert find_leaks(pd.concat([table, mine], axis=1), list(mine)) == []


def test_a_computed_feature_is_no_leak_in_a_world_without_noise():
    bars = random_bars(ROWS)
    wave = 50 + np.sin(np.arange(ROWS) / 3)
    smooth = bars.assign(open=wave, high=wave + 0.1, low=wave - 0.1, close=wave)
    assert found(smooth) == []


def test_the_name_of_a_computed_feature_hides_no_leak():
    bars = random_bars(ROWS)
    table = build(bars)
    assert [leak.column for leak in find_leaks(table.assign(rsi14=next_returns(bars)), ["rsi14"])] == [
        "rsi14"
    ]


def test_leaks_are_refused_by_name_unless_they_are_allowed():
    bars = random_bars(ROWS)
    table = build(bars).assign(Tomorrow=bars["close"].shift(-1), mine=next_returns(bars))
    with pytest.raises(
        DataError, match=r"Tomorrow is the close of the next bar; mine knows .* --exclude Tomor"
    ):
        refuse_leaks(table, ["Tomorrow", "mine"], LeakConfig())
    refuse_leaks(table, ["Tomorrow", "mine"], LeakConfig(("Tomorrow", "mine")))


@pytest.mark.filterwarnings("ignore:divide by zero")  # as the installed command does
def test_a_close_of_nothing_in_features_is_survived():
    """Its logarithm is infinite; the column that repeats the next return is found all the same."""
    bars = random_bars(ROWS, 3, "AAA")
    features = build(bars, FeatureConfig(window=4, sets=("lags",))).assign(ahead=next_returns(bars))
    features.loc[300, "close"] = 0.0
    assert [leak.column for leak in find_leaks(features, feature_columns(features))] == ["ahead"]
