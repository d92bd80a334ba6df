"""A backtest of many symbols with costs and the default scorecard, beside vectorbt or plain NumPy.

vectorbt pins what it works with, so it runs in an environment of its own: SIGNALCLI_VECTORBT is its
interpreter. Without one, the yardstick is the accounting alone, on matrices.
"""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

import numpy as np
import pandas as pd

from benchmarks.startup import python
from benchmarks.timing import compare, seconds
from signalcli.backtest.simulate import backtest
from signalcli.evaluation.evaluate import evaluate

SYMBOLS, BARS, ROUNDS = 1000, 2520, 5
CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}
THEIRS = """
import sys, time
import numpy as np, pandas as pd
import vectorbt as vbt
data = np.load(sys.argv[1])
close, opens, size = data["close"], data["open"], data["size"]
index = pd.date_range("2010-01-01", periods=len(close), freq="B")
def three(book):
    return book.total_return(), book.sharpe_ratio(), book.max_drawdown()
def scorecard(book):
    return book.stats(agg_func=None)
judged = {"three": three, "scorecard": scorecard}[sys.argv[2]]
clock = {"wall": time.perf_counter, "processor": time.process_time}[sys.argv[3]]
for _ in sys.stdin:
    start = clock()
    book = vbt.Portfolio.from_orders(
        pd.DataFrame(close, index), size=size, size_type="targetpercent", price=opens, fees=5e-4,
        init_cash=100.0, freq="D",
    )
    judged(book)
    print(clock() - start, flush=True)
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


class Vectorbt:
    """A process that backtests the market whenever it is asked to, and says how long that took."""

    def __init__(self, asked: TextIO, answered: TextIO) -> None:
        self.asked, self.answered = asked, answered

    def seconds(self) -> float:
        """Time of one call, its own imports not counted."""
        self.asked.write("\n")
        self.asked.flush()
        return float(self.answered.readline())


@contextmanager
def vectorbt(market: dict[str, np.ndarray], interpreter: str, judged: str, clock: str) -> Iterator[Vectorbt]:
    """A vectorbt that has compiled nothing yet, to judge by ``three`` statistics or its ``scorecard``."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "market.npz"
        np.savez(file, **market)  # type: ignore[arg-type]
        command = [interpreter, "-c", THEIRS, str(file), judged, clock]
        compiled = os.environ | {"NUMBA_CACHE_DIR": folder}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, text=True, env=compiled, **pipes) as process:  # type: ignore[call-overload]
            yield Vectorbt(cast("TextIO", process.stdin), cast("TextIO", process.stdout))


def beside(
    table: pd.DataFrame, market: dict[str, np.ndarray], interpreter: str, judged: str, clock: str
) -> None:
    """Print our time beside vectorbt's first call and beside its later ones, in turn."""
    with vectorbt(market, interpreter, judged, clock) as theirs:
        first = theirs.seconds()
        pairs = [(seconds(lambda: evaluate(table), CLOCKS[clock]), theirs.seconds()) for _ in range(ROUNDS)]
    ours, warm = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    line(f"evaluate / vectorbt, {judged}, warm, {clock}", ours, warm, ratio)
    line(f"evaluate / vectorbt, {judged}, first, {clock}", ours, first, ours / first)


def line(name: str, ours: float, theirs: float, ratio: float) -> None:
    """Print a comparison."""
    sys.stdout.write(f"{name:<52} {ours:8.3f} s  / {theirs:8.3f} s  = {ratio:5.2f}\n")
    sys.stdout.flush()


def cold(table: pd.DataFrame) -> None:
    """A backtest of a small file by a fresh process, beside one that imports pandas."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "predictions.csv")
        table.to_csv(file, index=False)
        compare(
            f"signalcli backtest, {len(table)} rows / import pandas",
            lambda: python("-m", "signalcli", "backtest", file),
            lambda: python("-c", "import pandas"),
            9,
        )


def run() -> None:
    """1,000 symbols × 2,520 bars, one model and buy & hold; and a fresh process with 3,000 rows."""
    table = predictions()
    cold(table.head(3000))
    market = matrices(table)
    compare("evaluate / plain NumPy", lambda: evaluate(table), lambda: plain(market), 3)
    compare("evaluate / table of returns alone", lambda: evaluate(table), lambda: backtest(table), 3)
    if interpreter := os.environ.get("SIGNALCLI_VECTORBT"):
        for judged, clock in itertools.product(("three", "scorecard"), CLOCKS):
            beside(table, market, interpreter, judged, clock)
