"""Numbers of a width that fits into a cell."""

import pytest

from signalcli.report.figures.axes import percent
from signalcli.report.fixed import fixed
from signalcli.report.text.metrics.values import format_metric


@pytest.mark.parametrize(
    ("value", "digits", "mark", "text"),
    [
        (1.005e3, 1, ",", "1,005.0"),
        (-0.0001, 2, "", "0.00"),
        (999_999_999.4, 0, ",", "999,999,999"),
        (1e9, 2, ",", "1e+09"),
        (-2.345e250, 2, "", "-2.35e+250"),
    ],
)
def test_fixed(value, digits, mark, text):
    assert fixed(value, digits, mark) == text


def test_metrics_and_shares_of_any_size_are_short():
    assert percent(-3e270) == "−3e+272 %"
    assert format_metric("total_return", 3e270) == "3e+272 %"
    assert format_metric("calmar", 3e270) == "3e+270"
