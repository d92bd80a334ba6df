"""Mean and spread to the last bit."""

import numpy as np
import pytest

from signalcli.evaluation.metrics.moments import mean, spread


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 9, 127, 128, 129, 2520, 5003])
@pytest.mark.parametrize("scale", [1e-160, 0.01, 1e9])
def test_mean_and_spread_are_those_of_numpy_bit_for_bit(n, scale):
    x = np.random.default_rng(n).normal(0.3, 1, n) * scale
    assert mean(x) == np.mean(x)
    assert spread(x, ddof=0) == np.std(x)
    if n > 1:
        assert spread(x) == np.std(x, ddof=1)


def test_too_few_numbers_have_none():
    assert np.isnan([mean(np.array([])), spread(np.array([])), spread(np.array([1.0]))]).all()
