"""Statistics in a terminal: length of the bars about zero, stars at values outside of the band."""

from math import nan

import numpy as np
import pytest

from random_bars import random_bars
from signalcli.config.statistics import StatisticsConfig
from signalcli.report.text.statistics import bar_about_zero, statistics_text
from signalcli.research.statistics.describe import describe_bars


@pytest.mark.parametrize(
    ("value", "band", "picture"),
    [
        (1.0, 0.5, "  ┊ │████"),
        (-1.0, 0.5, "████│ ┊"),
        (0.25, 0.5, "  ┊ │█┊"),
        (-0.5, 1.0, "┊ ██│   ┊"),
        (0.0, 0.5, "  ┊ │ ┊"),
        (nan, nan, "    │"),
    ],
)
def test_a_bar_goes_to_the_side_of_its_sign(value, band, picture):
    assert bar_about_zero(value, band, 1.0, half=4) == picture


def test_stars_stand_where_the_band_is_left():
    table = describe_bars(random_bars(300), StatisticsConfig(("acf", "order"), lags=8))
    acf = table[table["section"] == "acf"]
    text = statistics_text(table, color=False)
    lines = text[text.index("\nacf") : text.index("\norder")].splitlines()[3:]
    assert ["*" in line for line in lines if line.strip()] == (acf["value"].abs() > acf["high"]).tolist()


def test_one_order_of_each_criterion_has_a_star():
    table = describe_bars(random_bars(300), StatisticsConfig(("order",), max_order=4))
    lines = statistics_text(table, color=False).splitlines()
    assert sum(line.count("*") for line in lines) == 3
    best = int(table.set_index("name").loc["best_aic", "value"])
    (line,) = [line for line in lines if line.split()[:1] == [str(best)]]
    assert line.split()[1] == "*"


def test_missing_values_are_not_printed():
    text = statistics_text(describe_bars(random_bars(4), StatisticsConfig()), color=False)
    assert "nan" not in text.lower().split()
    assert "AAA" in text


def test_foreign_text_cannot_steer_the_terminal():
    table = describe_bars(random_bars(30), StatisticsConfig(("summary",)))
    assert "\x1b" not in statistics_text(table.assign(symbol="A\x1b[31m"), color=False)


def test_counts_are_whole_and_p_values_short():
    text = statistics_text(
        describe_bars(random_bars(1300), StatisticsConfig(("summary", "adf"))), color=False
    )
    assert "1,300" in text
    assert "<.001" in text
    assert np.all(["e-" not in line for line in text.splitlines()])
