"""Accounts, trades and groups of a few bars, worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.account import account
from signalcli.backtesting.booking import positions
from signalcli.backtesting.checks import check_prices, check_probabilities, describe_missing_forecasts
from signalcli.backtesting.groups import group_rows, starts_of_dates
from signalcli.backtesting.market import Market
from signalcli.backtesting.simulate import _merged_places, backtest
from signalcli.backtesting.sizing import target_position
from signalcli.backtesting.stops import apply_stops
from signalcli.backtesting.trades import list_trades
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError

FREE = TradingRule(cost_bps=0)


def days(n, start="2024-01-01"):
    return pd.date_range(start, periods=n, freq="D").astype("datetime64[us]")


def market(opens, closes=None, highs=None, lows=None, closing=None):
    """Bars of one symbol; without closes each bar stays at its open."""
    opens = np.array(opens, float)
    closes = opens if closes is None else np.array(closes, float)
    highs = np.maximum(opens, closes) if highs is None else np.array(highs, float)
    lows = np.minimum(opens, closes) if lows is None else np.array(lows, float)
    dates = days(len(opens)).to_numpy()
    of_closing = None if closing is None else np.array(closing, bool)
    return Market(dates, opens, highs, lows, closes, np.full(len(opens), 1e6), None, of_closing)


def booked(bars, position, rule=FREE):
    return account(bars.opens, bars.closes, np.array(position, float), rule, bars)


def table(opens, p_up, symbol="S", model="m", **columns):
    """PREDICTIONS of one model; each bar stays at its open unless closes are among the columns."""
    bars = market(opens, columns.pop("close", None))
    rows = pd.DataFrame(
        {
            "symbol": symbol,
            "date": bars.dates,
            "model": model,
            "open": bars.opens,
            "high": bars.highs,
            "low": bars.lows,
            "close": bars.closes,
            "volume": 1e6,
            "forward_return": 0.0,
            "direction": pd.array([1] * len(bars.opens), dtype="Int8"),
            "label_end": bars.dates,
            "fold": 1,
            "p_up": p_up,
        }
    )
    return rows.assign(**columns)


# ---- accounts


def test_a_ruin_does_not_undo_the_bars_before_it():
    """Short from the first close on, at ten basis points; the third close is more than twice the first."""
    bars = market([100, 100, 100], [100, 100, 250])
    found = booked(bars, [-1, -1, -1], TradingRule(cost_bps=10, fill="close"))
    assert found["turnover"].tolist() == [1, 0, 0]
    assert found["cost"].tolist() == [0.001, 0, 0]
    assert found["equity"].tolist() == pytest.approx([0.999, 0.999, 0])
    assert found["position"].tolist() == [-1, -1, 0]


def test_the_first_fill_has_no_past_volatility_to_move_a_price_by():
    """Filled at the first close: no spread is known before it, so impact costs nothing."""
    found = booked(market([100, 100]), [1, 1], TradingRule(cost_bps=0, impact=1, fill="close"))
    assert found["cost"].tolist() == [0, 0]


@pytest.mark.parametrize("stops", [{}, {"stop_loss": 0.5}])
def test_what_ends_is_sold_at_its_close_with_and_without_stops(stops):
    """Bought at the second open at 100, sold at the close of the third bar at 110, whatever the rule."""
    bars = market([100, 100, 100, 300], [100, 100, 110, 300], closing=[False, False, True, False])
    found = booked(bars, [1, 1, 0, 0], TradingRule(cost_bps=10, **stops))
    assert found["turnover"].tolist() == [0, 1, 1, 0]
    assert found["gross_return"].tolist() == pytest.approx([0, 0, 0.1, 0])
    assert found["cost"].tolist() == pytest.approx([0, 0.001, 0.001, 0])


def test_a_smaller_position_keeps_the_level_of_its_entry():
    """Half a position entered at 100 with a stop of 10 %: 95 after a rise to 120 has not touched 90."""
    bars = market([100, 100, 120, 120], lows=[100, 100, 110, 95])
    rule = TradingRule(stop_loss=0.1)
    kept = apply_stops(np.full(4, 0.5), bars, rule)
    assert kept.closed.tolist() == [0, 0.5, 0.5, 0.5]
    left = apply_stops(np.full(4, 0.5), market([100, 100, 120, 120], lows=[100, 100, 110, 90]), rule)
    assert (left.closed.tolist(), left.price[3]) == ([0, 0.5, 0.5, 0], 90)


def test_each_model_of_each_symbol_is_an_account_of_its_own():
    """Two models on two symbols: up 10 % a bar in one, down in the other; each starts with a capital of 1."""
    rise, fall = [100, 110, 121], [100, 90, 81]
    rows = [table(p, q, s, m) for s, p in (("A", rise), ("B", fall)) for m, q in (("m", 0.9), ("n", 0.1))]
    found = backtest(pd.concat(rows, ignore_index=True), FREE).set_index(["symbol", "model", "date"])
    last = days(3)[-1]
    equity = {key[:2]: value for key, value in found["equity"].items() if key[2] == last}
    assert equity == {
        ("A", "buy_hold"): pytest.approx(1.1),
        ("A", "m"): pytest.approx(1.1),
        ("A", "n"): pytest.approx(0.9),
        ("B", "buy_hold"): pytest.approx(0.9),
        ("B", "m"): pytest.approx(0.9),
        ("B", "n"): pytest.approx(1.1),
    }


# ---- bands


def test_a_position_is_taken_where_the_set_holds_one_side():
    """A band of .7 holds what has at least .3: up at .9 is alone; .6 and .4 are both in; no band, no set."""
    rows = table([100] * 3, [0.9, 0.6, 0.6], band=[0.7, 0.7, np.nan])
    assert positions(rows, TradingRule()).tolist() == [1, 0, 1]
    three = table([100] * 2, [0.2, 0.2], p_flat=[0.7, 0.2], p_down=[0.1, 0.6], band=[0.5, 0.5])
    assert positions(three, TradingRule()).tolist() == [0, -1], "a set that holds flat alone is no side"


# ---- trades


def test_a_trade_from_open_to_open_with_its_costs_over_a_weekend():
    """Bought at 100, held over three bars, turned at 121: a hundred basis points for each side."""
    rows = table([100, 100, 110, 121, 121], [0.9, 0.9, 0.1, 0.1, 0.1])
    rows["date"] = pd.DatetimeIndex(["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10"])
    trades = list_trades(rows, TradingRule(cost_bps=100))
    first, second = trades[trades["model"] == "m"].to_dict("records")
    assert (first["side"], first["exit"], first["bars"]) == ("long", "signal", 2)
    assert (first["entry_date"], first["exit_date"]) == (rows["date"][1], rows["date"][3])
    assert (first["entry_price"], first["exit_price"]) == (100, 121)
    assert first["gross_return"] == pytest.approx(0.21)
    assert first["cost"] == pytest.approx(0.02)
    assert first["net_return"] == pytest.approx(1.21 * 0.99 * 0.99 - 1)
    assert (second["side"], second["exit"], second["bars"]) == ("short", "open", 2)
    assert pd.isna(second["exit_date"])
    assert (second["entry_price"], second["cost"]) == (121, pytest.approx(0.01))
    assert second["net_return"] == pytest.approx(0.99 - 1)


def test_a_change_of_size_belongs_to_the_trade():
    """Sized by probability: .8, then .4, then out; the costs are those of all three fills."""
    rows = table([100] * 4, [0.9, 0.7, 0.5, 0.5])
    trades = list_trades(rows, TradingRule(cost_bps=100, sizing="probability"))
    (only,) = trades[trades["model"] == "m"].to_dict("records")
    assert (only["side"], only["exit"], only["bars"]) == ("long", "signal", 2)
    assert only["cost"] == pytest.approx(0.008 + 0.004 + 0.004)
    assert only["net_return"] == pytest.approx(0.992 * 0.996 * 0.996 - 1)


def test_the_baselines_that_are_held_are_not_stopped_in_the_list_of_trades():
    rows = pd.concat([table([100, 100, 80, 80], 0.9, model=m) for m in ("m", "majority")], ignore_index=True)
    trades = list_trades(rows, TradingRule(stop_loss=0.1)).set_index("model")["exit"]
    assert trades.to_dict() == {"buy_hold": "open", "m": "signal", "majority": "open"}


# ---- groups


def keyed(symbols, dates, models):
    return pd.DataFrame({"symbol": symbols, "date": days(9)[dates], "model": models}).astype(
        {"symbol": "str", "model": "str"}
    )


def test_the_first_row_of_each_symbol_and_date():
    """Two symbols whose last and first date are the same; and tables that are not sorted."""
    rows = keyed(list("AAAABBB"), [0, 0, 1, 1, 1, 1, 2], list("mnmnmnm"))
    assert starts_of_dates(rows).tolist() == [True, False, True, False, True, False, True]
    back = keyed(list("AABBCC"), [3, 4, 0, 1, 0, 5], list("mmmmmm"))
    assert starts_of_dates(back).tolist() == [True] * 6, "another symbol begins earlier"
    assert starts_of_dates(keyed(list("AAB"), [1, 0, 0], list("mmm"))) is None
    assert starts_of_dates(keyed(list("ABA"), [0, 0, 1], list("mmm"))) is None


def test_groups_of_rows_that_stand_together_are_slices():
    rows = keyed(list("AAABB"), [0, 1, 2, 0, 1], list("mmmmm"))
    found = group_rows(rows, ["symbol", "model"])
    assert list(found.each()) == [slice(0, 3), slice(3, 5)]
    assert found.names == [("A", "m"), ("B", "m")]
    mixed = group_rows(rows.iloc[[3, 0, 4, 1, 2]].reset_index(drop=True), ["symbol", "model"])
    assert [part.tolist() for part in mixed.each()] == [[1, 3, 4], [0, 2]]
    assert list(found.batches(2)) == [(0, 1), (1, 2)]
    assert list(found.batches(4)) == [(0, 2)]


def test_buy_and_hold_stands_between_the_models_by_its_name():
    """Rows a, c | a, c: buy & hold comes second on both dates."""
    rows = keyed(list("AAAA"), [0, 0, 1, 1], list("acac"))
    models, held = _merged_places(rows, 2)
    assert (models.tolist(), held.tolist()) == ([0, 2, 3, 5], [1, 4])
    late = keyed(list("AAA"), [0, 1, 1], list("cac"))
    models, held = _merged_places(late, 2)
    assert (models.tolist(), held.tolist()) == ([1, 2, 4], [0, 3])
    assert _merged_places(keyed(list("AAA"), [0, 1, 1], list("cca")), 2) is None, "not sorted by model"
    assert _merged_places(rows, 3) is None, "dates that no model has"
    assert _merged_places(rows.iloc[:0], 0) is None


# ---- checks


def test_a_row_has_all_its_probabilities_or_none():
    three = table([100] * 2, [np.nan, 0.2], p_flat=[0.5, 0.2], p_down=[np.nan, 0.6])
    with pytest.raises(DataError, match="p_flat is not between 0 and 1"):
        check_probabilities(three)
    check_probabilities(three.assign(p_flat=[np.nan, 0.2]))
    with pytest.raises(DataError, match=r"p_up is not between 0 and 1 \(1 row in all\)"):
        check_probabilities(table([100] * 2, [0.5, 1.01]))
    check_probabilities(table([100] * 2, [0.0, 1.0]))


@pytest.mark.parametrize("price", [0.0, -1.0, np.inf, np.nan])
def test_a_price_is_finite_and_above_zero(price):
    for column in ("open", "close"):
        with pytest.raises(DataError, match="S 2024-01-02 m: open or close is not a price above 0"):
            check_prices(table([100] * 3, 0.5).assign(**{column: [100, price, 100]}))


def test_a_half_spread_is_at_least_zero_or_unknown():
    priced = table([100] * 3, 0.5)
    check_prices(priced.assign(half_spread=[0.0, np.nan, 1.0]))
    with pytest.raises(
        DataError, match=r"S 2024-01-02 m: half_spread is not a price of at least 0 \(2 rows in all\)"
    ):
        check_prices(priced.assign(half_spread=[0.0, -0.01, -1.0]))


def test_missing_forecasts_are_those_of_members_and_not_of_buy_and_hold():
    """Rows outside the universe and those of buy & hold are not missed; five of six models are shown."""
    rows = [table([100] * 3, [np.nan, np.nan, 0.5], model=f"m{k}") for k in range(6)]
    rows += [table([100] * 3, np.nan, model="buy_hold")]
    whole = pd.concat(rows, ignore_index=True)
    shown = "m0 2, m1 2, m2 2, m3 2, m4 2"
    assert describe_missing_forecasts(whole) == (
        f"12 of 21 rows have no forecast ({shown} and 1 more): flat and not judged"
    )
    five = whole[whole["model"] != "m5"]
    assert (
        describe_missing_forecasts(five) == f"10 of 18 rows have no forecast ({shown}): flat and not judged"
    )
    assert describe_missing_forecasts(five[::-1]) == describe_missing_forecasts(five), "in order of name"
    inside = five.assign(member=[0, 1, 1] * 6)
    assert describe_missing_forecasts(inside).startswith("5 of 18 rows have no forecast (m0 1, m1 1")
    assert describe_missing_forecasts(table([100], [0.5])) is None


# ---- sizes

UP_AND_DOWN = np.array([100, 103, 103 * 0.99, 103 * 0.99 * 1.03, (103 * 0.99) ** 2 / 100])


def sized(p_up, rule, horizon=1, closes=UP_AND_DOWN, p_down=None):
    rows = len(closes)
    up = np.full(rows, p_up)
    down = 1 - up if p_down is None else np.full(rows, p_down)
    dates = pd.bdate_range("2024-01-01", periods=rows).to_numpy().astype("datetime64[us]")
    bars = market(closes)
    return target_position(up, down, replace(bars, dates=dates), rule, horizon)


def test_a_kelly_size_is_the_edge_by_size_and_square_of_past_returns():
    """Returns of 3 % and −1 %: mean size 2 %, mean square 5e−4, so 40; .1 of it at an edge of .2 is .8."""
    rule = TradingRule(sizing="kelly", kelly=0.1, lookback=2)
    assert sized(0.6, rule).tolist() == pytest.approx([0, 0, 0.8, 0.8, 0.8])
    assert sized(0.4, rule).tolist() == pytest.approx([0, 0, -0.8, -0.8, -0.8])
    assert sized(0.6, rule, horizon=4).tolist() == pytest.approx([0, 0, 0.4, 0.4, 0.4])
    assert sized(0.9, rule).max() == 1, "at most all"


def test_a_volatility_target_by_the_returns_of_weekdays():
    """√5e−4 a bar is .355 a year of 252 bars: a target of .1 is .28 of the capital."""
    rule = TradingRule(sizing="volatility", volatility=0.1, lookback=2)
    wanted = 0.1 / (5e-4 * 252) ** 0.5
    assert sized(0.6, rule).tolist() == pytest.approx([0, 0, wanted, wanted, wanted])
    assert sized(0.6, rule, closes=np.full(5, 100.0)).tolist() == [0] * 5, "nothing is known of the risk"


def test_a_size_by_probability_is_the_difference_of_the_sides():
    """.5 up, .2 down and .3 flat: the position is .3, not .3 of .7."""
    rule = TradingRule(sizing="probability")
    assert sized(0.5, rule, p_down=0.2).tolist() == pytest.approx([0.3] * 5)
    assert sized(0.2, rule, p_down=0.5).tolist() == pytest.approx([-0.3] * 5)


# ---- universe and paths


def test_nothing_is_decided_outside_the_universe_and_at_its_last_close():
    """A member on the first three of five bars: sold at the close of the third."""
    rows = table([100, 100, 110, 121, 121], 0.9, member=[1, 1, 1, 0, 0])
    for rule in (FREE, TradingRule(cost_bps=0, stop_loss=0.5)):
        found = backtest(rows, rule)
        for model in ("m", "buy_hold"):
            own = found[found["model"] == model]
            assert own["position"].tolist() == [1, 1, 0, 0, 0]
            assert own["turnover"].tolist() == [0, 1, 1, 0, 0]
            assert own["equity"].tolist() == pytest.approx([1, 1, 1.1, 1.1, 1.1])
    (trade,) = list_trades(rows, FREE).query("model == 'm'").to_dict("records")
    assert (trade["exit"], trade["exit_date"], trade["bars"]) == ("end", rows["date"][2], 2)


def test_a_stop_on_the_last_bar_of_a_symbol_is_a_stop():
    """It falls to 80 and closes at 110; the stop of 10 % has left it at 90 before the close that ends it."""
    rows = table([100, 100, 100, 110, 110], 0.9, member=[1, 1, 1, 0, 0], close=[100, 100, 110, 110, 110])
    rows.loc[2, "low"] = 80.0
    (trade,) = (
        list_trades(rows, TradingRule(cost_bps=0, stop_loss=0.1)).query("model == 'm'").to_dict("records")
    )
    assert (trade["exit"], trade["exit_price"]) == ("stop", 90)
    assert trade["net_return"] == pytest.approx(-0.1)


def test_each_path_is_bought_and_held_by_itself():
    rows = pd.concat(
        [table([100, 110, 121], p, path=path) for path, p in ((1, 0.9), (2, 0.1))], ignore_index=True
    )
    found = backtest(rows, FREE)
    last = found[found["date"] == found["date"].max()].set_index(["model", "path"])["equity"]
    assert last.to_dict() == {
        ("m", 1): pytest.approx(1.1),
        ("m", 2): pytest.approx(0.9),
        ("buy_hold", 1): pytest.approx(1.1),
        ("buy_hold", 2): pytest.approx(1.1),
    }


def test_a_trade_is_at_opens_and_a_turn_goes_to_the_other_side():
    """Bars close away from their opens: long at the open of 100, short at the open of 120."""
    rows = table([90, 100, 120, 130, 125], [0.9, 0.1, 0.1, 0.5, 0.5], close=[95, 110, 125, 128, 125])
    for rule in (FREE, TradingRule(cost_bps=0, stop_loss=0.5)):
        first, second = list_trades(rows, rule).query("model == 'm'").to_dict("records")
        assert (first["side"], first["entry_price"], first["exit_price"]) == ("long", 100, 120)
        assert first["net_return"] == pytest.approx(0.2)
        assert (second["side"], second["entry_price"], second["exit_price"]) == ("short", 120, 125)


def test_half_a_position_that_grows_is_one_trade():
    """Decisions of .5, .5 and twice none, each the mean of two: .25, .5 and .25 from the second open on."""
    rows = table([100, 100, 110, 110], [0.75, 0.75, 0.5, 0.5])
    rule = TradingRule(cost_bps=0, sizing="probability", hold=2)
    (trade,) = list_trades(rows, rule).query("model == 'm'").to_dict("records")
    assert (trade["side"], trade["bars"], trade["exit"]) == ("long", 3, "open")
    assert trade["gross_return"] == pytest.approx(0.25 * 0.1)
