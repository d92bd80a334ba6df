"""A portfolio by hand: a symbol keeps its weight on a day without a bar, and earns nothing."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.simulate import backtest
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.metrics.portfolio import pool, rebase_drawdown, with_booked
from signalcli.evaluation.metrics.record import records_of_returns
from signalcli.evaluation.scorecard import scorecard
from signalcli.schemas import PREDICTIONS, check


def predictions(symbol, dates, closes, p_up=0.9):
    """PREDICTIONS of one model on bars that open at the close before."""
    closes = np.array(closes, dtype="float64")
    opens = np.concatenate([closes[:1], closes[:-1]])
    prices = {
        "open": opens,
        "high": np.maximum(opens, closes),
        "low": np.minimum(opens, closes),
        "close": closes,
    }
    table = pd.DataFrame({"symbol": symbol, "date": pd.DatetimeIndex(dates), **prices}).assign(volume=1e6)
    move = table["close"].shift(-1) / table["close"] - 1
    label = (move > 0).astype("Int8").where(move.notna())
    named = table.assign(forward_return=move, direction=label, label_end=table["date"].shift(-1))
    return named.assign(model="m", fold=1, p_up=p_up)


def pooled(*tables):
    table = check(pd.concat(tables, ignore_index=True), PREDICTIONS, "test")
    returns = backtest(table, TradingRule(cost_bps=0))
    parts = [record for name, record in records_of_returns(returns) if name["model"] == "m"]
    return pool(parts), returns


WEEK = pd.date_range("2024-01-03", "2024-01-09")  # Wednesday to Tuesday
STOCK = predictions("A", WEEK[WEEK.day_of_week < 5], [100, 110, 99, 99, 108.9])
COIN = predictions("B", WEEK, [100, 100, 110, 121, 108.9, 108.9, 119.79])


def test_a_symbol_without_a_bar_keeps_its_weight_and_its_position_and_earns_nothing():
    found, _ = pooled(STOCK, COIN)
    a, b = [0, 0.1, -0.1, 0, 0, 0, 0.1], [0, 0, 0.1, 0.1, -0.1, 0, 0.1]
    assert found.net.tolist() == pytest.approx(np.mean([a, b], axis=0))
    assert found.market()[1:].tolist() == pytest.approx(np.mean([a, b], axis=0)[1:])
    assert found.turnover.tolist() == [0, 1, 0, 0, 0, 0, 0]
    assert found.position.tolist() == [1] * 7
    assert found.per_year == 365


def test_a_weekend_at_either_end_is_no_end_of_the_symbol():
    friday = predictions("A", WEEK[:3], [100, 110, 99])  # Wednesday to Friday
    sunday = predictions("B", WEEK[:5], [100, 100, 110, 121, 108.9])
    early = predictions("A", pd.DatetimeIndex(["2023-12-29", *WEEK[:3]]), [100, 100, 110, 99])
    found, _ = pooled(early, sunday)
    assert found.net[-2:].tolist() == pytest.approx([0.05, -0.05]), "its pauses are as long as this one"
    delisted, _ = pooled(friday, sunday)
    assert delisted.net[-2:].tolist() == pytest.approx([0.1, -0.1]), "it never paused: it has ended"


def test_a_symbol_that_is_listed_later_has_no_weight_before():
    later = predictions("A", WEEK[4:], [100, 110, 121])
    found, _ = pooled(later, COIN)
    coin = [0, 0, 0.1, 0.1, -0.1, 0, 0.1]
    assert found.net.tolist() == pytest.approx([*coin[:4], -0.05, 0.05, 0.1])


def test_the_volatility_of_a_stock_and_a_coin_equals_that_of_a_grid_filled_with_zeros():
    rng = np.random.default_rng(0)
    days = pd.date_range("2020-01-01", periods=700)
    weekdays = days[days.day_of_week < 5]
    tables = [
        predictions(
            name, index, 100 * np.cumprod(1 + rng.normal(0, 0.02, len(index))), rng.random(len(index))
        )
        for name, index in (("A", weekdays), ("B", days))
    ]
    _, returns = pooled(*tables)
    card = scorecard(returns, ScorecardConfig(portfolio=True)).set_index(["symbol", "model"])
    grid = returns[returns["model"] == "m"].pivot(index="date", columns="symbol", values="net_return")
    expected = grid.fillna(0).mean(axis=1).std() * 365**0.5
    assert card.loc[("PORTFOLIO", "m"), "annual_volatility"] == pytest.approx(expected)
    assert expected < 0.9 * grid.mean(axis=1).std() * 365**0.5


def test_long_in_one_symbol_and_short_in_another_is_not_flat():
    """Position 1 of each in size, +1 and -1 in sign; with .5 long beside it the mean size is .75."""
    long, short = predictions("A", WEEK, [100] * 7), predictions("B", WEEK, [100] * 7, p_up=0.1)
    assert pooled(long, short)[0].position.tolist() == [1] * 7
    records = {name["symbol"]: r for name, r in records_of_returns(backtest(pd.concat([long, short])))}
    half = replace(records["A"], position=np.full(7, 0.5))
    assert pool([records["B"], half]).position.tolist() == [0.75] * 7


def test_positions_last_until_the_next_bar_of_their_symbol():
    """A trades on Wednesday and Friday, B every day; A's first position lasts over Thursday."""
    days = WEEK[[0, 2]]
    first = predictions("A", days, [100, 110], p_up=[0.9, 0.5])
    found, _ = pooled(first, predictions("B", WEEK[:3], [100] * 3, p_up=0.5))
    assert found.position.tolist() == [0.5, 0.5, 0]
    assert found.net.tolist() == pytest.approx([0, 0, 0.05])


def test_a_pause_of_more_than_two_weeks_is_an_end():
    """A pauses three weeks in its middle; two weeks before B ends it ends itself."""
    days = pd.date_range("2024-01-01", "2024-03-01")
    own = pd.DatetimeIndex(["2024-01-01", "2024-01-22", "2024-02-16"])
    gone, _ = pooled(predictions("A", own, [100] * 3), predictions("B", days, [100] * len(days)))
    assert gone.position.tolist() == [1] * len(days)
    coin = predictions("B", days, 100 * 1.01 ** np.arange(len(days)))
    assert pooled(predictions("A", own, [100] * 3), coin)[0].net[-1] == pytest.approx(0.01), "14 days: ended"
    later = pd.DatetimeIndex([*own[:2], "2024-02-17"])
    assert pooled(predictions("A", later, [100] * 3), coin)[0].net[-1] == pytest.approx(0.005), (
        "13 days: pausing"
    )


def test_months_of_two_calendars_are_no_ends():
    """B lacks the bar of February, so that April may be missing, too; it keeps its half in both months."""
    ends = pd.DatetimeIndex(["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"])
    early = pd.DatetimeIndex(["2024-01-30", "2024-03-30"])
    found, _ = pooled(predictions("A", ends, [100, 110, 99, 118.8]), predictions("B", early, [100, 110]))
    assert found.position.tolist() == [0.5, *[1] * 5]
    assert found.net.tolist() == pytest.approx([0, 0, 0.05, 0.05, -0.05, 0.1])


def test_the_drawdown_is_that_of_the_portfolio():
    """+10 % and -20 % in one, nothing in the other: .05 and -.1 of the whole, so .1 below the peak."""
    found, _ = pooled(
        predictions("A", WEEK[:3], [100, 110, 88]), predictions("B", WEEK[:3], [100] * 3, p_up=0.9)
    )
    assert found.net.tolist() == pytest.approx([0, 0.05, -0.1])
    assert found.drawdown.tolist() == pytest.approx([0, 0, 0.1])


def test_a_loss_from_the_first_bar_is_below_the_start():
    record = pooled(predictions("A", WEEK[:3], [100, 90, 99]))[0]
    assert rebase_drawdown(
        replace(record, net=np.array([-0.1, -0.1, 0.5]))
    ).drawdown.tolist() == pytest.approx([0.1, 0.19, 0])


def test_the_horizon_of_a_portfolio_is_the_longest_and_bars_are_those_of_all_dates():
    a, b = predictions("A", WEEK[[0, 2, 4]], [100, 110, 99]), predictions("B", WEEK[:5], [100] * 5)
    _, returns = pooled(a, b)
    parts = [record for name, record in records_of_returns(returns) if name["model"] == "m"]
    both = pool([replace(parts[0], horizon=3), replace(parts[1], horizon=2)])
    assert both.horizon == 3
    assert both.label_bars.tolist() == [0, 2, 0, 1, 2, 3]
    assert both.y.tolist() == [1, 0, 0, 0, 0, 0]


def test_a_symbol_that_begins_after_a_weekend_was_alive_on_it():
    """Bars from Monday on, with a weekend among them; the coin has the Saturday before."""
    monday = pd.DatetimeIndex(["2024-01-08", "2024-01-09", "2024-01-12", "2024-01-15"])
    days = pd.date_range("2024-01-06", "2024-01-15")
    coin = predictions("B", days, [100, 100, 110, *[110] * 7])
    found, _ = pooled(predictions("A", monday, [100, 100, 100, 100]), coin)
    assert found.net[:3].tolist() == pytest.approx([0, 0, 0.05]), "half of the coin's ten per cent"
    assert found.turnover[1] == pytest.approx(0.5), "the coin is entered, with half of the capital"


def test_a_symbol_that_ends_is_alive_on_its_last_day():
    """It never paused; on its last day, a Friday without a move, half of the capital is its own."""
    friday = predictions("A", WEEK[:3], [100, 110, 110])
    found, _ = pooled(friday, COIN)
    assert found.net[1:4].tolist() == pytest.approx([0.05, 0.05, 0.1])


def test_costs_of_a_portfolio_are_the_mean_of_those_of_its_symbols():
    found, returns = pooled(predictions("A", WEEK, [100] * 7), COIN)
    assert found.cost.tolist() == [0.0] * 7
    costly = returns.assign(cost=returns["symbol"].map({"A": 0.01, "B": 0.03}))
    parts = [record for name, record in records_of_returns(costly) if name["model"] == "m"]
    assert pool(parts).cost.tolist() == pytest.approx([0.02] * 7)


def test_the_drawdown_of_a_part_of_a_booked_portfolio_starts_anew():
    """Half is lost on the first day of the capital, before the record begins."""
    found, _ = pooled(COIN)
    earlier = pd.date_range("2024-01-02", "2024-01-09")
    flows = dict.fromkeys(("position", "turnover", "gross_return", "cost"), 0.0)
    booked = pd.DataFrame({"date": earlier, "net_return": [-0.5, 0, 0, 0.1, -0.1, 0, 0, 0], **flows})
    booked["drawdown"] = 0.5
    joined = with_booked(found, booked)
    assert joined.net.tolist() == [0, 0, 0.1, -0.1, 0, 0, 0]
    assert joined.drawdown.tolist() == pytest.approx([0, 0, 0, 0.1, 0.1, 0.1, 0.1])


def test_trades_of_a_portfolio_are_those_of_its_symbols():
    """A mean of positions is never flat while one symbol is held, so it would show one trade."""
    dates = pd.bdate_range("2024-01-01", periods=7)
    closes = [100, 101, 102, 103, 104, 105, 106]
    in_and_out = np.array([0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9])
    table = check(
        pd.concat([predictions("A", dates, closes, in_and_out), predictions("B", dates, closes, 0.9)]),
        PREDICTIONS,
        "test",
    )
    returns = backtest(table, TradingRule(cost_bps=0, long_only=True))
    rows = scorecard(returns, ScorecardConfig(portfolio=True)).set_index(["symbol", "model"])["trades"]
    assert rows["A", "m"] > 1
    assert rows["PORTFOLIO", "m"] == rows["A", "m"] + rows["B", "m"]


def test_one_capital_does_not_tell_how_often_a_side_was_entered():
    dates = pd.bdate_range("2024-01-01", periods=7)
    record, returns = pooled(predictions("A", dates, [100, 101, 102, 103, 104, 105, 106]))
    booked = returns[returns["model"] == "m"]
    assert record.entries == 1
    assert np.isnan(with_booked(record, booked).entries)


@pytest.mark.parametrize(("late", "waits"), [(4, True), (30, False)])
def test_capital_waits_for_a_symbol_whose_first_forecast_comes_some_days_later(late, waits):
    """Folds of another calendar begin some days apart; a later listing brings its own capital."""
    dates = pd.date_range("2024-01-01", periods=100)
    rng = np.random.default_rng(3)
    closes = {name: 100 * np.cumprod(1 + rng.normal(0, 0.02, 100)) for name in "AB"}
    tables = [predictions("A", dates, closes["A"]), predictions("B", dates[late:], closes["B"][late:])]
    together, returns = pooled(*tables)
    alone = returns[(returns["symbol"] == "A") & (returns["model"] == "m")]["net_return"].to_numpy()
    np.testing.assert_allclose(together.net[: late - 1], alone[: late - 1] / (2 if waits else 1))
