"""PREDICTIONS of symbols whose price is always 10, so that weights and accounts do not drift."""

from __future__ import annotations

import pandas as pd


def still_predictions(table: pd.DataFrame, **columns: object) -> pd.DataFrame:
    """A table of symbol, date and p_up with the other columns; ``columns`` replace or add some."""
    table = table.astype({"date": "datetime64[us]"})
    prices = dict.fromkeys(("open", "high", "low", "close"), 10.0)
    labels = {
        "forward_return": 0.0,
        "direction": pd.array([0] * len(table), "Int8"),
        "label_end": table["date"],
    }
    return table.assign(**prices, volume=1.0, model="tree", fold=1, horizon=1, **labels).assign(**columns)
