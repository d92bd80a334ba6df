"""IMPORTANCE in a terminal: a bar a feature, the ones above the floor marked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from signalcli.report.text.tables import bar, listing_text

GROUP = ["symbol", "model", "method", "level", "fold"]
WIDTH = 24


def importance_text(table: pd.DataFrame, *, color: bool) -> str:
    """Features in their order, with a bar of the share of the highest value of the same model and method.

    Columns that are the same in every row are left out.
    """
    groups = [c for c in GROUP if c in table]
    highest = table.groupby(groups)["value"].transform("max")
    shares = np.where(highest > 0, table["value"].clip(lower=0) / highest.where(highest > 0, 1.0), 0.0)
    varying = [c for c in groups if table[c].nunique() > 1]
    shown: list[dict[str, Any]] = [
        {**{str(k): v for k, v in row.items()}, "": bar(float(share), WIDTH)}
        for row, share in zip(
            table[[*varying, "rank", "feature", "value", "floor", "verdict"]].to_dict("records"),
            shares,
            strict=True,
        )
    ]
    return listing_text(shown, color=color)
