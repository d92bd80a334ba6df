"""PREDICTIONS of a verb, and the line that counts the rows without a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.cli.inputs import read

if TYPE_CHECKING:
    import pandas as pd


def read_predictions(file: str | None) -> pd.DataFrame:
    """Return PREDICTIONS from a file or the pipe; warn of the rows without a forecast."""
    from signalcli.schemas import PREDICTIONS

    table = read(file, PREDICTIONS)
    warn_of_missing_forecasts(table)
    return table


def warn_of_missing_forecasts(predictions: pd.DataFrame) -> None:
    """Print how many rows are flat and not judged, if there are any."""
    from signalcli.backtesting.checks import describe_missing_forecasts

    if text := describe_missing_forecasts(predictions):
        console.warn(text)
