"""Backtest of 1,000 symbols with costs and the default scorecard, compared with vectorbt or plain NumPy.

vectorbt pins its dependencies, so it runs in its own environment: the environment variable SIGNALCLI_VECTORBT
is its interpreter. Without it the yardstick is the accounting alone, on NumPy matrices.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.processes import Worker, run_python
from benchmarks.random_bars import names, random_bars
from benchmarks.timing import compare, measure, print_ratio
from signalcli.backtesting.simulate import backtest
from signalcli.evaluation.evaluate import evaluate

if TYPE_CHECKING:
    import pandas as pd

SYMBOLS, BARS, ROUNDS = 1000, 2520, 5
COST = 5e-4  # of a unit of turnover
VECTORBT = f"""
import sys
import numpy as np, pandas as pd
import vectorbt as vbt
data = np.load(sys.argv[1])
close, opens, size = data["close"], data["open"], data["size"]
index = pd.date_range("2010-01-01", periods=len(close), freq="B")
def three(portfolio):
    return portfolio.total_return(), portfolio.sharpe_ratio(), portfolio.max_drawdown()
def scorecard(portfolio):
    return portfolio.stats(agg_func=None)
evaluate = {{"three": three, "scorecard": scorecard}}[sys.argv[2]]
def work():
    evaluate(vbt.Portfolio.from_orders(
        pd.DataFrame(close, index), size=size, size_type="targetpercent", price=opens, fees={COST},
        init_cash=100.0, freq="D",
    ))
"""


def run() -> None:
    """1,000 symbols × 2,520 bars, one model and buy & hold; and a fresh process with 3,000 rows."""
    table = random_predictions()
    compare_cold(table.head(3000))
    market = to_matrices(table)
    compare("evaluate / plain NumPy", lambda: evaluate(table), lambda: backtest_matrices(market), 3)
    compare("evaluate / table of returns alone", lambda: evaluate(table), lambda: backtest(table), 3)
    if interpreter := os.environ.get("SIGNALCLI_VECTORBT"):
        for statistics in ("three", "scorecard"):
            compare_vectorbt(table, market, interpreter, statistics)


def random_predictions() -> pd.DataFrame:
    """PREDICTIONS of one model for all symbols, as ``fit`` writes them."""
    bars = random_bars(names(SYMBOLS), BARS)
    by_symbol = bars.groupby("symbol")
    forward = by_symbol["close"].shift(-1) / bars["close"] - 1
    p_up = np.random.default_rng(1).random(len(bars)).round(2)
    return bars.assign(
        forward_return=forward,
        direction=(forward > 0).astype("Int8").where(forward.notna()),
        label_end=by_symbol["date"].shift(-1),
        horizon=np.int64(1),
        model="tree",
        fold=np.int64(1),
        p_up=p_up,
    )


def to_matrices(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """The same market for a yardstick: open, close and position from each open, (bars, symbols)."""
    matrices = {
        name: table[name].to_numpy().reshape(SYMBOLS, BARS).T.copy() for name in ("open", "close", "p_up")
    }
    decided = np.sign(np.round(matrices.pop("p_up") - 0.5, 9))
    return matrices | {"size": np.vstack([np.zeros((1, SYMBOLS)), decided[:-1]])}


def backtest_matrices(market: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """Final equity, Sharpe ratio of a bar and largest drawdown of each symbol, after costs."""
    opens, close, position = market["open"], market["close"], market["size"]
    previous = np.vstack([np.zeros((1, SYMBOLS)), position[:-1]])
    last_close = np.vstack([opens[:1], close[:-1]])
    overnight, intraday = 1 + previous * (opens / last_close - 1), 1 + position * (close / opens - 1)
    returns = overnight * intraday * (1 - COST * np.abs(position - previous)) - 1
    equity = np.cumprod(1 + returns, axis=0)
    drawdown = 1 - equity / np.maximum.accumulate(equity, axis=0)
    return equity[-1], returns.mean(axis=0) / returns.std(axis=0, ddof=1), drawdown.max(axis=0)


def compare_vectorbt(
    table: pd.DataFrame, market: dict[str, np.ndarray], interpreter: str, statistics: str
) -> None:
    """Print our time against the first call of vectorbt, which compiles, and against its later calls."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "market.npz")
        np.savez(file, **market)  # type: ignore[arg-type]
        cache = {"NUMBA_CACHE_DIR": folder}
        with Worker(VECTORBT, file, statistics, interpreter=interpreter, environment=cache) as vectorbt:
            first = vectorbt.measure()
            pairs = [(measure(lambda: evaluate(table)), vectorbt.measure()) for _ in range(ROUNDS)]
    for clock in ("wall", "cpu"):
        warm = [(getattr(ours, clock), getattr(theirs, clock)) for ours, theirs in pairs]
        cold = [(ours, getattr(first, clock)) for ours, _ in warm]
        print_ratio(f"evaluate / vectorbt, {statistics}, warm, {clock}", warm)
        print_ratio(f"evaluate / vectorbt, {statistics}, first, {clock}", cold)


def compare_cold(table: pd.DataFrame) -> None:
    """Print the time of ``backtest`` with a small file in a fresh process, against importing pandas."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "predictions.csv")
        table.to_csv(file, index=False)
        compare(
            f"signalcli backtest, {len(table)} rows / import pandas",
            lambda: run_python("-m", "signalcli", "backtest", file),
            lambda: run_python("-c", "import pandas"),
            9,
        )
