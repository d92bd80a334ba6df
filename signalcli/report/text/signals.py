"""SIGNALS in a terminal: symbol, date, probability, direction and position."""

from __future__ import annotations

import pandas as pd

from signalcli.report.text.preview import preview_text
from signalcli.schemas import CLASS_COLUMNS

_TWO_CLASSES = {1: "up", 0: "down"}
_THREE_CLASSES = {1: "up", 0: "flat", -1: "down"}


def signals_text(signals: pd.DataFrame, *, color: bool) -> str:
    """SIGNALS for people: probabilities with four decimals, the predicted direction as a word.

    The column ``model`` is shown when there are several models.
    """
    classes = [name for name in CLASS_COLUMNS.values() if name in signals]
    names = _TWO_CLASSES if len(classes) == 1 else _THREE_CLASSES
    table = signals.assign(
        direction=signals["prediction"].map(names),
        **{name: signals[name].map("{:.4f}".format, na_action="ignore") for name in classes},
    )
    several = ["model"] if signals["model"].nunique() > 1 else []
    return preview_text(table[["symbol", "date", *several, *classes, "direction", "position"]], color=color)
