"""A curve that leaves its panel is told."""

import numpy as np
import pytest

from signalcli.report.figures.frame import before_leaving, leaving


@pytest.mark.parametrize(
    ("values", "count"),
    [([0, 1, 2], 3), ([0, 5, 1], 1), ([-3, 0], 0), ([0, np.nan, 9], 2), ([0, np.inf], 1), ([np.nan], 1)],
)
def test_values_before_the_first_outside(values, count):
    assert before_leaving(np.array(values, dtype="float64"), -2.0, 2.0) == count


def test_the_farthest_value_is_named():
    assert leaving("gru", np.array([0.0, 3.0, -7.5]), -2.0, 2.0) == "gru leaves the frame and reaches −7.5"
    assert leaving("gru", np.array([0.0, np.inf]), -2.0, 2.0) == "gru leaves the frame and reaches inf"
    assert leaving("gru", np.array([0.0, np.nan, 2.0]), -2.0, 2.0) == ""
