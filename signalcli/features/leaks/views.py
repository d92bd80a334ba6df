"""The forms in which a column may hold a return: as it is, as a level of prices, as the sum of returns."""

from __future__ import annotations

import numpy as np
import pandas as pd

VIEWS = 3


def views(columns: pd.DataFrame, close: np.ndarray) -> list[pd.DataFrame]:
    """The columns themselves, their changes from bar to bar, and their logs over the close.

    A level such as tomorrow's close says next to nothing about the next return; its distance to today's close
    is that return, and so is its change, in whatever unit it is.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(columns.where(columns > 0)).sub(np.log(close), axis=0)
    return [columns, columns.diff(), ratio]
