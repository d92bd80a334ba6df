"""Synthetic bars from seeded processes whose best possible accuracy is known."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from signalcli.errors import UsageError, nearest

DAILY_SD = 0.01  # standard deviation of a bar's log return
MOST_ROWS = 1_000_000  # so that the last date is before the year 10000
SESSION = (870, 1260)  # first and last minute of a session in UTC: New York in winter
MINUTES = {"1d": SESSION[1] - SESSION[0], "1h": 60, "30m": 30, "15m": 15, "5m": 5, "1m": 1}
XOR_LAGS = (2, 5)  # x^5 + x^3 + 1 is primitive: no two returns less than 31 bars apart are correlated


def walk(rows: int, rng: np.random.Generator) -> np.ndarray:
    """Return closes of a Gaussian random walk in logs: no direction can be predicted."""
    return 100.0 * np.exp(np.cumsum(DAILY_SD * rng.standard_normal(rows)))


def ar1(rows: int, rng: np.random.Generator, phi: float = 0.3) -> np.ndarray:
    """Return closes whose log returns are an AR(1) process; best accuracy 1/2 + asin(|phi|)/pi."""
    if not -1 < phi < 1:
        raise UsageError(
            "SYNTHETIC-PHI", f"ar1: phi {phi} is not between -1 and 1, so that the process is not stationary"
        )
    shocks = rng.standard_normal(rows)
    returns = np.empty(rows)
    last = shocks[0] / np.sqrt(1 - phi**2)  # start in the stationary distribution
    for i in range(rows):
        last = phi * last + shocks[i] if i else last
        returns[i] = last
    return 100.0 * np.exp(np.cumsum(DAILY_SD * returns))


def wave(rows: int, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001 (noise-free)
    """Return closes on t·sin(t)/3 + 2·sin(5t) + constant, t in steps of 0.1: an exact AR(6) recursion."""
    t = 0.1 * np.arange(rows)
    lift = 10.0 + 2.0 * (t[-1] / 3 + 2.0)
    closes: np.ndarray = lift + t * np.sin(t) / 3 + 2 * np.sin(5 * t)
    return closes


def sine(rows: int, rng: np.random.Generator, period: float = 40.0) -> np.ndarray:  # noqa: ARG001
    """Return closes on a noise-free sine: every direction can be predicted."""
    if not 2 < period < np.inf:
        raise UsageError("SYNTHETIC-PERIOD", f"sine: period {period} is not above 2 bars")
    closes: np.ndarray = 100.0 + 10.0 * np.sin(2 * np.pi * (np.arange(rows) + 0.5) / period)
    return closes


def xor(rows: int, rng: np.random.Generator, flip: float = 0.05) -> np.ndarray:
    """Return closes whose direction is the sign of the product of the returns 2 and 5 bars before.

    A share ``flip`` of the directions is reversed, so the best accuracy is 1 - flip. Linear models of fewer
    than 31 lags cannot learn it.
    """
    if not 0 <= flip <= 1:
        raise UsageError("SYNTHETIC-FLIP", f"xor: flip {flip} is not a share from 0 to 1")
    sizes = DAILY_SD * np.abs(rng.standard_normal(rows))
    flips = np.where(rng.random(rows) < flip, -1.0, 1.0)
    signs = np.where(rng.random(rows) < 0.5, -1.0, 1.0)
    for i in range(max(XOR_LAGS), rows):
        signs[i] = flips[i] * signs[i - XOR_LAGS[0]] * signs[i - XOR_LAGS[1]]
    return 100.0 * np.exp(np.cumsum(sizes * signs))


PROCESSES: dict[str, Callable[..., np.ndarray]] = {f.__name__: f for f in (walk, ar1, wave, sine, xor)}


def synthetic_bars(
    process: str,
    *,
    rows: int = 2520,
    start: str = "2000-01-03",
    seed: int = 0,
    interval: str = "1d",
    **settings: Any,
) -> pd.DataFrame:
    """Return bars of one process on weekdays; the symbol is its name.

    Each bar opens at the close before it. The same arguments give the same bytes; processes with the same
    seed are independent; the interval changes only the dates. Raises UsageError for an unknown process,
    setting or interval.
    """
    if interval not in MINUTES:
        raise UsageError(
            "SYNTHETIC-INTERVAL", f"--interval {interval}: synthetic bars are {', '.join(MINUTES)}"
        )
    _check_settings(process, settings)
    if not 2 <= rows <= MOST_ROWS:
        raise UsageError("SYNTHETIC-ROWS", f"--rows {rows}: must be from 2 to {MOST_ROWS}")
    rng = np.random.default_rng([seed, *process.encode()])
    close = PROCESSES[process](rows, rng, **settings)
    opens = np.concatenate([close[:1], close[:-1]])
    return pd.DataFrame(
        {
            "symbol": process,
            "date": _dates(start, rows, interval),
            "open": opens,
            "high": np.maximum(opens, close) * (1 + 0.002 * rng.random(rows)),
            "low": np.minimum(opens, close) * (1 - 0.002 * rng.random(rows)),
            "close": close,
            "volume": rng.integers(500_000, 1_500_000, rows).astype("float64"),
        }
    )


def _dates(start: str, rows: int, interval: str) -> np.ndarray:
    """Return weekdays, or the start times of the bars of their sessions; the last bar may be shorter."""
    if interval == "1d":
        return pd.bdate_range(start, periods=rows).to_numpy("datetime64[us]")
    minutes = np.arange(*SESSION, MINUTES[interval])
    days = pd.bdate_range(start, periods=-(-rows // len(minutes))).to_numpy("datetime64[us]")
    return (days[:, None] + minutes.astype("timedelta64[m]")).ravel()[:rows]


def _check_settings(process: str, settings: dict[str, Any]) -> None:
    if process not in PROCESSES:
        near = nearest(process, PROCESSES)
        raise UsageError("SYNTHETIC-NAME", f"no process {process!r}; did you mean {near}?")
    known = list(inspect.signature(PROCESSES[process]).parameters)[2:]
    for name, value in settings.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UsageError("SYNTHETIC-PARAM", f"{process}.{name}={value}: must be a number")
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise UsageError("SYNTHETIC-PARAM", f"process {process} has no setting {name!r}; {has}")
