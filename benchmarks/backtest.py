"""A backtest of many symbols with costs and the default scorecard, beside vectorbt or plain NumPy.

vectorbt pins old versions of what we use, so it runs in an environment of its own: SIGNALCLI_VECTORBT is its
interpreter. Without one, the yardstick is the accounting alone, on matrices.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.timing import compare, seconds
from signalcli.backtest import backtest
from signalcli.metrics.scorecard import scorecard

SYMBOLS, BARS = 1000, 2520
THEIRS = """
import sys, time
import numpy as np, pandas as pd
import vectorbt as vbt
data = np.load(sys.argv[1])
close, opens, size = data["close"], data["open"], data["size"]
index = pd.date_range("2010-01-01", periods=len(close), freq="B")
def work():
    book = vbt.Portfolio.from_orders(
        pd.DataFrame(close, index), size=size, size_type="targetpercent", price=opens, fees=5e-4,
        init_cash=100.0, freq="D",
    )
    return book.total_return(), book.sharpe_ratio(), book.max_drawdown()
for _ in range(3):
    start = time.perf_counter(); work(); print(time.perf_counter() - start)
"""


def predictions() -> pd.DataFrame:
    """PREDICTIONS of one model, all symbols, as fit writes them."""
    rng = np.random.default_rng(0)
    dates = pd.bdate_range("2010-01-01", periods=BARS)
    close = 100 * np.cumprod(1 + rng.normal(0, 0.01, (SYMBOLS, BARS)), axis=1)
    opens = np.column_stack([close[:, :1], close[:, :-1]]) * (1 + rng.normal(0, 0.002, close.shape))
    move = np.column_stack([close[:, 1:] / close[:, :-1] - 1, np.full(SYMBOLS, np.nan)])
    rows = pd.DataFrame(
        {
            "symbol": np.repeat([f"S{i:04d}" for i in range(SYMBOLS)], BARS),
            "date": np.tile(dates.to_numpy("datetime64[us]"), SYMBOLS),
            "open": opens.ravel(),
            "high": np.maximum(opens, close).ravel(),
            "low": np.minimum(opens, close).ravel(),
            "close": close.ravel(),
            "volume": 1e6,
            "forward_return": move.ravel(),
        }
    )
    label = pd.Series((move.ravel() > 0).astype("int8")).astype("Int8").where(~np.isnan(move.ravel()))
    ends = rows.groupby("symbol")["date"].shift(-1)
    return rows.assign(
        direction=label, label_end=ends, model="tree", fold=1, p_up=rng.random(SYMBOLS * BARS).round(2)
    ).astype({"fold": "int64"})


def matrices(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """The same market for a yardstick: (bars, symbols), and the position held from each open."""
    wide = {
        name: table[name].to_numpy().reshape(SYMBOLS, BARS).T.copy() for name in ("open", "close", "p_up")
    }
    held = np.sign(np.round(wide.pop("p_up") - 0.5, 9))
    return wide | {"size": np.vstack([np.zeros((1, SYMBOLS)), held[:-1]])}


def plain(market: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """Returns with costs, Sharpe ratio and drawdown, nothing else."""
    opens, close, held = market["open"], market["close"], market["size"]
    old = np.vstack([np.zeros((1, SYMBOLS)), held[:-1]])
    last = np.vstack([opens[:1], close[:-1]])
    net = (1 + old * (opens / last - 1)) * (1 + held * (close / opens - 1)) * (
        1 - 5e-4 * np.abs(held - old)
    ) - 1
    equity = np.cumprod(1 + net, axis=0)
    fall = 1 - equity / np.maximum.accumulate(equity, axis=0)
    return equity[-1], net.mean(axis=0) / net.std(axis=0, ddof=1), fall.max(axis=0)


def vectorbt(market: dict[str, np.ndarray], interpreter: str) -> list[float]:
    """Seconds of vectorbt's first call, which compiles, and of the two after it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "market.npz"
        np.savez(file, **market)
        done = subprocess.run(
            [interpreter, "-c", THEIRS, str(file)], check=True, capture_output=True, text=True
        )
    return [float(line) for line in done.stdout.split()]


def run() -> None:
    """1,000 symbols × 2,520 bars, one model and buy & hold."""
    table = predictions()
    market = matrices(table)
    compare(
        "backtest + scorecard / plain NumPy", lambda: scorecard(backtest(table)), lambda: plain(market), 3
    )
    interpreter = os.environ.get("SIGNALCLI_VECTORBT")
    if not interpreter:
        return
    first, *warm = vectorbt(market, interpreter)
    ours = min(seconds(lambda: scorecard(backtest(table))) for _ in range(3))
    for name, theirs in (("warm", min(warm)), ("first call", first)):
        sys.stdout.write(f"backtest + scorecard / vectorbt {name:<12} {ours:8.3f} s  / {theirs:8.3f} s  = ")
        sys.stdout.write(f"{ours / theirs:5.2f}\n")
