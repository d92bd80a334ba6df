"""Labels that keep clear of each other, lines of fewer points, limits and round numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from signalcli.report.figures.axes import (
    label,
    labels_across,
    limits,
    log_axis,
    log_levels,
    percent,
    percent_axis,
    percent_digits,
    spread,
    thinned,
    time_axis,
)

heights = st.lists(st.floats(-50, 350), min_size=1, max_size=12).map(sorted)


@given(heights)
def test_labels_keep_their_order_and_distance(wished):
    places = spread(np.array(wished), 13.0, 300.0)
    assert (np.diff(places) >= 13 - 1e-9).all()
    assert places[0] >= -1e-9
    assert places[-1] <= 300 + 1e-9


def test_labels_with_room_stay_where_they_belong():
    np.testing.assert_allclose(spread(np.array([10.0, 100.0, 200.0]), 13.0, 300.0), [10, 100, 200])


def test_two_labels_at_one_place_part_evenly():
    np.testing.assert_allclose(spread(np.array([100.0, 100.0]), 13.0, 300.0), [93.5, 106.5])


@given(st.integers(1, 2000), st.integers(5, 60), st.integers(0, 100))
def test_thinning_keeps_ends_and_extremes(rows, buckets, seed):
    values = np.random.default_rng(seed).standard_normal(rows)
    kept = thinned(values, buckets)
    assert {0, rows - 1, int(values.argmin()), int(values.argmax())} <= set(kept.tolist())
    assert len(kept) <= 2 * buckets + 2
    assert (np.diff(kept) > 0).all()


def test_thinning_leaves_out_unknown_values_of_a_bucket():
    values = np.where(np.arange(1000) % 3 == 0, np.nan, 1.0)
    kept = thinned(values, 20)
    assert np.isfinite(values[kept][1:-1]).all()


@pytest.mark.parametrize(
    ("low", "high", "levels"),
    [(0.9, 6.0, [1, 2, 5]), (0.03, 12, [0.1, 1, 10]), (1e-3, 1e6, [1e-3, 1e-1, 1e1, 1e3, 1e5])],
)
def test_round_labels_of_a_logarithmic_axis(low, high, levels):
    found = log_levels(low, high)
    assert 2 <= len(found) <= 6
    assert set(np.round(levels, 9)) & set(np.round(found, 9))
    assert all(low <= level <= high for level in found)


def test_limits_hold_every_finite_value():
    assert limits(np.array([1.0, np.nan, 3.0]), around=0.0, margin=0.1) == pytest.approx((-0.3, 3.3))
    assert limits(np.array([np.nan])) == (0.0, 1.0)
    low, high = limits(np.array([2.0, 2.0]))
    assert low < 2 < high


def test_percent_has_a_minus_sign():
    assert (percent(-0.125, 1), percent(0.5)) == ("−12.5 %", "50 %")


def test_labels_are_short():
    assert label("x" * 30) == "x" * 19 + "…"
    assert label("gradient", 5) == "grad…"


@pytest.mark.parametrize(
    ("fractions", "digits"),
    [
        ([0, 0.025, 0.05, 0.075], 1),  # 2.5 % and 7.5 %, not 2 % and 8 %
        ([0.4, 0.5, 0.6], 0),
        ([0.0, 0.00025, 0.0005], 3),
        ([-0.5, 0.0, 0.5], 0),
        ([0.002], 1),
    ],
)
def test_labels_in_percent_have_the_decimals_that_they_need(fractions, digits):
    assert percent_digits(np.array(fractions)) == digits


@settings(max_examples=30, deadline=None)
@given(st.floats(1e-4, 1), st.floats(0, 1))
def test_labels_in_percent_say_where_they_stand(span, low):
    axes = Figure().subplots()
    percent_axis(axes, low, low + span)
    ticks = axes.get_yticks()
    labels = axes.yaxis.get_major_formatter().format_ticks(ticks)
    shown = [float(label.replace("−", "-").removesuffix(" %")) for label in labels]
    np.testing.assert_allclose(shown, 100 * ticks, rtol=0, atol=0.1 * span)


def test_nothing_has_no_minus_sign():
    assert (percent(-0.0001), percent(-0.0), percent(-0.0004, 1)) == ("0 %", "0 %", "0.0 %")


@pytest.mark.parametrize("inches", [1.0, 2.0, 12.0])
def test_an_axis_has_as_many_labels_as_fit(inches):
    axes = Figure(figsize=(inches, 3), dpi=72).add_axes((0, 0, 1, 1))
    percent_axis(axes, 0.699, 0.731, "x")
    inside = [tick for tick in axes.get_xticks() if 0.699 <= tick <= 0.731]
    assert len(inside) <= labels_across(axes) + 1


def test_one_date_has_one_label_in_the_middle():
    axes = Figure().subplots()
    time_axis(axes, np.array(["2024-05-03"], dtype="datetime64[D]"))
    assert [text.get_text() for text in axes.get_xticklabels()] == ["3 May"]
    low, high = axes.get_xlim()
    assert low < axes.get_xticks()[0] < high


def test_a_logarithmic_axis_ends_where_floats_do():
    axes = Figure().add_subplot()
    log_axis(axes, -400.0, 500.0)
    assert axes.get_ylim() == pytest.approx((1e-300, 1e300))
