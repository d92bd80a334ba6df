"""Closes and log returns of one symbol, the input of every statistic."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd


class PriceSeries:
    """Closes and log returns of one symbol.

    Parameters
    ----------
    bars : DataFrame
        BARS of one symbol.
    """

    def __init__(self, bars: pd.DataFrame) -> None:
        self.bars = bars

    @cached_property
    def log_close(self) -> np.ndarray:
        """Natural logarithm of the closes, (n_bars,)."""
        return np.asarray(np.log(self.bars["close"].to_numpy("float64")))

    @cached_property
    def returns(self) -> np.ndarray:
        """Log returns from close to close, (n_bars - 1,)."""
        return np.diff(self.log_close)

    @property
    def log_prices_and_returns(self) -> dict[str, np.ndarray]:
        """Both series by name."""
        return {"log_close": self.log_close, "log_return": self.returns}

    @property
    def varies(self) -> bool:
        """Whether the returns vary by more than rounding errors."""
        return len(self.returns) > 1 and float(np.std(self.returns)) > 1e-12
