"""Our numbers beside those of other packages, where they mean the same.

They pin old versions of what we use, so they run in environments of their own: SIGNALCLI_PEERS is the
interpreter of one with empyrical-reloaded, quantstats and backtesting, SIGNALCLI_VECTORBT of one with
vectorbt.
"""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.backtesting.trades import list_trades
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.evaluate import evaluate
from signalcli.evaluation.trade_metrics import with_trade_metrics
from signalcli.schemas import PREDICTIONS, check

pytestmark = pytest.mark.slow

HEAD = """
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
table = pd.read_csv(sys.argv[1], parse_dates=["date"], index_col="date")
net, market = table["net"], table["market"]
known = slice(1, None)  # of the first bar the market's return is not known
"""
EMPYRICAL = (
    HEAD
    + """
import empyrical as e
said = {
    "sharpe": e.sharpe_ratio(net), "sortino": e.sortino_ratio(net), "calmar": e.calmar_ratio(net),
    "max_drawdown": -e.max_drawdown(net), "annual_return": e.annual_return(net),
    "annual_volatility": e.annual_volatility(net), "total_return": e.cum_returns_final(net),
    "omega": e.omega_ratio(net), "tail_ratio": e.tail_ratio(net), "var_95": -e.value_at_risk(net),
    "cvar_95": -e.conditional_value_at_risk(net), "downside_deviation": e.downside_risk(net),
    "beta": e.beta(net[known], market[known]),
}
print(json.dumps(said))
"""
)
QUANTSTATS = (
    HEAD
    + """
import quantstats.stats as q
greeks = q.greeks(net[known], market[known])
n = len(net)
said = {
    "sharpe": q.sharpe(net), "sortino": q.sortino(net), "adjusted_sortino": q.adjusted_sortino(net),
    "smart_sharpe": q.smart_sharpe(net), "smart_sortino": q.smart_sortino(net),
    "max_drawdown": -q.max_drawdown(net), "annual_volatility": q.volatility(net), "total_return": q.comp(net),
    "omega": q.omega(net), "tail_ratio": q.tail_ratio(net), "gain_to_pain": q.gain_to_pain_ratio(net),
    "payoff": q.payoff_ratio(net), "profit_factor": q.profit_factor(net), "cpc_index": q.cpc_index(net),
    "common_sense_ratio": q.common_sense_ratio(net), "kelly_fraction": q.kelly_criterion(net),
    "risk_of_ruin": q.risk_of_ruin(net),  # outlier_win: a bar without a return is a win there
    "outlier_loss": q.outlier_loss_ratio(net), "gains_in_a_row": q.consecutive_wins(net),
    "losses_in_a_row": q.consecutive_losses(net), "gain_share": q.win_rate(net), "best_bar": q.best(net),
    "worst_bar": q.worst(net), "ulcer_index": q.ulcer_index(net) * np.sqrt((n - 1) / n),
    "geometric_return": q.expected_return(net), "alpha": greeks["alpha"], "beta": greeks["beta"],
    "information_ratio": q.information_ratio(net[known], market[known]) * np.sqrt(252),
    "market_r2": q.r_squared(net[known], market[known]), "best_month": q.best(net, aggregate="eom"),
    "worst_month": q.worst(net, aggregate="eom"), "gaining_months": q.win_rate(net, aggregate="eom"),
    "best_year": q.best(net, aggregate="eoy"), "worst_year": q.worst(net, aggregate="eoy"),
    "psr": q.probabilistic_sharpe_ratio(net),
}
print(json.dumps({k: float(v) for k, v in said.items()}))
"""
)
VECTORBT_RETURNS = (
    HEAD
    + """
import vectorbt as vbt
r = net.vbt.returns(freq="1D", year_freq="252D")
said = {
    "sharpe": r.sharpe_ratio(), "sortino": r.sortino_ratio(), "calmar": r.calmar_ratio(),
    "omega": r.omega_ratio(),
    "max_drawdown": -r.max_drawdown(), "annual_return": r.annualized(),
    "annual_volatility": r.annualized_volatility(),
    "tail_ratio": r.tail_ratio(), "var_95": -r.value_at_risk(), "cvar_95": -r.cond_value_at_risk(),
    "total_return": r.total(), "downside_deviation": r.downside_risk(),
    "beta": net[known].vbt.returns(freq="1D", year_freq="252D").beta(market[known]),
}
price, wanted = table["open"], table["held"]
book = vbt.Portfolio.from_orders(table["close"], size=wanted, size_type="targetpercent", price=price,
                                 init_cash=1e6, freq="1D")
said |= {"long_total": book.total_return(), "long_closed": int(book.trades.closed.count()),
         "long_win_rate": book.trades.closed.win_rate(), "long_best": book.trades.closed.returns.max(),
         "long_worst": book.trades.closed.returns.min()}
print(json.dumps({k: float(v) for k, v in said.items()}))
"""
)
BACKTESTING = (
    HEAD
    + """
from backtesting import Backtest, Strategy
class Follow(Strategy):
    def init(self): pass
    def next(self):
        if self.data.decided[-1] and not self.position: self.buy(size=0.999999)
        elif not self.data.decided[-1] and self.position: self.position.close()
bars = table.rename(columns=str.capitalize).rename(columns={"Decided": "decided"})
s = Backtest(bars, Follow, cash=1e12, finalize_trades=False).run()
said = {"long_total": s["Return [%]"] / 100, "long_closed": s["# Trades"],
        "long_win_rate": s["Win Rate [%]"] / 100,
        "long_best": s["Best Trade [%]"] / 100, "long_worst": s["Worst Trade [%]"] / 100,
        "long_drawdown": -s["Max. Drawdown [%]"] / 100, "long_factor": s["Profit Factor"]}
print(json.dumps({k: float(v) for k, v in said.items()}))
"""
)


@pytest.fixture(scope="module")
def predictions() -> pd.DataFrame:
    bars = random_bars(1000, seed=4)
    move = bars["close"].shift(-1) / bars["close"] - 1
    p = 1 / (1 + np.exp(-(20 * move.fillna(0) + np.random.default_rng(1).normal(0, 1, len(bars)))))
    p.iloc[:5] = 0.4  # backtesting.py asks from the second bar on
    label = (move > 0).astype("Int8").where(move.notna())
    table = bars.assign(forward_return=move, direction=label, label_end=bars["date"].shift(-1), fold=1)
    return check(table.assign(model="tree", p_up=p.to_numpy()), PREDICTIONS, "test")


def ours(predictions: pd.DataFrame, rule: TradingRule) -> dict[str, float]:
    found = with_trade_metrics(
        evaluate(predictions, rule, ScorecardConfig(metrics="all")), list_trades(predictions, rule)
    )
    return found[found["model"] == "tree"].iloc[0].to_dict()


@pytest.fixture(scope="module")
def shared(predictions: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Net returns and the market's, and the bars with the long-only decisions."""
    from signalcli.backtesting.simulate import backtest

    booked = backtest(predictions)
    rows = booked[booked["model"] == "tree"].set_index("date")
    long = backtest(predictions, TradingRule(cost_bps=0, long_only=True))
    decided = long[long["model"] == "tree"].set_index("date")["position"]
    table = rows[["open", "high", "low", "close", "volume"]].assign(
        net=rows["net_return"],
        market=rows["close"].pct_change(),
        decided=decided,
        held=decided.shift(1).fillna(0.0),
    )
    file = tmp_path_factory.mktemp("peers") / "shared.csv"
    table.to_csv(file)
    return file


def told(script: str, shared: Path, variable: str) -> dict[str, float]:
    interpreter = os.environ.get(variable)
    if not interpreter:
        pytest.skip(f"{variable} names no interpreter")
    done = subprocess.run(
        [interpreter, "-c", script, str(shared)],
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("script", "variable"),
    [
        (EMPYRICAL, "SIGNALCLI_PEERS"),
        (QUANTSTATS, "SIGNALCLI_PEERS"),
        (VECTORBT_RETURNS, "SIGNALCLI_VECTORBT"),
    ],
    ids=["empyrical", "quantstats", "vectorbt"],
)
def test_metrics_of_returns(predictions: pd.DataFrame, shared: Path, script: str, variable: str) -> None:
    theirs = {k: v for k, v in told(script, shared, variable).items() if not k.startswith("long_")}
    mine = ours(predictions, TradingRule())
    loose = {"psr": 1e-3}  # they correct skew and kurtosis for the size of the sample
    apart = {
        name: (mine[name], value)
        for name, value in theirs.items()
        if mine[name] != pytest.approx(value, rel=loose.get(name, 1e-8))
    }
    assert not apart
    assert len(theirs) > 10


@pytest.mark.parametrize(
    ("script", "variable"),
    [(VECTORBT_RETURNS, "SIGNALCLI_VECTORBT"), (BACKTESTING, "SIGNALCLI_PEERS")],
    ids=["vectorbt", "backtesting"],
)
def test_long_or_flat_from_the_next_open(
    predictions: pd.DataFrame, shared: Path, script: str, variable: str
) -> None:
    theirs = {k: v for k, v in told(script, shared, variable).items() if k.startswith("long_")}
    mine = ours(predictions, TradingRule(cost_bps=0, long_only=True))
    names = {
        "long_total": "total_return",
        "long_closed": "closed_trades",
        "long_win_rate": "win_rate",
        "long_best": "best_trade",
        "long_worst": "worst_trade",
        "long_drawdown": "max_drawdown",
    }
    apart = {
        name: (mine[names[name]], value)
        for name, value in theirs.items()
        if name in names and mine[names[name]] != pytest.approx(value, rel=1e-4)
    }
    assert not apart
    assert theirs["long_closed"] > 50
