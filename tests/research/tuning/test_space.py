"""Search spaces: which values, how they are drawn, and which are simple."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcli.research.tuning.space import Choice, Range, as_text, complexity, grid, size, spread

SPACE = (Choice("leaves", (7, 15, 31)), Range("units", 8, 10, whole=True))


def test_a_grid_is_every_combination() -> None:
    points = [tuple(point.values()) for point in grid(SPACE)]
    assert points == [(a, b) for a in (7, 15, 31) for b in (8, 9, 10)]
    assert size(SPACE) == 9
    assert size((*SPACE, Range("rate", 0.1, 1.0))) == math.inf


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        ((True, 8, 64, False, 8), (8, 16, 24, 32, 40, 48, 56, 64)),
        ((False, 0.001, 0.1, True, 3), (0.001, 0.01, 0.1)),
        ((True, 1, 3, False, 7), (1, 2, 3)),  # each once
        ((False, 0.0, 1.0, False, 5), (0.0, 0.25, 0.5, 0.75, 1.0)),
    ],
)
def test_points_of_a_range(arguments, values) -> None:
    assert spread(*arguments) == pytest.approx(values)
    assert spread(*arguments)[0] == values[0]
    assert spread(*arguments)[-1] == values[-1]


@given(st.integers(1, 50), st.integers(1, 50), st.booleans(), st.booleans(), st.integers(0, 2**32 - 1))
def test_draws_stay_inside_and_are_of_their_kind(low, more, log, whole, seed) -> None:
    one = Range("x", low, low + more, log, whole)
    drawn = [one.draw(np.random.default_rng([seed, k])) for k in range(20)]
    assert all(low <= value <= low + more for value in drawn)
    assert all(isinstance(value, int) == whole or value in {low, low + more} for value in drawn)


def test_draws_are_uniform_on_their_scale() -> None:
    rng = np.random.default_rng(0)
    rates = np.array([Range("x", 1e-4, 1.0, log=True).draw(rng) for _ in range(4000)])
    assert np.histogram(np.log10(rates), [-4, -3, -2, -1, 0])[0] / 4000 == pytest.approx([0.25] * 4, abs=0.03)
    whole = np.array([Range("x", 1, 4, log=True, whole=True).draw(rng) for _ in range(8000)])
    edges = np.log([0.5, 1.5, 2.5, 3.5, 4.5])
    assert np.bincount(whole)[1:] / 8000 == pytest.approx(np.diff(edges) / math.log(9), abs=0.02)


def test_complexity_is_the_place_in_the_space() -> None:
    assert complexity(SPACE, {"leaves": 7, "units": 8}) == 0
    assert complexity(SPACE, {"leaves": 31, "units": 9}) == 1.5
    assert complexity((Range("r", 0.01, 1.0, log=True),), {"r": 0.1}) == pytest.approx(0.5)


def test_parameters_as_text() -> None:
    shown = as_text({"p": "auto", "units": (64, 32), "bias": True, "loss": None, "rate": 0.01})
    assert shown == "p=auto units=64,32 bias=true loss=none rate=0.01"
