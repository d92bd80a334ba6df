"""The bars of one symbol as the series that statistics are about."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


class History:
    """Bars of one symbol by date.

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
    def moves(self) -> bool:
        """Whether there is any movement beyond that of the last bits."""
        return len(self.returns) > 1 and float(np.std(self.returns)) > 1e-12
