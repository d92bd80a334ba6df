"""Rows of two symbols on one grid, by hand."""

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.portfolio.grid import Grid, make_grid

NONE = np.nan


def rows(*cells: tuple[str, str, int]) -> pd.DataFrame:
    """Rows of symbol, day and membership, in the order that is given."""
    table = pd.DataFrame(list(cells), columns=["symbol", "date", "member"])
    return table.astype({"date": "datetime64[us]", "member": "Int8"})


@pytest.fixture
def grid() -> Grid:
    """B on the 1st, 3rd and 18th; A on the 2nd, 3rd and 5th, on which it is no member. Nothing is sorted."""
    return make_grid(
        rows(
            ("B", "2024-01-01", 1),
            ("B", "2024-01-18", 1),
            ("A", "2024-01-03", 1),
            ("A", "2024-01-02", 1),
            ("B", "2024-01-03", 1),
            ("A", "2024-01-05", 0),
        )
    )


def test_dates_and_symbols_are_in_order(grid: Grid) -> None:
    assert [int(str(d)[8:10]) for d in grid.dates] == [1, 2, 3, 5, 18]
    assert grid.symbols == ["A", "B"]


def test_each_bar_has_its_row_and_each_date_the_newest(grid: Grid) -> None:
    assert grid.row.tolist() == [[-1, 0], [3, -1], [2, 4], [5, -1], [-1, 1]]
    assert grid.present.tolist() == [[False, True], [True, False], [True, True], [True, False], [False, True]]
    assert grid.last.tolist() == [[-1, 0], [3, 0], [2, 4], [5, 4], [5, 1]]


def test_who_is_alive_was_there_lately_and_is_a_member(grid: Grid) -> None:
    assert grid.alive.tolist() == [[False, True], [True, True], [True, True], [False, True], [False, True]]


@pytest.mark.parametrize(("day", "alive"), [("2024-01-15", True), ("2024-01-16", False)])
def test_a_bar_of_fourteen_days_ago_is_late_enough(day: str, alive: bool) -> None:
    late = make_grid(rows(("A", "2024-01-01", 1), ("B", day, 1)))
    assert late.alive.tolist() == [[True, False], [alive, True]]


def test_values_on_their_bars_and_those_of_the_newest(grid: Grid) -> None:
    values = np.array([10.0, 11, 12, 13, 14, 15])
    none = pytest.approx(NONE, nan_ok=True)
    assert grid.spread(values).tolist() == [[none, 10], [13, none], [12, 14], [15, none], [none, 11]]
    assert grid.spread(values, 7.0)[:2].tolist() == [[7, 10], [13, 7]]
    assert grid.latest(values).tolist() == [[none, 10], [13, 10], [12, 14], [15, 14], [15, 11]]
    assert grid.newest(values, 0.0).tolist() == [[0, 10], [13, 10], [12, 14], [0, 14], [0, 11]]
