"""Sharpe statistics against printed golden values, independent code and simulation."""

import numpy as np
import pytest
from scipy import stats

from signalcli.evaluation.metrics.sharpe import (
    deflated,
    expected_maximum,
    minimum_track_record,
    moments,
    probabilistic,
    standard_error,
)


def test_probabilistic_golden() -> None:
    assert probabilistic(0.457, 24, -2.448, 10.164) == pytest.approx(0.9131, abs=5e-5)


@pytest.mark.parametrize(("trials", "wanted"), [(10, 1.5746), (100, 2.5306), (1000, 3.2551)])
def test_expected_maximum_golden(trials: int, wanted: float) -> None:
    assert expected_maximum(trials) == pytest.approx(wanted, abs=5e-5)


def test_expected_maximum_is_near_the_simulated_one(rng: np.random.Generator) -> None:
    assert expected_maximum(50) == pytest.approx(
        rng.standard_normal((20_000, 50)).max(axis=1).mean(), abs=0.03
    )
    assert expected_maximum(1) == 0.0


@pytest.mark.parametrize(("trials", "wanted"), [(100, 0.9004), (46, 0.9505)])
def test_deflated_golden(trials: int, wanted: float) -> None:
    sharpe, variance = 2.5 / np.sqrt(250), 0.5 / 250
    assert deflated(sharpe, 1250, -3, 10, trials, variance) == pytest.approx(wanted, abs=5e-5)


def test_an_excess_kurtosis_is_refused() -> None:
    with pytest.raises(ValueError, match="raw kurtosis"):
        standard_error(0.1, 100, 0.0, 0.0)


def test_the_standard_error_is_that_of_simulated_skewed_returns(rng: np.random.Generator) -> None:
    draws = rng.gamma(2.0, size=(20_000, 250)) - 1.7
    found = draws.mean(axis=1) / draws.std(axis=1, ddof=1)
    skew, kurtosis = stats.gamma(2.0).stats("sk")
    true = (2.0 - 1.7) / np.sqrt(2.0)
    assert standard_error(true, 250, float(skew), float(kurtosis) + 3) == pytest.approx(found.std(), rel=0.03)


def test_moments_equal_scipy(rng: np.random.Generator) -> None:
    net = rng.standard_t(5, 300) * 0.01 + 0.001
    sharpe, skew, kurtosis = moments(net)
    assert sharpe == pytest.approx(net.mean() / net.std(ddof=1))
    assert skew == pytest.approx(stats.skew(net))
    assert kurtosis == pytest.approx(stats.kurtosis(net, fisher=False))
    assert np.isnan(moments(np.full(5, 0.01))).all()
    assert np.isnan(moments(np.array([0.01]))).all()


def test_the_minimum_track_record_is_where_the_probability_reaches_the_confidence() -> None:
    n = minimum_track_record(0.1, -0.5, 5.0)
    assert probabilistic(0.1, round(n), -0.5, 5.0) == pytest.approx(0.95, abs=1e-3)
    assert np.isnan(minimum_track_record(-0.1, 0.0, 3.0))
