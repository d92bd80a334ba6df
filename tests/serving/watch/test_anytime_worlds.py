"""The watch in many worlds: alarms without a change are rare, a dead edge is found soon."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from signalcli.evaluation.significance.anytime import capital
from signalcli.serving.watch.measures import MEASURES, observe
from signalcli.serving.watch.promise import Promise, promises_of_rows

HIT = 0.597


def rows(rng: np.random.Generator, number: int, *, dead: bool = False) -> pd.DataFrame:
    """Calibrated probabilities .403 and .597, with returns of that direction; dead: by a fair coin."""
    p_up = np.where(rng.random(number) < 0.5, HIT, 1 - HIT)
    direction = (rng.random(number) < (0.5 if dead else p_up)).astype(float)
    move = 0.01 * np.abs(rng.standard_t(5, number)) * (2 * direction - 1)
    net = np.where(p_up > 0.5, move, -move) - 0.0001
    return pd.DataFrame({"p_up": p_up, "direction": direction, "net_return": net})


def first_alarm(promised: dict[str, Promise], live: pd.DataFrame) -> float:
    """Number of nights until the first alarm of any measure; infinite without one."""
    nights = [np.inf]
    for name, promise in promised.items():
        x = np.clip(observe(live, name) / promise.scale, -1, 1)
        grown = capital(x, np.full(len(x), promise.low), np.full(len(x), promise.stake))
        over = np.flatnonzero(grown >= 1 / MEASURES[name].alpha)
        nights.append(over[0] + 1 if len(over) else np.inf)
    return min(nights)


def alarms(worlds: int, trained: int, nights: int, *, dead: bool) -> np.ndarray:
    rng = np.random.default_rng([worlds, trained, int(dead)])
    return np.array(
        [
            first_alarm(dict(promises_of_rows(rows(rng, trained), 1)), rows(rng, nights, dead=dead))
            for _ in range(worlds)
        ]
    )


def best_fixed_sample() -> float:
    """Nights of the most powerful test of ``HIT`` against one half with 5 % and a power of 80 %."""
    z_alpha, z_beta = stats.norm.ppf([0.95, 0.8])
    return ((z_alpha * np.sqrt(HIT * (1 - HIT)) + z_beta * 0.5) / (HIT - 0.5)) ** 2


def test_without_a_change_alarms_are_rare() -> None:
    found = alarms(150, 1000, 500, dead=False)
    assert np.mean(np.isfinite(found)) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 150)


def test_a_dead_edge_is_found_soon() -> None:
    assert np.median(alarms(60, 1000, 800, dead=True)) <= 3 * best_fixed_sample()


@pytest.mark.slow
@pytest.mark.parametrize("trained", [300, 1000, 4000])
def test_a_thousand_nights_without_a_change(trained: int) -> None:
    found = alarms(2000, trained, 1000, dead=False)
    assert np.mean(np.isfinite(found)) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("trained", [1000, 4000])
def test_a_dead_edge_in_a_thousand_worlds(trained: int) -> None:
    assert np.median(alarms(1000, trained, 1000, dead=True)) <= 3 * best_fixed_sample()


def test_the_capital_by_hand() -> None:
    """Two observations against a mean of at least .2 with a stake of .5: three bets, added."""
    found = capital(np.array([-1.0, 1.0]), np.array([0.2, 0.2]), np.array([0.5, 0.5]))
    bets = [(0.3, 0.25), (0.5, 0.5), (0.2, 1.0)]
    one = [share * (1 + stake * 1.2) for share, stake in bets]
    two = [part * (1 - stake * 0.8) for part, (_, stake) in zip(one, bets, strict=True)]
    assert found == pytest.approx([sum(one), sum(two)])


def test_no_observation_takes_the_whole_capital() -> None:
    found = capital(np.ones(5), np.full(5, -0.9), np.full(5, 100.0))
    assert (found > 0).all()


def test_a_fair_game_wins_nothing_on_average() -> None:
    """Every path of eight fair coins of 1 and -1 about a mean of 0: the mean capital is exactly 1."""
    paths = np.array([[1.0 if path >> k & 1 else -1.0 for k in range(8)] for path in range(256)])
    for stake in (0.1, 0.7):
        assert capital(paths, np.zeros((1, 8)), np.full((1, 8), stake)).mean(axis=0) == pytest.approx(1.0)
