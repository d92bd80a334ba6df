"""The sequence block: each row carries its own window of channels, time-major, oldest bar first."""

import numpy as np

from signalcli.features.windows import lag, mean, ratio, std


def log_return(close: np.ndarray) -> np.ndarray:
    """Log return of each close against the close before; NaN for the first bar."""
    return np.log(close) - np.log(lag(close, 1))


def channels(bars: dict[str, np.ndarray], window: int) -> dict[str, np.ndarray]:
    """What is recorded of each bar: log return, log high/low range, z-score of log volume."""
    return {
        "ret": log_return(bars["close"]),
        "range": np.log(bars["high"] / bars["low"]),
        "volume_z": volume_z(bars["volume"], window),
    }


def volume_z(volume: np.ndarray, window: int) -> np.ndarray:
    """Standard deviations of log(1 + volume) from its mean over the last ``window`` bars.

    0, the average, where the window did not move or holds an unknown volume, so that an index without
    volume loses no row; NaN only for the first window-1 bars.
    """
    size = np.log1p(np.maximum(volume, 0.0))
    scores = ratio(size - mean(size, window), std(size, window), undefined=0.0)
    scores[np.isnan(scores)] = 0.0
    scores[: window - 1] = np.nan
    return scores


def lags(bars: dict[str, np.ndarray], window: int) -> dict[str, np.ndarray]:
    """``<channel>_lag<k>`` for k = window-1 … 0, all channels of one bar side by side.

    A row reshapes to (window, channels); lag 0 is known at the close of the row's date.
    """
    found = channels(bars, window)
    return {f"{c}_lag{k}": lag(x, k) for k in range(window - 1, -1, -1) for c, x in found.items()}
