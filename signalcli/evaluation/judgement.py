"""PREDICTIONS → how each model's words came true: reliability of probabilities, confusion of directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.backtest.simulate import backtest
from signalcli.config.reliability import ReliabilityConfig
from signalcli.evaluation.metrics.record import records
from signalcli.evaluation.reliability import Bin, reliability
from signalcli.schemas import BASELINES, CLASS_COLUMNS

if TYPE_CHECKING:
    import pandas as pd


def reliability_table(predictions: pd.DataFrame, config: ReliabilityConfig) -> pd.DataFrame:
    """One row a bin: symbol, model (path), direction, and what `Bin` holds.

    ``share`` is how often the direction came of the rows that gave it a probability in the bin. With two
    directions only up is shown, because down is its mirror. buy & hold says no probability.
    """
    import pandas as pd

    rows = [
        named | {"direction": int(label)} | found._asdict()
        for named, of_run in records(backtest(predictions))
        for place, label in enumerate(of_run.classes)
        if label == 1 or len(of_run.classes) > len(CLASS_COLUMNS) - 1
        for found in reliability(of_run.y == label, of_run.p[:, place], config.bins, config.edges)
    ]
    columns = [*dict.fromkeys(key for row in rows for key in row)] or ["symbol", "model", *Bin._fields]
    return pd.DataFrame(rows, columns=columns)


def confusion_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """One row a cell: symbol, model (path), direction, said, rows, share (of the rows of that direction).

    A row is said to have its likeliest direction. ``share`` is empty for a direction that never came.
    """
    import pandas as pd

    rows = []
    for named, of_run in records(backtest(predictions)):
        for true in of_run.classes:
            mine = of_run.predicted[of_run.y == true]
            for said in of_run.classes:
                count = int(np.sum(mine == said))
                share = count / len(mine) if len(mine) else float("nan")
                cell = {"direction": int(true), "said": int(said), "rows": count, "share": share}
                rows.append(named | cell)
    return pd.DataFrame(rows)


def of_models(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of models; of baselines where there is nothing else."""
    mine = table[~table["model"].isin(BASELINES)]
    return mine if len(mine) else table
