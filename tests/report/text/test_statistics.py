"""Sections for eyes: bars about zero as long as they should be, stars where a value is outside its band."""

import numpy as np
import pytest

from random_bars import random_bars
from signalcli.config.statistics import StatisticsConfig
from signalcli.report.text.statistics import bar_about_zero, sections_text
from signalcli.research.statistics.sections import inspect

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "band", "picture"),
    [
        (1.0, 0.5, "  ┊ │████"),
        (-1.0, 0.5, "████│ ┊"),
        (0.25, 0.5, "  ┊ │█┊"),
        (-0.5, 1.0, "┊ ██│   ┊"),
        (0.0, 0.5, "  ┊ │ ┊"),
        (NAN, NAN, "    │"),
    ],
)
def test_a_bar_goes_to_the_side_of_its_sign(value, band, picture):
    assert bar_about_zero(value, band, 1.0, half=4) == picture


def test_stars_stand_where_the_band_is_left():
    table = inspect(random_bars(300), StatisticsConfig(("acf", "order"), lags=8))
    acf = table[table["section"] == "acf"]
    text = sections_text(table, colour=False)
    lines = text[text.index("\nacf") : text.index("\norder")].splitlines()[3:]
    assert ["*" in line for line in lines if line.strip()] == (acf["value"].abs() > acf["high"]).tolist()


def test_one_order_of_each_criterion_has_a_star():
    table = inspect(random_bars(300), StatisticsConfig(("order",), max_order=4))
    lines = sections_text(table, colour=False).splitlines()
    assert sum(line.count("*") for line in lines) == 3
    best = int(table.set_index("name").loc["best_aic", "value"])
    (line,) = [line for line in lines if line.split()[:1] == [str(best)]]
    assert line.split()[1] == "*"


def test_nothing_unknown_is_printed_as_a_number():
    text = sections_text(inspect(random_bars(4), StatisticsConfig()), colour=False)
    assert "nan" not in text.lower().split()
    assert "AAA" in text


def test_foreign_text_cannot_steer_the_terminal():
    table = inspect(random_bars(30), StatisticsConfig(("summary",)))
    assert "\x1b" not in sections_text(table.assign(symbol="A\x1b[31m"), colour=False)


def test_counts_are_whole_and_p_values_short():
    text = sections_text(inspect(random_bars(1300), StatisticsConfig(("summary", "adf"))), colour=False)
    assert "1,300" in text
    assert "<.001" in text
    assert np.all(["e-" not in line for line in text.splitlines()])
