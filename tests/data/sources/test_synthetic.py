"""Processes with a known answer."""

import numpy as np
import pandas as pd
import pytest

from shell import run
from signalcli.data.sources.synthetic import PROCESSES, XOR_LAGS, synthetic_bars
from signalcli.errors import UsageError
from signalcli.schemas import BARS, check


def returns(process, **options):
    return np.log(synthetic_bars(process, **options)["close"]).diff().to_numpy()[1:]


@pytest.mark.parametrize("process", PROCESSES)
def test_the_same_seed_gives_the_same_bars(process):
    first = synthetic_bars(process, rows=300, seed=3)
    pd.testing.assert_frame_equal(first, synthetic_bars(process, rows=300, seed=3), check_exact=True)
    assert not first.equals(synthetic_bars(process, rows=300, seed=4))


@pytest.mark.parametrize("process", PROCESSES)
def test_bars_hold_their_contract(process):
    bars = synthetic_bars(process, rows=3000, seed=1)
    pd.testing.assert_frame_equal(check(bars.copy(), BARS, "made"), bars.astype({"symbol": "str"}))
    prices = bars[["open", "high", "low", "close"]]
    assert (prices > 0).all(axis=None)
    assert (bars["high"] == prices.max(axis=1)).all()
    assert (bars["low"] == prices.min(axis=1)).all()
    assert bars["open"].iloc[1:].tolist() == bars["close"].iloc[:-1].tolist()
    assert (bars["date"].dt.day_of_week < 5).all()
    assert (bars["volume"] % 1 == 0).all()


@pytest.mark.parametrize(("interval", "a_day"), [("1h", 7), ("30m", 13), ("1m", 390)])
def test_short_bars_lie_in_sessions(interval, a_day):
    bars, daily = synthetic_bars("walk", rows=1000, interval=interval), synthetic_bars("walk", rows=1000)
    assert bars["date"].dt.normalize().value_counts().max() == a_day
    assert (bars["date"].dt.hour * 60 + bars["date"].dt.minute).between(14 * 60 + 30, 21 * 60 - 1).all()
    assert bars["date"].is_monotonic_increasing
    assert (bars["date"].dt.day_of_week < 5).all()
    pd.testing.assert_frame_equal(bars.drop(columns="date"), daily.drop(columns="date"))


def test_an_interval_nobody_makes_is_refused():
    result = run("fetch walk --source synthetic --interval 1wk", status=2)
    assert "--interval 1wk: synthetic bars are 1d, 1h, 30m, 15m, 5m, 1m" in result.stderr


def test_the_processes_of_one_seed_are_independent():
    n = 20_000
    walk, ar1, xor = (returns(p, rows=n, seed=5) for p in ("walk", "ar1", "xor"))
    for one, other in ((walk, ar1), (walk, xor), (ar1, xor)):
        assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(n)


def test_a_further_symbol_changes_nothing_for_the_first():
    alone = run("fetch walk --source synthetic --rows 50")
    beside = run("fetch ar1 walk xor --source synthetic --rows 50")
    assert [line for line in beside.splitlines() if "walk" in line] == alone.splitlines()[1:]


@pytest.mark.parametrize("process", ["walk", "xor"])
def test_neighbouring_returns_are_uncorrelated(process):
    r = returns(process, rows=20_000, seed=2)
    for lag in range(1, 11):
        assert abs(np.corrcoef(r[lag:], r[:-lag])[0, 1]) < 4 / np.sqrt(len(r))


@pytest.mark.parametrize("phi", [-0.6, 0.0, 0.3, 0.9])
def test_ar1_remembers_one_return(phi):
    r = returns("ar1", rows=40_000, seed=1, phi=phi)
    assert np.corrcoef(r[1:], r[:-1])[0, 1] == pytest.approx(phi, abs=4 / np.sqrt(len(r)))
    residual = r[1:] - phi * r[:-1]
    assert np.std(residual) == pytest.approx(0.01, rel=0.02)
    hits = np.mean(np.sign(r[1:]) == np.sign(r[:-1]))
    assert hits == pytest.approx(0.5 + np.arcsin(phi) / np.pi, abs=4 * 0.5 / np.sqrt(len(r)))


def test_ar1_starts_in_its_stationary_distribution():
    firsts = [np.log(synthetic_bars("ar1", rows=2, seed=s, phi=0.95)["close"][0] / 100) for s in range(400)]
    assert np.std(firsts) == pytest.approx(0.01 / np.sqrt(1 - 0.95**2), rel=0.15)


@pytest.mark.parametrize("flip", [0.0, 0.05, 0.3])
def test_xor_is_the_product_of_two_past_signs_but_for_a_share(flip):
    signs = np.sign(returns("xor", rows=20_000, seed=1, flip=flip))
    near, far = XOR_LAGS
    holds = np.mean(signs[far:] == signs[far - near : -near] * signs[:-far])
    assert holds == pytest.approx(
        1 - flip, abs=1e-12 if flip == 0 else 4 * np.sqrt(flip * (1 - flip) / len(signs))
    )


def test_wave_is_an_exact_recursion_of_six_steps():
    rows = 2000
    close = synthetic_bars("wave", rows=rows)["close"].to_numpy()
    last = 0.1 * (rows - 1)
    y = close - (10 + 2 * (last / 3 + 2))
    slow, fast = [1, -2 * np.cos(0.1), 1], [1, -2 * np.cos(0.5), 1]
    polynomial = np.polymul(np.polymul(slow, slow), fast)  # t·sin(t) has a double root, sin(5t) a single one
    assert -polynomial[1:] == pytest.approx([5.73518, -13.94572, 18.42105, -13.94572, 5.73518, -1], abs=1e-5)
    forecast = sum(-polynomial[k] * y[6 - k : rows - k] for k in range(1, 7))
    np.testing.assert_allclose(forecast, y[6:], atol=1e-9)
    np.testing.assert_allclose(
        y[:3], [0, 0.1 * np.sin(0.1) / 3 + 2 * np.sin(0.5), 0.2 * np.sin(0.2) / 3 + 2 * np.sin(1)], atol=1e-12
    )


def test_sine_comes_back_after_its_period():
    close = synthetic_bars("sine", rows=200, period=50)["close"].to_numpy()
    np.testing.assert_allclose(close[50:], close[:-50], rtol=1e-12)
    assert close.max() == pytest.approx(110, abs=0.1)
    assert np.all(np.diff(close) != 0)


@pytest.mark.parametrize(
    ("process", "options", "words"),
    [
        ("wlak", {}, "did you mean walk?"),
        ("wave", {"phi": 0.3}, "process wave has no setting 'phi'; it has none"),
        ("walk", {"phi": 0.3}, "process walk has no setting 'phi'; it has correlation, delist"),
        ("ar1", {"ph": 0.3}, "process ar1 has no setting 'ph'; it has phi"),
        ("ar1", {"phi": 1.0}, "not between -1 and 1"),
        ("ar1", {"phi": "x"}, "ar1.phi=x: must be a number"),
        ("ar1", {"phi": True}, "must be a number"),
        ("sine", {"period": 0}, "not above 2 bars"),
        ("xor", {"flip": 1.5}, "not a share from 0 to 1"),
        ("walk", {"rows": 1}, "--rows 1: must be from 2 to 1000000"),
        ("walk", {"rows": 3_000_000}, "must be from 2 to 1000000"),
    ],
)
def test_what_cannot_be_made_is_a_wrong_option(process, options, words):
    with pytest.raises(UsageError) as caught:
        synthetic_bars(process, **options)
    assert words in caught.value.message
