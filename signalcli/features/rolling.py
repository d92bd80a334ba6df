"""Statistics of the last bars' log returns."""

import numpy as np

from signalcli.features.lags import log_return
from signalcli.features.windows import maximum, mean, minimum, std

WIDTHS = (5, 10, 20, 60)


def rolling(bars: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """``ret_mean<w>``, ``ret_std<w>`` (ddof 1), ``ret_min<w>``, ``ret_max<w>`` for each w of `WIDTHS`."""
    returns = log_return(bars["close"])
    statistics = {"mean": mean, "std": std, "min": minimum, "max": maximum}
    return {f"ret_{name}{w}": f(returns, w) for w in WIDTHS for name, f in statistics.items()}
