"""Coin flips, the canary, and columns that know the next bar."""

import numpy as np
import pandas as pd
import pytest

from signalcli.research.audit.probes.given import probe_given
from signalcli.research.audit.probes.planted import coin_flip_bars, probe_canary, probe_coin_flips
from signalcli.research.audit.selftest.case import FEATURES
from signalcli.research.audit.stages.chain import features_stage
from signalcli.research.audit.stages.stage import Stage
from signalcli.testing import random_walk

BARS = random_walk(400)


def test_coin_flips_keep_the_size_of_each_move_and_the_order_of_prices():
    flipped = coin_flip_bars(BARS)
    old, new = (np.abs(np.diff(np.log(bars["close"]))) for bars in (BARS, flipped))
    assert np.allclose(old, new)
    signs = np.sign(np.diff(np.log(BARS["close"]))) == np.sign(np.diff(np.log(flipped["close"])))
    assert 0.4 < signs.mean() < 0.6
    assert (flipped["high"] >= flipped[["open", "close"]].max(axis=1) - 1e-9).all()
    assert (flipped["low"] <= flipped[["open", "close"]].min(axis=1) + 1e-9).all()


def chain(p_up):
    """A chain whose fit gives these probabilities of the labels."""

    def run(features):
        rows = features[features["direction"].notna()]
        return rows.assign(model="oracle", fold=1, p_up=p_up(rows))

    return (features_stage(FEATURES), Stage("fit", "fit", run))


def test_who_calls_coin_flips_is_named():
    (finding,) = probe_coin_flips(chain(lambda r: 0.1 + 0.8 * r["direction"].astype("float64")), BARS)
    assert (finding.kind, finding.column) == ("coin-flips", "p_up")
    assert "oracle calls 100.0% of" in finding.message


def test_who_calls_half_of_them_is_not():
    guess = np.random.default_rng(1).random(1000)
    assert list(probe_coin_flips(chain(lambda r: guess[: len(r)]), BARS)) == []


def test_the_canary_is_found_on_honest_bars():
    assert list(probe_canary(features_stage(FEATURES), BARS)) == []


def test_a_blind_audit_says_so():
    still = BARS.assign(**dict.fromkeys(["open", "high", "low", "close"], 1.0))
    stage = features_stage(FEATURES)
    found = [f.kind for f in probe_canary(stage, still.assign(close=0.0))]
    assert found == ["blind"]


@pytest.mark.parametrize("ahead", ["return", "price", "gap"])
def test_a_column_that_knows_the_next_bar(ahead):
    following = BARS.shift(-1)
    column = {
        "return": following["close"] / BARS["close"] - 1,
        "price": following["close"],
        "gap": (following["open"] / BARS["close"] - 1).round(3),
    }[ahead]
    (finding,) = probe_given(BARS.assign(note=column))
    assert (finding.column, finding.kind) == ("note", "knows-next")


def test_columns_that_know_the_present_only():
    noise = np.random.default_rng(0).normal(size=400)
    honest = BARS.assign(
        adj_close=BARS["close"] * 0.5,
        past=BARS["close"].pct_change(),
        sentiment=BARS["close"].pct_change().fillna(0) + 0.01 * noise,
        constant=1.0,
        week=BARS["date"].dt.day_of_week,
    )
    assert list(probe_given(honest)) == []


def test_a_world_without_noise_accuses_nobody():
    steps = np.arange(400)
    price = 100 + 10 * np.sin(steps / 9)
    frame = pd.DataFrame(dict.fromkeys(["open", "high", "low", "close"], price))
    bars = BARS.assign(**frame).assign(next_price=np.roll(price, -1))
    assert list(probe_given(bars)) == []
