"""The Hurst exponent of processes with known memory."""

import numpy as np
import pytest

from random_bars import random_bars
from signalcli.research.statistics.hurst import estimate_hurst, hurst_exponent
from signalcli.research.statistics.price_series import PriceSeries


def fractional_noise(h, n, seed):
    """Gaussian noise with Hurst exponent h, exact, from its circulant covariance (Davies and Harte 1987)."""
    k = np.arange(n + 1.0)
    gamma = 0.5 * (np.abs(k + 1) ** (2 * h) - 2 * k ** (2 * h) + np.abs(k - 1) ** (2 * h))
    row = np.concatenate([gamma, gamma[-2:0:-1]])
    power = np.fft.fft(row).real.clip(min=0)
    rng = np.random.default_rng(seed)
    z = rng.standard_normal(len(row)) + 1j * rng.standard_normal(len(row))
    return np.fft.fft(np.sqrt(power / len(row)) * z).real[:n]


@pytest.mark.parametrize("h", [0.3, 0.5, 0.7])
def test_it_recovers_the_memory_of_fractional_noise(h):
    estimates = [hurst_exponent(fractional_noise(h, 4096, seed)) for seed in range(12)]
    assert np.mean(estimates) == pytest.approx(h, abs=0.06)


@pytest.mark.parametrize("n", [100, 500, 5000])
def test_white_noise_of_any_length_is_at_a_half(n):
    rng = np.random.default_rng(2)
    assert np.mean([hurst_exponent(rng.standard_normal(n)) for _ in range(60)]) == pytest.approx(
        0.5, abs=0.02
    )


def test_neither_level_nor_unit_matters():
    x = fractional_noise(0.6, 1000, 0)
    assert hurst_exponent(1e-4 * x + 7) == pytest.approx(hurst_exponent(x))


def of(returns):
    close = 100 * np.exp(np.concatenate([[0], np.cumsum(0.01 * returns)]))
    (number,) = estimate_hurst(PriceSeries(random_bars(len(close)).assign(close=close)), 0)
    return number


def test_shuffled_returns_tell_memory_from_luck():
    noise, memory = of(np.random.default_rng(5).standard_normal(2000)), of(fractional_noise(0.75, 2000, 1))
    assert noise.low < noise.value < noise.high
    assert noise.p_value > 0.05
    assert noise.low < 0.5 < noise.high
    assert memory.value > memory.high
    assert memory.p_value == 1 / 200
    assert of(fractional_noise(0.75, 2000, 1)) == memory, "seeded"
