"""Synthetic bars of symbols and panels, from seeded processes whose best possible accuracy is known."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.errors import UsageError, nearest, printable

DAILY_SD = 0.01  # standard deviation of a bar's log return
MOST_ROWS = 1_000_000  # so that the last date is before the year 10000
SESSION = (870, 1260)  # first and last minute of a session in UTC: New York in winter
MINUTES = {"1d": SESSION[1] - SESSION[0], "1h": 60, "30m": 30, "15m": 15, "5m": 5, "1m": 1}
XOR_LAGS = (2, 5)  # x^5 + x^3 + 1 is primitive: no two returns less than 31 bars apart are correlated
FIRST_CLOSE = 100.0
# Words between the parts of a seed; no byte of a name has these values.
_OWN, _COMMON = 256, 257


class Noise(NamedTuple):
    """Random numbers of one symbol: its own, and those that all symbols of the process share."""

    own: np.random.Generator
    common: np.random.Generator

    def shocks(self, rows: int, correlation: float) -> np.ndarray:
        """Return standard normal numbers (rows,) with this correlation between any two symbols."""
        own = self.own.standard_normal(rows)
        if correlation == 0:
            return own
        common = self.common.standard_normal(rows)
        shocks: np.ndarray = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
        return shocks


def walk(rows: int, noise: Noise, correlation: float = 0.0, delist: float = 0.0) -> np.ndarray:
    """Return closes of a Gaussian random walk in logs: no direction can be predicted.

    ``correlation`` is that of the returns of any two symbols. The bars end with the first close at or below
    the share ``delist`` of 100.
    """
    _check_share("SYNTHETIC-CORRELATION", "walk", "correlation", correlation)
    return _until_delisted("walk", _closes(noise.shocks(rows, correlation)), delist)


def ar1(rows: int, noise: Noise, phi: float = 0.3, correlation: float = 0.0) -> np.ndarray:
    """Return closes whose log returns are an AR(1) process; best accuracy 1/2 + asin(|phi|)/pi."""
    if not -1 < phi < 1:
        raise UsageError(
            "SYNTHETIC-PHI", f"ar1: phi {phi} is not between -1 and 1, so that the process is not stationary"
        )
    _check_share("SYNTHETIC-CORRELATION", "ar1", "correlation", correlation)
    return _closes(_autoregression(noise.shocks(rows, correlation), phi))


def factor(
    rows: int, noise: Noise, signal: float = 0.1, correlation: float = 0.3, delist: float = 0.0
) -> np.ndarray:
    """Return closes of a panel whose order can be predicted: own returns continue, common returns do not.

    A log return is the sum of a common part, a random walk, and an AR(1) part of the symbol's own. ``signal``
    is the correlation of the own part with the next one, so that the rank correlation over many symbols of
    one date is 6/pi asin(signal/2). ``correlation`` is that of the returns of any two symbols.
    """
    if not -1 < signal < 1:
        raise UsageError("SYNTHETIC-SIGNAL", f"factor: signal {signal} is not between -1 and 1")
    _check_share("SYNTHETIC-CORRELATION", "factor", "correlation", correlation)
    own = _autoregression(noise.own.standard_normal(rows), signal) * np.sqrt(1 - signal**2)
    common = noise.common.standard_normal(rows)
    closes = _closes(np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own)
    return _until_delisted("factor", closes, delist)


def _closes(shocks: np.ndarray) -> np.ndarray:
    """Return closes whose log returns are ``DAILY_SD`` times the shocks."""
    closes: np.ndarray = FIRST_CLOSE * np.exp(np.cumsum(DAILY_SD * shocks))
    return closes


def _autoregression(shocks: np.ndarray, phi: float) -> np.ndarray:
    """Return x[t] = phi x[t-1] + shocks[t], begun in the stationary distribution."""
    values = np.empty(len(shocks))
    last = shocks[0] / np.sqrt(1 - phi**2)
    for i in range(len(shocks)):
        last = phi * last + shocks[i] if i else last
        values[i] = last
    return values


def _until_delisted(process: str, closes: np.ndarray, share: float) -> np.ndarray:
    """Return the closes up to the first at or below a share of `FIRST_CLOSE`, at least two."""
    _check_share("SYNTHETIC-DELIST", process, "delist", share)
    low = np.flatnonzero(closes[1:] <= share * FIRST_CLOSE)
    return closes[: low[0] + 2] if len(low) else closes


def _check_share(code: str, process: str, name: str, value: float) -> None:
    """Raise UsageError unless the value is a share."""
    if not 0 <= value <= 1:
        raise UsageError(code, f"{process}: {name} {value} is not a share from 0 to 1")


def wave(rows: int, noise: Noise) -> np.ndarray:  # noqa: ARG001 (noise-free)
    """Return closes on t·sin(t)/3 + 2·sin(5t) + constant, t in steps of 0.1: an exact AR(6) recursion."""
    t = 0.1 * np.arange(rows)
    lift = 10.0 + 2.0 * (t[-1] / 3 + 2.0)
    closes: np.ndarray = lift + t * np.sin(t) / 3 + 2 * np.sin(5 * t)
    return closes


def sine(rows: int, noise: Noise, period: float = 40.0) -> np.ndarray:  # noqa: ARG001
    """Return closes on a noise-free sine: every direction can be predicted."""
    if not 2 < period < np.inf:
        raise UsageError("SYNTHETIC-PERIOD", f"sine: period {period} is not above 2 bars")
    closes: np.ndarray = 100.0 + 10.0 * np.sin(2 * np.pi * (np.arange(rows) + 0.5) / period)
    return closes


def xor(rows: int, noise: Noise, flip: float = 0.05) -> np.ndarray:
    """Return closes whose direction is the sign of the product of the returns 2 and 5 bars before.

    A share ``flip`` of the directions is reversed, so the best accuracy is 1 - flip. Linear models of fewer
    than 31 lags cannot learn it.
    """
    _check_share("SYNTHETIC-FLIP", "xor", "flip", flip)
    rng = noise.own
    sizes = DAILY_SD * np.abs(rng.standard_normal(rows))
    flips = np.where(rng.random(rows) < flip, -1.0, 1.0)
    signs = np.where(rng.random(rows) < 0.5, -1.0, 1.0)
    for i in range(max(XOR_LAGS), rows):
        signs[i] = flips[i] * signs[i - XOR_LAGS[0]] * signs[i - XOR_LAGS[1]]
    return 100.0 * np.exp(np.cumsum(sizes * signs))


PROCESSES: dict[str, Callable[..., np.ndarray]] = {
    f.__name__: f for f in (walk, ar1, wave, sine, xor, factor)
}


def synthetic_bars(
    process: str,
    *,
    symbol: str | None = None,
    rows: int = 2520,
    start: str = "2000-01-03",
    seed: int = 0,
    interval: str = "1d",
    **settings: Any,
) -> pd.DataFrame:
    """Return bars of one symbol of a process on weekdays; by default the symbol is the name of the process.

    Each bar opens at the close before it. The same arguments give the same bytes; processes with the same
    seed are independent, and so are symbols, apart from the correlation that is set; the interval changes
    only the dates. There are ``rows`` bars, fewer of a symbol that is delisted. Raises UsageError for an
    unknown process, setting or interval.
    """
    if interval not in MINUTES:
        raise UsageError(
            "SYNTHETIC-INTERVAL", f"--interval {interval}: synthetic bars are {', '.join(MINUTES)}"
        )
    _check_settings(process, settings)
    if not 2 <= rows <= MOST_ROWS:
        raise UsageError("SYNTHETIC-ROWS", f"--rows {rows}: must be from 2 to {MOST_ROWS}")
    symbol = process if symbol is None else symbol
    noise = _noise(seed, process, symbol)
    close = PROCESSES[process](rows, noise, **settings)
    rows, rng = len(close), noise.own
    opens = np.concatenate([close[:1], close[:-1]])
    return pd.DataFrame(
        {
            "symbol": symbol,
            "date": _dates(start, rows, interval),
            "open": opens,
            "high": np.maximum(opens, close) * (1 + 0.002 * rng.random(rows)),
            "low": np.minimum(opens, close) * (1 - 0.002 * rng.random(rows)),
            "close": close,
            "volume": rng.integers(500_000, 1_500_000, rows).astype("float64"),
        }
    )


def _noise(seed: int, process: str, symbol: str) -> Noise:
    """Return random numbers that depend on the seed and these names alone, not on other symbols."""
    of_process = [seed, *process.encode()]
    of_symbol = [] if symbol == process else [_OWN, *symbol.encode("utf-8", "surrogateescape")]
    return Noise(
        np.random.default_rng([*of_process, *of_symbol]), np.random.default_rng([*of_process, _COMMON])
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
        raise UsageError(
            "SYNTHETIC-NAME",
            f"no process {printable(process)!r}; did you mean {near}? (--process makes symbols of any name)",
        )
    known = list(inspect.signature(PROCESSES[process]).parameters)[2:]
    for name, value in settings.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UsageError("SYNTHETIC-PARAM", f"{process}.{name}={value}: must be a number")
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise UsageError("SYNTHETIC-PARAM", f"process {process} has no setting {name!r}; {has}")
