"""RETURNS of one symbol → candidates: models with their seeds, losses, and the timing of their positions."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from signalcli.config.trading import TradingRule
from signalcli.evaluation.metrics.classification import SMALLEST
from signalcli.evaluation.metrics.confusion import collapsed
from signalcli.evaluation.metrics.record import Record, judged_on, record_of_group
from signalcli.evaluation.significance.timing import shift_p
from signalcli.schemas import SEED_SIGN


@dataclass(frozen=True)
class Candidate:
    """A model with one record for each seed; ``timing_p`` is the p-value of `shift_p`."""

    records: tuple[Record, ...]
    timing_p: float

    @property
    def collapsed(self) -> bool:
        """Whether any seed predicts one direction on more than 95 % of the rows."""
        return any(bool(collapsed(record.confusion)) for record in self.records)

    def horizon(self, criterion: str) -> int:
        """Rows over which losses depend on each other: those of a label; net returns are of one bar."""
        return 1 if criterion == "net_return" else self.records[0].horizon

    def losses(self, criterion: str) -> np.ndarray:
        """Loss of each row, the mean over seeds, (n_rows,)."""
        return np.mean([loss(record, criterion) for record in self.records], axis=0)

    def values(self, criterion: str) -> np.ndarray:
        """Criterion of each seed as on the scorecard: larger accuracy and return are better."""
        means = np.array([np.mean(loss(record, criterion)) for record in self.records])
        return {"log_loss": means, "accuracy": 1 - means, "net_return": -means}[criterion]

    def spread(self, criterion: str) -> float:
        """Standard deviation (ddof 1) of the criterion over seeds; NaN for a single seed."""
        return float(np.std(self.values(criterion), ddof=1)) if len(self.records) > 1 else math.nan


Candidates = dict[str, Candidate]
"""Models and baselines of one symbol by name."""


def make_candidates(returns: pd.DataFrame, rule: TradingRule) -> Candidates:
    """Models and baselines in RETURNS of one symbol; ``lstm@0`` and ``lstm@1`` are seeds of ``lstm``.

    All are judged on the rows that every one of them forecasts.
    """
    seeds: dict[str, list[pd.DataFrame]] = {}
    for model, rows in returns.groupby("model", sort=True):
        seeds.setdefault(str(model).partition(SEED_SIGN)[0], []).append(rows)
    records = {model: [record_of_group(rows) for rows in tables] for model, tables in seeds.items()}
    dates = _common_dates([record for of_model in records.values() for record in of_model])
    judged = {model: tuple(judged_on(r, dates) for r in of_model) for model, of_model in records.items()}
    return {model: Candidate(judged[model], _timing_p(tables, rule)) for model, tables in seeds.items()}


def _common_dates(records: list[Record]) -> np.ndarray:
    """Dates of the rows on which every record is judged."""
    return functools.reduce(np.intersect1d, [record.label_dates for record in records])


def loss(record: Record, criterion: str) -> np.ndarray:
    """Loss of each row: -ln p of the true class, 1 for a wrong direction, or minus the net return."""
    if criterion == "net_return":
        return -record.net
    if criterion == "accuracy":
        return (record.y != record.predicted).astype("float64")
    p_true = record.p[np.arange(len(record.y)), np.searchsorted(record.classes, record.y)]
    return -np.log(np.clip(p_true, SMALLEST, 1.0))


def _timing_p(seeds: list[pd.DataFrame], rule: TradingRule) -> float:
    """`shift_p` of the mean position over seeds; NaN with stops, which end positions within a bar."""
    if rule.stops or len({len(rows) for rows in seeds}) > 1:
        return math.nan
    position = np.mean([rows["position"].to_numpy("float64") for rows in seeds], axis=0)
    price = seeds[0]["open" if rule.fill == "next_open" else "close"].to_numpy("float64")
    price = price[1:] if rule.fill == "next_open" else price
    earned = price[1:] / price[:-1] - 1.0
    return shift_p(position[: len(earned)], earned)
