"""The chart of forecasts in a terminal."""

import numpy as np
import pandas as pd

from signalcli.report.text.forecasts import HEIGHT, WIDTH, draw_chart


def rows_of(actual, **forecasts):
    return pd.concat(
        [pd.DataFrame({"model": m, "actual": actual, "forecast": f}) for m, f in forecasts.items()],
        ignore_index=True,
    )


def lines_of(*values, **forecasts):
    lines = draw_chart(rows_of(np.array(values), **forecasts), list(forecasts)).splitlines()
    return [line[2:] for line in lines[:HEIGHT]], lines[HEIGHT]


def test_a_rising_line_goes_from_the_lower_left_to_the_upper_right():
    lines, legend = lines_of(*np.linspace(0, 9, 200), ar=np.full(200, np.nan))
    assert lines[-1].startswith("•")
    assert lines[0].endswith("•")
    assert len(lines[0]) == WIDTH
    assert legend.split() == ["•", "actual", "a", "ar"]
    assert sum(line.count("•") for line in lines) == WIDTH


def test_few_bars_spread_over_the_width_and_what_lies_outside_is_left_out():
    lines, _ = lines_of(0, 9, 0, ar=[4.5, 100, -100], lstm=[9, 0, 9])
    assert [line.count("a") for line in lines] == [0] * 6 + [1] + [0] * 7
    assert lines[0][0] == "b"
    assert lines[0].rstrip()[-1] == "b"
    assert lines[-1][0] == lines[-1][WIDTH - 1] == "•"


def test_future_bars_are_drawn_by_their_forecasts():
    lines, _ = lines_of(np.nan, np.nan, ar=[1.0, 5.0])
    assert lines[-1][0] == "a"
    assert lines[0].rstrip()[-1] == "a"
    flat, _ = lines_of(3.0, 3.0, ar=[3.0, np.nan])
    assert sum(line.count("•") for line in flat) == 2
