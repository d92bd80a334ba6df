"""Metrics of eight trades, worked out by hand."""

import statistics

import numpy as np
import pandas as pd
import pytest

from signalcli.evaluation.metrics import trades as module
from signalcli.evaluation.metrics.catalogue import METRICS, TRADE_METRICS
from signalcli.evaluation.metrics.metric import COUNT, Metric, declared_by, metric
from signalcli.evaluation.metrics.trades import make_trade_record

NET = [0.10, 0.02, -0.04, -0.01, -0.01, 0.0, 0.03]  # winners of .15, losers of .06, one of nothing
TRADES = pd.DataFrame(
    {
        "net_return": [*NET, 0.5],
        "bars": [3, 1, 2, 4, 6, 5, 2, 99],
        "side": ["long", "long", "short", "long", "short", "short", "long", "long"],
        "exit": [*["signal"] * 6, "stop", "open"],
    }
)
EXPECTED = {
    "closed_trades": 7,
    "open_trades": 1,
    "long_trades": 4,
    "short_trades": 3,
    "win_rate": 3 / 7,
    "average_trade": 0.09 / 7,
    "average_winner": 0.15 / 3,
    "average_loser": 0.06 / 3,
    "best_trade": 0.10,
    "worst_trade": -0.04,
    "average_long": 0.14 / 4,
    "average_short": -0.05 / 3,
    "trade_payoff": 2.5,
    "trade_profit_factor": 2.5,
    "trade_expectancy": 0.09 / 7 / 0.02,
    "sqn": 7**0.5 * 0.09 / 7 / statistics.stdev(NET),
    "average_trade_bars": 23 / 7,
    "longest_trade": 6,
    "average_winner_bars": 2,
    "average_loser_bars": 4,
    "winners_in_a_row": 2,
    "losers_in_a_row": 3,
}


def test_every_metric_of_trades_has_a_value():
    assert list(EXPECTED) == list(TRADE_METRICS)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_metric_by_hand(name):
    assert TRADE_METRICS[name].of(make_trade_record(TRADES)) == pytest.approx(EXPECTED[name])


def test_without_a_closed_trade_counts_are_zero_and_means_are_not_defined():
    record = make_trade_record(TRADES[TRADES["exit"] == "open"])
    values = {name: one.of(record) for name, one in TRADE_METRICS.items()}
    counts = ("closed_trades", "open_trades", "long_trades", "short_trades")
    assert [values[name] for name in counts] == [0, 1, 0, 0]
    undefined = ("average_", "best_", "worst_", "trade_", "longest_", "sqn", "win_rate")
    assert all(np.isnan(v) for name, v in values.items() if name.startswith(undefined))


def test_a_metric_is_declared_with_its_name_arguments_and_fixed_values():
    """A text names another attribute of the record, anything else is the value itself."""

    @metric("twice", x="y", factor=2, formula="2 y", unit=COUNT)
    @metric(formula="factor x", unit=COUNT, source="someone")
    def scaled(x, factor, power=1):
        return factor * x**power

    class Record:
        x, y, factor = 3, 5, 7

    declared = declared_by(scaled)
    assert list(declared) == ["scaled", "twice"]
    assert declared["scaled"] == Metric(scaled, ("x", "factor"), "factor x", COUNT, "someone")
    assert declared["twice"].arguments == ("y",)
    assert {name: one.of(Record()) for name, one in declared.items()} == {"scaled": 21, "twice": 10}


def test_every_trade_metric_is_declared_in_its_module_and_none_of_them_for_returns():
    from signalcli.evaluation.metrics.metric import declared_in

    assert set(TRADE_METRICS) <= set(declared_in(module))
    assert not set(TRADE_METRICS) & set(METRICS)
