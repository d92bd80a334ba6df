"""Features that read later bars, and features that only look as if they did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.research.audit.selftest.case import Case, OfSymbol, feature_case


def feature_cases() -> list[Case]:
    """Every case of a feature."""
    leaks = [
        feature_case(kind, name, function, leaks=True)
        for kind, cases in LEAKS.items()
        for name, function in cases.items()
    ]
    controls = [
        feature_case("feature", name, function, leaks=False, look_back=back)
        for name, (function, back) in CONTROLS.items()
    ]
    return [*leaks, *controls]


def _returns(bars: pd.DataFrame) -> pd.Series[float]:
    return bars["close"].pct_change()


def _one_row(bars: pd.DataFrame) -> np.ndarray:
    """The return of each bar; in one row that of the next one."""
    values = _returns(bars).to_numpy().copy()
    row = int(np.searchsorted(bars.index, np.datetime64("2000-05-02")))
    if row + 1 < len(values):
        values[row] = values[row + 1]
    return values


def _rolled(bars: pd.DataFrame) -> np.ndarray:
    return np.roll(bars["volume"].to_numpy(), 1)


def _linear_trend(bars: pd.DataFrame) -> np.ndarray:
    close = np.log(bars["close"].to_numpy())
    steps = np.arange(len(close))
    return close - np.polyval(np.polyfit(steps, close, min(1, len(close) - 1)), steps)


def _low_pass(bars: pd.DataFrame) -> np.ndarray:
    spectrum = np.fft.rfft(bars["close"].to_numpy())
    spectrum[5:] = 0
    return np.fft.irfft(spectrum, len(bars))


def _both_ways(bars: pd.DataFrame) -> np.ndarray:
    from scipy.signal import filtfilt

    close = bars["close"].to_numpy()
    return filtfilt([0.5], [1.0, -0.5], close, padlen=0)


def _two_pass_mean(bars: pd.DataFrame) -> pd.Series[float]:
    forward = bars["close"].ewm(span=5).mean()
    backward = bars["close"][::-1].ewm(span=5).mean()[::-1]
    return (forward + backward) / 2


def _savgol(bars: pd.DataFrame) -> np.ndarray:
    from scipy.signal import savgol_filter

    close = bars["close"].to_numpy()
    return savgol_filter(close, 5, 2) if len(close) >= 5 else close


def _peaks(bars: pd.DataFrame) -> np.ndarray:
    from scipy.signal import find_peaks

    out = np.zeros(len(bars))
    out[find_peaks(bars["high"].to_numpy(), distance=3)[0]] = 1
    return out


def _days_to_jump(bars: pd.DataFrame) -> np.ndarray:
    jumps = np.flatnonzero(np.abs(_returns(bars).to_numpy()) > 0.03)
    at = np.searchsorted(jumps, np.arange(len(bars)))
    return np.r_[jumps, len(bars)][at] - np.arange(len(bars))


def _filled_back(bars: pd.DataFrame) -> pd.Series[float]:
    return _holes(bars).bfill()


def _interpolated(bars: pd.DataFrame) -> pd.Series[float]:
    return _holes(bars).interpolate()


def _holes(bars: pd.DataFrame) -> pd.Series[float]:
    """Closes; missing on Wednesdays."""
    return bars["close"].where(bars.index.day_of_week != 2)


def _period(bars: pd.DataFrame, rule: str) -> np.ndarray:
    return bars.index.to_period(rule).astype("int64").to_numpy()


def _weekday_means(bars: pd.DataFrame) -> pd.Series[float]:
    return _returns(bars).groupby(bars.index.day_of_week).transform("mean")


def _finished_week(bars: pd.DataFrame) -> pd.Series[float]:
    """Close of the last week that has ended."""
    week = _period(bars, "W")
    last = bars["close"].groupby(week).last().shift(1)
    return pd.Series(last.reindex(week).to_numpy(), bars.index)


def _finished_month(bars: pd.DataFrame) -> pd.Series[float]:
    month = _period(bars, "M")
    high = bars["high"].groupby(month).max().shift(1)
    return pd.Series(high.reindex(month).to_numpy(), bars.index)


def _rank_so_far(bars: pd.DataFrame) -> pd.Series[float]:
    return bars["close"].expanding().rank(pct=True)


def _scaled_so_far(bars: pd.DataFrame) -> pd.Series[float]:
    low, high = bars["close"].cummin(), bars["close"].cummax()
    return (bars["close"] - low) / (high - low)


def _pivot_known(bars: pd.DataFrame) -> pd.Series[float]:
    """A peak, two bars after it, when it is known to be one."""
    high = bars["high"]
    peak = (high.shift(2) > high.shift(3)) & (high.shift(2) > high.shift(1)) & (high.shift(2) > high)
    return peak.astype("float64")


def _hashed_noise(bars: pd.DataFrame) -> np.ndarray:
    """Noise that the date decides: the same in every run and every cut."""
    days = bars.index.to_numpy().astype("datetime64[D]").astype("int64")
    return np.sin(days * 12.9898) * 43758.5453 % 1.0


def _days_to_month_end(bars: pd.DataFrame) -> np.ndarray:
    return (bars.index.days_in_month - bars.index.day).to_numpy()


def _trailing_trend(bars: pd.DataFrame) -> np.ndarray:
    close, out = np.log(bars["close"].to_numpy()), np.full(len(bars), np.nan)
    for t in range(7, len(close)):
        out[t] = close[t] - np.polyval(np.polyfit(np.arange(8), close[t - 7 : t + 1], 1), 7)
    return out


def _pca_so_far(bars: pd.DataFrame) -> np.ndarray:
    """Ratio of two running sums, as an online projection makes it."""
    moves = np.nan_to_num(np.log(bars[["open", "close"]]).diff().to_numpy())
    return np.cumsum(moves[:, 0] * moves[:, 1]) / (np.cumsum(moves[:, 0] ** 2) + 1e-12)


LEAKS: dict[str, dict[str, OfSymbol]] = {
    "later bar": {
        "next return": lambda b: b["close"].shift(-1) / b["close"] - 1,
        "next open": lambda b: b["open"].shift(-1),
        "volume of the bar after next": lambda b: b["volume"].shift(-2),
        "sign of the next move": lambda b: np.sign(b["close"].shift(-1) - b["close"]).fillna(0),
        "next close, where there is one": lambda b: b["close"].shift(-1).fillna(b["close"]),
        "highest high of the next three bars": lambda b: b["high"][::-1].rolling(3).max()[::-1].shift(-1),
        "volatility of the next five bars": lambda b: _returns(b).rolling(5).std().shift(-5),
        "one row only": _one_row,
        "np.roll, whose first row is the last": _rolled,
        "bars until the next jump": _days_to_jump,
    },
    "centred window": {
        "centred mean": lambda b: b["close"].rolling(5, center=True).mean(),
        "centred median": lambda b: b["close"].rolling(3, center=True).median(),
        "Savitzky-Golay filter": _savgol,
        "np.gradient": lambda b: np.gradient(b["close"].to_numpy()) if len(b) > 1 else b["close"],
        "np.convolve, mode same": lambda b: np.convolve(b["close"], np.ones(3) / 3, "same")[: len(b)],
        "peaks of scipy": _peaks,
    },
    "back-fill": {
        "bfill over gaps": _filled_back,
        "interpolation over gaps": _interpolated,
        "warm-up filled from behind": lambda b: b["close"].rolling(4).mean().bfill(),
    },
    "whole sample": {
        "z-score of the column": lambda b: (b["close"] - b["close"].mean()) / b["close"].std(),
        "rank in the column": lambda b: b["close"].rank(pct=True),
        "scaled to minimum and maximum": lambda b: (b["low"] - b["low"].min()) / (np.ptp(b["low"]) + 1e-9),
        "quantile bins": lambda b: (b["volume"] > b["volume"].quantile(0.8)).astype(float),
        "linear trend removed": _linear_trend,
        "Fourier low-pass": _low_pass,
        "zero-phase filter": _both_ways,
        "smoother of two passes": _two_pass_mean,
        "price over the last price": lambda b: b["close"] / b["close"].iloc[-1],
        "bars until the end": lambda b: np.arange(len(b))[::-1],
        "mean return of each weekday": _weekday_means,
        "missing values by the mean": lambda b: _holes(b).fillna(b["close"].mean()),
    },
    "higher timeframe": {
        "close of the unfinished week": lambda b: b["close"].groupby(_period(b, "W")).transform("last"),
        "high of the unfinished month": lambda b: b["high"].groupby(_period(b, "M")).transform("max"),
        "volume of the whole week": lambda b: b["volume"].groupby(_period(b, "W")).transform("sum"),
    },
}

CONTROLS: dict[str, tuple[OfSymbol, int]] = {
    "expanding z-score": (
        lambda b: (b["close"] - b["close"].expanding().mean()) / b["close"].expanding().std(),
        8,
    ),
    "expanding rank": (_rank_so_far, 8),
    "scaled to the extremes so far": (_scaled_so_far, 8),
    "exponential mean over all bars": (lambda b: b["close"].ewm(span=20).mean(), 8),
    "on-balance volume": (lambda b: (np.sign(_returns(b).fillna(0)) * b["volume"]).cumsum(), 8),
    "centred mean, lagged by half its width": (
        lambda b: b["close"].rolling(5, center=True).mean().shift(2),
        8,
    ),
    "np.gradient, lagged by one bar": (lambda b: b["close"].diff(2).shift(1) / 2, 8),
    "close of the last finished week": (_finished_week, 400),
    "high of the last finished month": (_finished_month, 400),
    "forward fill over gaps": (lambda b: _holes(b).ffill(), 8),
    "days to the end of the month": (_days_to_month_end, 1),
    "noise decided by the date": (_hashed_noise, 1),
    "peak, once it is known": (_pivot_known, 8),
    "trend of the last eight bars removed": (_trailing_trend, 8),
    "projection learned online": (_pca_so_far, 8),
    "number of bars so far": (lambda b: np.arange(len(b)), 8),
    "lag of the next bar's lag": (lambda b: b["close"].shift(-1).shift(1), 8),
}
