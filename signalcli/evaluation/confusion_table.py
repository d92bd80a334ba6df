"""PREDICTIONS → confusion matrix of each model as a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.evaluation.metrics.record import label_records


def confusion_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """One row a cell: symbol, model (path), direction (true), said (predicted), rows, share.

    The predicted direction is the most probable one. ``share`` is the fraction of the rows of the true
    direction; NaN if there are none. Raises DataError for invalid probabilities and prices.
    """
    return pd.DataFrame(
        name | {"direction": int(record.classes[i]), "said": int(predicted), "rows": rows, "share": share}
        for name, record in label_records(predictions)
        for i, cells in enumerate(record.confusion.cells)
        for predicted, rows in zip(record.classes, cells, strict=True)
        for share in [rows / record.confusion.true[i] if record.confusion.true[i] else np.nan]
    )
