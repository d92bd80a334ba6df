"""Backtests: positions, fills, and the bar of the decision."""

import pytest

from signalcli.backtesting.simulate import backtest
from signalcli.config.trading import TradingRule
from signalcli.research.audit.compare import snapshot
from signalcli.research.audit.probes.rows import LATER
from signalcli.research.audit.probes.trading import SAME_BAR, probe_trades
from signalcli.research.audit.selftest.case import FEATURES, honest_stages, self_test_bars
from signalcli.research.audit.stages.chain import backtest_stage
from signalcli.research.audit.stages.stage import Stage

PREDICTIONS = honest_stages(FEATURES)[1].output(honest_stages(FEATURES)[0].output(self_test_bars()))
ONE = PREDICTIONS[PREDICTIONS["model"] == "logistic"].reset_index(drop=True)


def guilt(stage):
    return probe_trades(stage, ONE, snapshot(stage.output(ONE)))


@pytest.mark.parametrize(
    "rule", [TradingRule(fill="close", hold=3), TradingRule(stop_loss=0.01, sizing="volatility", lookback=5)]
)
def test_real_rules_are_honest_in_every_row(rule):
    found = guilt(backtest_stage(rule))
    assert found.rows == {}
    assert found.checked == found.total == ONE["date"].nunique()


def test_earning_in_the_bar_of_the_decision():
    def run(predictions):
        out = backtest(predictions)
        return out.assign(gross_return=out["position"] * (out["close"] / out["open"] - 1))

    found = guilt(Stage("backtest", "trade", run, cumulative=("equity", "drawdown")))
    assert {kind for kind, _ in found.rows} == {SAME_BAR}


def test_a_fill_at_a_later_price():
    def run(predictions):
        out = backtest(predictions)
        later = out.groupby(["symbol", "model"])["open"].shift(-1).fillna(out["open"])
        return out.assign(cost=later * 1e-9)

    assert (LATER, "cost") in guilt(Stage("backtest", "trade", run, cumulative=("equity",))).rows
