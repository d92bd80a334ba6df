"""The stationary bootstrap against arch, and its promise: 95 of 100 intervals hold the truth."""

import numpy as np
import pytest

from signalcli.evaluation.metrics.performance import NetReturns, sharpe
from signalcli.evaluation.significance.bootstrap import block_length, interval, resample


def ar1(n: int, phi: float, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(n)
    out = np.zeros(n)
    for i in range(1, n):
        out[i] = phi * out[i - 1] + noise[i]
    return out


@pytest.mark.parametrize("phi", [-0.4, 0.0, 0.3, 0.8])
@pytest.mark.parametrize("n", [60, 250, 1500])
def test_block_length_is_that_of_arch(phi: float, n: int) -> None:
    theirs = pytest.importorskip("arch.bootstrap")
    x = ar1(n, phi, seed=n)
    assert block_length(x) == pytest.approx(
        max(theirs.optimal_block_length(x)["stationary"].iloc[0], 1.0), rel=1e-9
    )


def test_dependence_needs_longer_blocks() -> None:
    assert block_length(ar1(1000, 0.8, 1)) > 3 * block_length(ar1(1000, 0.0, 1))
    assert block_length(np.zeros(50)) == block_length(np.arange(5.0)) == 1.0


def test_blocks_are_runs_of_the_length_asked_for() -> None:
    rng = np.random.default_rng(0)
    found = np.concatenate([np.diff(resample(500, 8.0, rng)) for _ in range(200)])
    breaks = np.mean((found != 1) & (found != -499))
    assert breaks == pytest.approx(1 / 8, rel=0.03)
    one = resample(500, 8.0, rng)
    assert one.min() >= 0
    assert one.max() < 500


def test_every_bar_is_as_likely() -> None:
    rng = np.random.default_rng(1)
    counts = np.bincount(np.concatenate([resample(20, 5.0, rng) for _ in range(5000)]), minlength=20)
    assert counts == pytest.approx(np.full(20, 5000), rel=0.06)


def test_the_interval_is_that_of_arch() -> None:
    theirs = pytest.importorskip("arch.bootstrap")
    x = ar1(400, 0.3, 3) * 0.01 + 0.001
    bootstrap = theirs.StationaryBootstrap(block_length(x), x, seed=1)
    expected = bootstrap.conf_int(np.mean, 4000, method="percentile")[:, 0]
    found = interval(x, lambda part: float(np.mean(part)), resamples=4000)
    assert found == pytest.approx(expected, abs=0.06 * (expected[1] - expected[0]))


def test_intervals_of_the_sharpe_ratio_hold_the_truth_in_95_of_100() -> None:
    rng = np.random.default_rng(5)
    truth = 0.1
    held = 0
    for i in range(500):
        net = rng.standard_normal(250) * 0.01 + 0.01 * truth
        low, high = interval(net, lambda part: sharpe(NetReturns(part), 1.0), resamples=200, random_state=i)
        held += low < truth < high
    assert 0.93 <= held / 500 <= 0.97


def test_too_few_bars_or_none_that_vary() -> None:
    assert np.isnan(interval(np.ones(9), np.mean)).all()
    assert np.isnan(interval(np.zeros(50), lambda part: sharpe(NetReturns(part), 1.0))).all()


@pytest.mark.parametrize("rows", [11, 12, 30, 100, 400])
@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_block_lengths_of_short_and_dependent_series_are_those_of_arch(rows: int, memory: float) -> None:
    theirs = pytest.importorskip("arch.bootstrap").optimal_block_length
    for seed in range(4):
        x = np.random.default_rng(seed).standard_normal(rows)
        for i in range(1, rows):
            x[i] += memory * x[i - 1]
        wanted = max(float(theirs(x)["stationary"].iloc[0]), 1.0)
        assert block_length(x) == pytest.approx(wanted, rel=1e-9)


def test_a_resample_of_long_blocks_is_a_rotation() -> None:
    places = resample(50, 1e12, np.random.default_rng(1))
    assert set(np.diff(places) % 50) == {1}
    assert set(resample(4000, 1.0, np.random.default_rng(1))) <= set(range(4000))


@pytest.mark.parametrize("mean_length", [1.5, 4.0])
def test_a_resample_by_a_loop(mean_length: float) -> None:
    """Each place begins a block with the probability of one in so many, else it follows the one before."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        begins, starts = rng.random(12) < 1 / mean_length, rng.integers(12, size=12)
        wanted = [int(starts[0])]
        for i in range(1, 12):
            wanted.append(int(starts[i]) if begins[i] else (wanted[-1] + 1) % 12)
        assert resample(12, mean_length, np.random.default_rng(seed)).tolist() == wanted


def test_half_of_what_an_interval_leaves_out_is_on_each_side() -> None:
    x = np.random.default_rng(3).standard_normal(20)
    rng, length = np.random.default_rng(7), block_length(x)
    means = [x[resample(20, length, rng)].mean() for _ in range(80)]
    found = interval(x, np.mean, resamples=80, confidence=0.8, random_state=7)
    assert found == pytest.approx(np.quantile(means, [0.1, 0.9]), rel=1e-12)


def test_ten_bars_have_an_interval_and_nine_have_none() -> None:
    x = np.random.default_rng(2).standard_normal(10)
    low, high = interval(x, lambda values: float(values.mean()), resamples=50)
    assert low < high
    assert np.isnan(interval(x[:9], lambda values: float(values.mean()))).all()


def test_the_interval_is_that_of_the_percentiles() -> None:
    """No resample has a larger value than the series, so neither has the interval of its maximum."""
    x = np.random.default_rng(5).standard_normal(50)
    low, high = interval(x, lambda one: float(np.max(one)), resamples=200)
    assert low < x.max()
    assert high == x.max()


def test_blocks_are_at_most_a_third_of_the_bars() -> None:
    """Differences of noise add up to nothing: 50 / 3 bars, rounded up; 3 √900 of many."""
    for n, longest in ((50, 17), (52, 18), (100, 30), (900, 90)):
        assert block_length(np.diff(np.random.default_rng(0).normal(size=n + 1))) == longest


def test_ten_bars_without_a_quiet_lag_by_hand() -> None:
    """Every autocovariance is loud: nine lags, of which ten bars have eight; a third of ten, rounded up."""
    assert block_length(np.tile([1.0, -1.0], 5)) == 4


def test_ten_bars_have_nine_autocovariances() -> None:
    """The block length of arch, which divides by zero on the way."""
    x = np.array([-2.0, 2, 0, -1, 1, 0, 0, 0, 1, 1])
    assert block_length(x) == 4


def test_values_that_take_themselves_back_need_the_longest_blocks() -> None:
    """1 and -1 among zeros: the long-run variance is 2/16 - 2 · 1/16 = 0; a third of 16, rounded up."""
    x = np.zeros(16)
    assert block_length(x) == 1
    x[7:9] = 1, -1
    assert block_length(x) == 6


def test_resamples_without_a_value_are_left_out() -> None:
    """A tenth of the resamples or so misses the only bar that is not 0."""
    x = np.zeros(12)
    x[5] = 0.5
    found = interval(x, lambda one: one.max() or np.nan, resamples=100)
    assert found == (0.5, 0.5)
    assert np.isnan(interval(x, lambda _: np.nan, resamples=100)).all()


def test_a_thousand_resamples_unless_asked() -> None:
    x = ar1(60, 0.0, 4)
    assert interval(x, np.mean) == interval(x, np.mean, resamples=1000, confidence=0.95, random_state=0)
    assert interval(x, np.mean) != interval(x, np.mean, resamples=1001)
