"""``--params FILE``: rows whose labels the search behind the parameters has seen are not out of sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.cli.options.tuned import searched_until
from signalcli.config.saving import SaveConfig
from signalcli.config.tuning import ParamsConfig
from signalcli.errors import printable

if TYPE_CHECKING:
    import pandas as pd


def warn_of_search(predictions: pd.DataFrame, params: ParamsConfig, saving: SaveConfig) -> None:
    """Print how many tested rows the search has seen, unless the model is saved, for rows to come."""
    until = None if params.params is None or saving.save is not None else searched_until(params.params)
    if until is None:
        return
    rows = predictions[["symbol", "date"]].drop_duplicates()
    seen = int((rows["date"] <= until).sum())
    if seen:
        console.warn(
            f"--params {printable(str(params.params))}: {seen:,} of {len(rows):,} tested rows are not out of "
            f"sample, as the search knew labels until {until:%Y-%m-%d}; those of tune --predictions are"
        )
