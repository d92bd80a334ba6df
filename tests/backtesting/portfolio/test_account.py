"""The account of one capital by hand: one or two symbols on a few dates."""

from typing import Any

import numpy as np
import pytest

from signalcli.backtesting.portfolio.account import (
    Booked,
    PanelPrices,
    _newest_closes_before,
    account_portfolio,
)
from signalcli.backtesting.portfolio.grid import Grid
from signalcli.config.trading import TradingRule


def booked(
    targets: list[list[float]],
    opens: list[list[float]],
    closes: list[list[float]],
    days: tuple[int, ...] = (1, 2, 3, 4),
    **rule: Any,
) -> Booked:
    """What happens to symbols that have a bar where they have an open; they are always alive."""
    prices = [np.array(table, dtype="float64") for table in (opens, closes)]
    row = np.where(np.isnan(prices[0]), -1, 0)
    dates = np.array([f"2024-01-{day:02d}" for day in days[: len(row)]], dtype="datetime64[us]")
    grid = Grid(dates, ["A", "B"][: row.shape[1]], row, row, np.ones(row.shape, dtype=bool))
    rule = {"cost_bps": 0.0} | rule
    return account_portfolio(np.array(targets), grid, PanelPrices(prices[0], prices[1]), TradingRule(**rule))


def flow(one: Booked, name: str) -> Any:
    return pytest.approx(one.flows[name].tolist(), abs=1e-15)


def test_what_is_bought_at_the_first_close_earns_its_night_and_its_day() -> None:
    """From 10 over 12 to 15: a fifth at night, a quarter by day."""
    found = booked([[1.0], [1.0]], [[10.0], [12.0]], [[10.0], [15.0]], fill="close")
    assert flow(found, "gross_return") == [0, 0.5]
    assert flow(found, "turnover") == [1, 0]


def test_what_is_bought_at_an_open_earns_the_day_alone() -> None:
    found = booked([[1.0], [0.0], [0.0]], [[10.0], [12.0], [18.0]], [[10.0], [15.0], [20.0]])
    assert flow(found, "gross_return") == [0, 0.25, 0.2]
    assert flow(found, "turnover") == [0, 1, 1]


def test_the_night_after_a_hole_begins_at_the_last_close() -> None:
    """Half of the capital in each; A has no bar on the second date and doubles over both nights."""
    nan = np.nan
    found = booked(
        [[0.5, 0.5]] * 3, [[10, 10], [nan, 10], [20, 10]], [[10, 10], [nan, 10], [20, 10]], fill="close"
    )
    assert flow(found, "gross_return") == [0, 0, 0.5]
    assert flow(found, "turnover") == [1, 0, 1 / 3]  # of a capital of 1.5: A from 2/3 to 1/2, B from 1/3


def test_costs_that_take_all_end_the_account() -> None:
    """The second trade is of twice the capital; the third date would trade as much again."""
    found = booked(
        [[1.0], [-1.0], [1.0]], [[10.0]] * 3, [[10.0]] * 3, fill="close", cost_bps=6_000, slippage_bps=3_000
    )
    assert flow(found, "cost") == [0.9, 1, 0]
    assert flow(found, "turnover") == [1, 2, 0]
    assert flow(found, "net_return") == [-0.9, -1, 0]
    assert flow(found, "drawdown") == [0.9, 1, 1]


def test_a_loss_of_all_is_not_more_and_trades_no_more() -> None:
    """Short at 10; the next open of 30 takes twice the capital, before the trade of that open."""
    found = booked([[-1.0], [-1.0], [1.0]], [[10.0], [10.0], [30.0]], [[10.0], [10.0], [40.0]], cost_bps=100)
    assert flow(found, "gross_return") == [0, 0, -1]
    assert flow(found, "turnover") == [0, 1, 0]
    assert flow(found, "equity") == [1, 0.99, 0]


def test_a_short_position_pays_for_every_day_that_passes() -> None:
    """3.65 a year is .01 a day; three days pass before the third date. B is long and pays nothing."""
    found = booked(
        [[-0.5, 0.5]] * 3, [[10.0, 10.0]] * 3, [[10.0, 10.0]] * 3, (1, 2, 5), fill="close", borrow_bps=36_500
    )
    assert flow(found, "cost") == [0, 0.005, 0.015]
    assert flow(found, "net_return") == [0, -0.005, -0.015]


def test_weights_drift_with_prices_and_restoring_them_is_a_trade() -> None:
    """A doubles by day: of 1.5, A is 2/3 and B 1/3; at the next open, 20 again, both become a half."""
    found = booked(
        [[0.5, 0.5]] * 3,
        [[10.0, 10.0], [10.0, 10.0], [20.0, 10.0]],
        [[10.0, 10.0], [20.0, 10.0], [10.0, 10.0]],
    )
    assert flow(found, "turnover") == [0, 1, 1 / 3]
    assert flow(found, "gross_return") == [0, 0.5, -0.25]


def test_the_newest_close_before_each_date() -> None:
    """A on the first and third date, B from the second on: never that of the date itself."""
    nan = np.nan
    closes = np.array([[1.0, nan], [nan, 2.0], [3.0, 4.0], [5.0, nan]])
    row = np.where(np.isnan(closes), -1, 0)
    grid = Grid(np.arange(4), ["A", "B"], row, row, row >= 0)
    none = pytest.approx(nan, nan_ok=True)
    assert _newest_closes_before(grid, closes).tolist() == [[none, none], [1, none], [1, 2], [3, 4]]
