"""Overlapping labels: the value of a row by slow loops, and sizes by simulation at horizons 1, 5 and 20."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.signal import lfilter

from signalcli.evaluation.reliability import reliability
from signalcli.evaluation.significance.long_run import cosine_coefficients, frequencies, mean_test
from signalcli.evaluation.significance.overlapping import effective_share
from signalcli.evaluation.significance.paired import diebold_mariano, mcnemar, pesaran_timmermann
from signalcli.evaluation.significance.shares import share_interval, wilson
from signalcli.evaluation.significance.student import quantile, tail

LEVEL = 0.05

# ---- by hand


def correlation(apart: int, horizon: int) -> float:
    """Of the signs of two sums of ``horizon`` Gaussian steps that begin so many steps apart."""
    return 2 / np.pi * np.arcsin(max(1 - apart / horizon, 0.0))


def slow_share(correct: np.ndarray, bars: np.ndarray, horizon: int) -> tuple[float, float]:
    """Effective rows and degrees of freedom, with the full matrices."""
    n, span = len(bars), int(bars.max() - bars.min()) + 1
    count = max(min(int(0.27 * span / horizon), 100), 1)
    time = (bars - bars.min() + 0.5) / span
    waves = np.array([np.sqrt(2) * np.cos(np.pi * k * time) for k in range(1, count + 1)])
    labels = np.array([[correlation(abs(a - b), horizon) for b in bars] for a in bars])
    demean = np.eye(n) - 1 / n
    sums = waves @ (correct - correct.mean())
    covariance = waves @ demean @ labels @ demean @ waves.T
    variance = np.mean(sums**2) * labels.sum() / (np.trace(covariance) / count)
    degrees = np.trace(covariance) ** 2 / np.sum(covariance**2)
    return correct.mean() * (1 - correct.mean()) * n**2 / variance, degrees


@given(st.integers(1, 12), st.integers(20, 90), st.floats(0.2, 1), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_effective_rows_are_those_of_full_matrices(horizon: int, n: int, kept: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    bars = np.flatnonzero(rng.random(n) < kept) + 3
    correct = rng.random(len(bars)) < 0.6
    if len(bars) > 2 and 0 < correct.sum() < len(bars):
        found = effective_share(correct, bars, horizon)
        assert found[1:] == pytest.approx(slow_share(correct, bars, horizon), rel=1e-6)
        assert found.share == correct.mean()


def test_cosine_coefficients_by_their_definition(rng: np.random.Generator) -> None:
    x = rng.standard_normal(37)
    time = (np.arange(37) + 0.5) / 37
    wanted = [np.sqrt(2 / 37) * np.sum(x * np.cos(np.pi * k * time)) for k in range(1, 8)]
    assert cosine_coefficients(x, 7) == pytest.approx(wanted)
    assert frequencies(1000, 20) == 13
    assert frequencies(30, 20) == 1
    assert frequencies(1000, 1) == 50


def test_a_mean_by_hand() -> None:
    """27 values at horizon 3: two frequencies, Student's t with two degrees of freedom."""
    x = np.tile([1.0, -1.0, 2.0], 9) + np.arange(27) / 10
    time = (np.arange(27) + 0.5) / 27
    variance = np.mean([(np.sqrt(2 / 27) * x @ np.cos(np.pi * k * time)) ** 2 for k in (1, 2)])
    t = x.mean() / np.sqrt(variance / 27)
    assert frequencies(27, 3) == 2
    assert mean_test(x, 3, 1) == pytest.approx((t, stats.t.sf(t, 2)))
    assert mean_test(x, 3, -1).p_value == pytest.approx(stats.t.cdf(t, 2))
    assert mean_test(x, 3, 0).p_value == pytest.approx(2 * stats.t.sf(abs(t), 2))
    assert np.isnan(mean_test(x, 27, 0).p_value), "no two labels that share no bar"
    assert np.isnan(mean_test(np.ones(50), 3, 0).p_value)
    assert diebold_mariano(x, np.zeros(27), 3) == mean_test(x, 3, -1)


def test_rows_that_all_agree_are_worth_what_their_labels_are() -> None:
    """30 rows in a row at horizon 10: 900 over the sum of all correlations, by a double loop."""
    wanted = 900 / sum(correlation(abs(a - b), 10) for a, b in itertools.product(range(30), repeat=2))
    share, rows, degrees = effective_share(np.ones(30, dtype=bool), np.arange(30), 10)
    assert (share, rows) == pytest.approx((1.0, wanted))
    assert rows < 5
    low, high = share_interval(np.ones(30, dtype=bool), 10)
    assert (low, high) == pytest.approx(wilson(rows, rows, 0.95, degrees))
    apart = effective_share(np.ones(30, dtype=bool), np.arange(30) * 10, 10)
    assert apart.rows == pytest.approx(30), "labels that share no bar"


def test_without_overlap_the_interval_is_wilsons(rng: np.random.Generator) -> None:
    correct = rng.random(300) < 0.55
    assert share_interval(correct, 1) == wilson(int(correct.sum()), 300)
    assert np.isnan(share_interval(correct[:0], 5)).all()


def test_rows_of_the_same_bar_are_not_independent() -> None:
    """Eight symbols that agree at every date are worth one."""
    rng = np.random.default_rng(1)
    one = rng.random(400) < 0.5
    low, high = share_interval(np.repeat(one, 8), 1, np.repeat(np.arange(400), 8))
    wanted = wilson(int(one.sum()), 400)
    assert high - low == pytest.approx(wanted[1] - wanted[0], rel=0.25)
    naive = wilson(int(one.sum()) * 8, 3200)
    assert high - low > 2 * (naive[1] - naive[0])
    y, said = rng.random(400) < 0.5, rng.random(400) < 0.5
    many = pesaran_timmermann(np.repeat(y, 8), np.repeat(said, 8), 1, np.repeat(np.arange(400), 8))
    assert abs(many.statistic - pesaran_timmermann(y, said).statistic) < 0.4


def test_several_rows_of_a_single_bar_are_worth_one() -> None:
    """No frequency tells anything of one bar: one row, and one degree of freedom."""
    assert effective_share(np.array([True, True, False]), np.full(3, 7), 1) == pytest.approx((2 / 3, 1, 1))


def test_an_interval_of_few_independent_rows_is_students() -> None:
    """Five of ten, four degrees of freedom: 2.776 deviations instead of 1.960."""
    for degrees, z in ((4, 2.7764451), (np.inf, 1.9599640)):
        half = z / (1 + z**2 / 10) * np.sqrt(0.25 / 10 + z**2 / 400)
        assert wilson(5, 10, 0.95, degrees) == pytest.approx((0.5 - half, 0.5 + half), rel=1e-6)


def test_students_t_is_that_of_scipy() -> None:
    assert quantile(0.975, 7.5) == pytest.approx(stats.t.ppf(0.975, 7.5))
    assert quantile(0.975) == pytest.approx(stats.norm.ppf(0.975))
    assert tail(1.3, 5, 1) == pytest.approx(stats.t.sf(1.3, 5))
    assert tail(-1.3, 5) == pytest.approx(2 * stats.t.sf(1.3, 5))


# ---- sizes: a random walk, whose direction over the next bars nobody can know

Scores = dict[str, float]


def world(rng: np.random.Generator, n: int, horizon: int, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """True directions, and a score of up: new at every bar, slow (half lasts 7 bars), or the last moves."""
    walk = np.cumsum(rng.standard_normal(n + 2 * horizon + 1))
    now = np.arange(n) + horizon
    up, noise = walk[now + horizon] > walk[now], rng.standard_normal(n)
    if kind == "momentum":
        return up, walk[now] - walk[now - horizon]
    return up, noise if kind == "new" else lfilter([1.0], [1.0, -0.9], noise)


def alarms_of(up: np.ndarray, score: np.ndarray, horizon: int) -> Scores:
    """Which tests and intervals say that there is something, at 5 %.

    The losses are those of a model that is as good as a coin on average: its squared error without what its
    boldness costs.
    """
    said, n = score > 0, len(up)
    low, high = share_interval(up == said, horizon)
    bold = np.where(said, 0.02, -0.02)
    loss = (up - 0.5 - bold) ** 2 - bold**2
    bins = reliability(up, stats.norm.cdf(score / score.std()), 5, "rows", horizon)
    return {
        "accuracy": not low < 0.5 < high,
        "mcnemar": mcnemar(up == said, up, horizon).p_value < LEVEL,
        "pesaran_timmermann": pesaran_timmermann(up, said, horizon).p_value < LEVEL,
        "diebold_mariano": diebold_mariano(loss, np.full(n, 0.25), horizon).p_value < LEVEL,
        "reliability": float(np.mean([not b.share_low < 0.5 < b.share_high for b in bins])),
    }


def sizes(horizon: int, kind: str, runs: int, n: int, seed: int = 1) -> Scores:
    """Share of alarms in worlds where there is nothing."""
    rng = np.random.default_rng(seed)
    found = [alarms_of(*world(rng, n, horizon, kind), horizon) for _ in range(runs)]
    return {name: float(np.mean([alarms[name] for alarms in found])) for name in found[0]}


def naive_sizes(kind: str, horizon: int, runs: int, n: int) -> Scores:
    """The same when labels are taken as independent."""
    rng = np.random.default_rng(1)
    found = [alarms_of(*world(rng, n, horizon, kind), 1) for _ in range(runs)]
    return {name: float(np.mean([alarms[name] for alarms in found])) for name in found[0]}


def test_overlapping_labels_taken_as_independent_alarm_too_often() -> None:
    """A hundred worlds: what happens at horizon 20 without the correction, and with it."""
    naive, right = naive_sizes("momentum", 20, 100, 1000), sizes(20, "momentum", 100, 1000)
    assert min(naive["accuracy"], naive["mcnemar"]) > 0.25
    assert naive["pesaran_timmermann"] > 0.12
    assert max(right.values()) <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / 100)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["new", "slow", "momentum"])
@pytest.mark.parametrize("horizon", [1, 5, 20])
def test_sizes_are_nominal(horizon: int, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """5 % within two standard errors of 600 worlds."""
    found = sizes(horizon, kind, 600, 2000)
    with capsys.disabled():
        print(f"\nhorizon {horizon}, {kind} score: {found}")  # noqa: T201 (the sizes are the result)
    error = np.sqrt(LEVEL * (1 - LEVEL) / 600)
    assert found == pytest.approx(dict.fromkeys(found, LEVEL), abs=2 * error)
