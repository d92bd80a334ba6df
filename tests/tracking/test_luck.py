"""The expected best of trials without skill: right for correlated trials, and nothing makes it smaller."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalcli.evaluation.metrics.sharpe import expected_maximum
from signalcli.tracking import luck

DATES = pd.bdate_range("2010-01-04", periods=500).to_numpy()


def sketch(returns: np.ndarray) -> np.ndarray:
    return luck.join([luck.draw(DATES, net) for net in returns])


def correlated(rho: float, number: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    own, common = rng.normal(size=(number, len(DATES))), rng.normal(size=len(DATES))
    return np.sqrt(1 - rho) * own + np.sqrt(rho) * common


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_it_is_that_of_correlated_gaussians(rho: float) -> None:
    """√(1-ρ) times the expected maximum of independent ones; 100 of them."""
    best = luck.expected_best(sketch(correlated(rho, 100)))
    assert best == pytest.approx(np.sqrt(1 - rho) * expected_maximum(100), abs=0.12)


def test_one_trial_and_its_copies_have_no_luck() -> None:
    net = correlated(0.0, 1)
    assert luck.expected_best(sketch(net)) == pytest.approx(0.0, abs=1e-6)
    copies = np.repeat(net, 30, axis=0) * np.arange(1, 31)[:, None] + 0.001
    assert luck.effective_trials(luck.expected_best(sketch(copies))) == pytest.approx(1.0, abs=1e-4)


def test_copies_do_not_hide_other_trials() -> None:
    """Fifty trials and two hundred copies of one: no less than the fifty, whatever the mean correlation."""
    fifty = correlated(0.0, 50)
    with_copies = np.concatenate([fifty, np.repeat(fifty[:1], 200, axis=0)])
    assert luck.expected_best(sketch(with_copies)) == pytest.approx(luck.expected_best(sketch(fifty)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 11), min_size=1, max_size=12), st.integers(0, 11))
def test_no_trial_lowers_it(some: list[int], more: int) -> None:
    every = correlated(0.3, 12)
    assert luck.expected_best(sketch(every[[*some, more]])) >= luck.expected_best(sketch(every[some]))


def test_draws_may_be_zero_and_one_that_is_damaged_spoils_the_sketch() -> None:
    """The mean of 0 and 1 counts; infinity and NaN are no luck of a trial."""
    half = np.tile(np.array([0.0, 1.0], "float32"), luck.DRAWS // 2)
    assert luck.expected_best(half) == 0.5
    for wrong in (np.inf, -np.inf, np.nan):
        assert luck.expected_best(np.where(np.arange(luck.DRAWS) == 7, np.float32(wrong), half)) == 0.0


def test_between_one_trial_and_two_the_number_grows_with_the_luck() -> None:
    two = expected_maximum(2)
    assert [luck.effective_trials(best) for best in (0.0, two / 4, two / 2)] == [1.0, 1.25, 1.5]


def test_flat_trials_add_nothing() -> None:
    flat = luck.draw(DATES, np.zeros(len(DATES)))
    assert luck.expected_best(luck.join([flat])) == 0.0
    one = sketch(correlated(0.0, 3))
    assert np.array_equal(luck.join([one, flat]), one)


def test_draws_are_the_same_everywhere_and_keep_their_day() -> None:
    """Later days change nothing of what earlier ones gave: two spans with the same returns agree."""
    net = correlated(0.0, 1)[0]
    net[250:] = net[:250].mean()
    whole, half = luck.draw(DATES, net), luck.draw(DATES[:250], net[:250])
    assert np.allclose(whole, half, atol=1e-5)


def test_bytes_and_back() -> None:
    one = sketch(correlated(0.0, 2))
    assert np.array_equal(luck.from_bytes(luck.to_bytes(one)), one)
    assert luck.expected_best(luck.from_bytes(b"damaged")) == luck.expected_best(luck.from_bytes(None)) == 0.0


@pytest.mark.parametrize("number", [2, 7, 100, 12345])
def test_effective_trials_undo_the_expected_maximum(number: int) -> None:
    assert luck.effective_trials(expected_maximum(number)) == pytest.approx(number, rel=1e-6)
