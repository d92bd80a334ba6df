"""PREDICTIONS of a verb, and the line that counts the rows without a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.cli.inputs import read, table_source
from signalcli.errors import UsageError, printable

if TYPE_CHECKING:
    import pandas as pd


def read_predictions(file: str | None) -> pd.DataFrame:
    """Return PREDICTIONS from a file or the pipe; warn of the rows without a forecast or a half spread."""
    from signalcli.schemas import PREDICTIONS

    table = read(file, PREDICTIONS)
    warn_of_missing_cells(table)
    return table


def warn_of_missing_cells(predictions: pd.DataFrame) -> None:
    """Print how many rows are flat and not judged, and how many have no half spread, if there are any."""
    from signalcli.backtesting.checks import describe_missing_forecasts, describe_missing_spreads

    for text in (describe_missing_forecasts(predictions), describe_missing_spreads(predictions)):
        if text:
            console.warn(text)


def read_several(files: list[str]) -> pd.DataFrame:
    """Return the predictions of all files; a baseline in several of them is taken from the first."""
    import pandas as pd

    from signalcli.io.tables import read_table
    from signalcli.schemas import BASELINES, PATH, PREDICTIONS

    sources = files or [table_source(None, PREDICTIONS.name, PREDICTIONS.verb)]
    table = pd.concat([read_table(source, PREDICTIONS) for source in sources], ignore_index=True)
    repeated = table.duplicated(["symbol", "date", "model", *([PATH] if PATH in table else [])])
    models = table.loc[repeated & ~table["model"].isin(BASELINES), "model"]
    if len(models):
        raise UsageError(
            "COMPARE-TWICE",
            f"model {printable(models.iloc[0])} is in two of the files; give each its own name "
            "(fit --seeds makes several of one model)",
        )
    return table[~repeated]
