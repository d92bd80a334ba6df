"""Section of probabilities: calibration, distribution, confusion."""

from __future__ import annotations

import numpy as np

from signalcli.config.reliability import ReliabilityConfig
from signalcli.evaluation.metrics.catalogue import METRICS
from signalcli.evaluation.metrics.record import Record
from signalcli.evaluation.reliability import reliability_of_records
from signalcli.report.document.document import (
    Cell,
    Figure,
    Section,
    Table,
    fraction,
    interval,
    name,
    number,
    whole,
)
from signalcli.report.figures.results.catalogue import make_picture
from signalcli.report.figures.results.confusion import direction_name
from signalcli.report.results import Results
from signalcli.report.text.reliability import DIRECTION_NAMES


def probabilities(results: Results) -> Section:
    """Whether probabilities mean what they say, and which directions are confused."""
    figures = (
        Figure(make_picture("calibration", results), _calibration_table(results)),
        Figure(make_picture("probabilities", results), _separation_table(results)),
        Figure(make_picture("confusion", results), _confusion_table(results)),
    )
    return Section("probabilities", "Probabilities", (), figures)


def _calibration_table(results: Results) -> Table:
    named = [({"model": model}, results.shown[model]) for model in results.models]
    bins = reliability_of_records(named, ReliabilityConfig())
    columns = ("model", "direction", "predicted probability", "observed, 95 %", "rows")
    rows = [
        [
            name(row["model"]), Cell(DIRECTION_NAMES[row["direction"]]), fraction(row["mean_p"]),
            interval(row["share"], row["share_low"], row["share_high"]), whole(row["rows"]),
        ]
        for row in bins.to_dict("records")
    ]  # fmt: skip
    return Table("Values of the figure: bins of equally many rows", columns, rows, folded=True)


def _separation_table(results: Results) -> Table:
    columns = ("model", "mean p of rows that rose", "mean p of rows that did not", "AUC", "calibration error")
    rows = [_separation(model, results.shown[model]) for model in results.models]
    return Table("Values of the figure: mean probability of up", columns, rows, folded=True)


def _separation(model: str, record: Record) -> list[Cell]:
    rose = record.y == 1
    means = (float(np.mean(record.p_up[part])) if part.any() else np.nan for part in (rose, ~rose))
    metrics = (METRICS[metric].of(record) for metric in ("auc", "calibration_error"))
    return [name(model), *map(fraction, means), *map(number, metrics)]


def _confusion_table(results: Results) -> Table:
    columns = ("model", "true", "predicted", "rows", "share of the true direction")
    rows = [row for model in results.models for row in _confusion_rows(model, results.shown[model])]
    return Table("Values of the figure: confusion matrices", columns, rows, folded=True)


def _confusion_rows(model: str, record: Record) -> list[list[Cell]]:
    names = [direction_name(value, len(record.classes)) for value in record.classes]
    return [
        [
            name(model), Cell(names[true]), Cell(names[predicted]), whole(rows),
            fraction(rows / max(record.confusion.true[true], 1)),
        ]
        for (true, predicted), rows in np.ndenumerate(np.asarray(record.confusion.cells))
    ]  # fmt: skip
