"""RETURNS of one symbol → who competes: each model with its seeds, what a row cost it, how it timed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from signalcli.config.trading import TradingRule
from signalcli.evaluation.metrics.confusion import collapsed
from signalcli.evaluation.metrics.record import Record, record
from signalcli.evaluation.significance.timing import shift_p
from signalcli.schemas import SEED_SIGN

if TYPE_CHECKING:
    import pandas as pd

NAN = float("nan")


@dataclass(frozen=True)
class Candidate:
    """A model, once or once a seed; ``timing`` is the p-value of `shift_p`."""

    records: tuple[Record, ...]
    timing: float

    @property
    def collapsed(self) -> bool:
        """Whether any seed says one direction on more than 95 % of the rows."""
        return any(bool(collapsed(r.counts)) for r in self.records)

    def losses(self, criterion: str) -> np.ndarray:
        """What each row cost, the mean over seeds, (n_rows,)."""
        return np.mean([loss(r, criterion) for r in self.records], axis=0)

    def values(self, criterion: str) -> np.ndarray:
        """The criterion of each seed as the scorecard has it: accuracy and return are better when larger."""
        means = np.array([np.mean(loss(r, criterion)) for r in self.records])
        return {"log_loss": means, "accuracy": 1 - means, "net_return": -means}[criterion]

    def spread(self, criterion: str) -> float:
        """Standard deviation (ddof 1) of the criterion over seeds; NaN of a single one."""
        return float(np.std(self.values(criterion), ddof=1)) if len(self.records) > 1 else NAN


def contestants(returns: pd.DataFrame, rule: TradingRule) -> dict[str, Candidate]:
    """The models and baselines by name, ``lstm@0`` and ``lstm@1`` both under ``lstm``."""
    runs: dict[str, list[pd.DataFrame]] = {}
    for model, rows in returns.groupby("model", sort=True):
        runs.setdefault(str(model).partition(SEED_SIGN)[0], []).append(rows)
    return {
        name: Candidate(tuple(record(rows) for rows in parts), _timing(parts, rule))
        for name, parts in runs.items()
    }


def loss(of_run: Record, criterion: str) -> np.ndarray:
    """What each row cost: -ln p of what happened, 1 for a wrong direction, or minus the net return."""
    if criterion == "net_return":
        return -of_run.net
    if criterion == "accuracy":
        return (of_run.y != of_run.predicted).astype("float64")
    given = of_run.p[np.arange(len(of_run.y)), np.searchsorted(of_run.classes, of_run.y)]
    return -np.log(np.clip(given, np.finfo(float).eps, 1.0))


def _timing(parts: list[pd.DataFrame], rule: TradingRule) -> float:
    """`shift_p` of the mean position over seeds; unknown with stops, which end positions within a bar."""
    if rule.stops or len({len(rows) for rows in parts}) > 1:
        return NAN
    position = np.mean([rows["position"].to_numpy("float64") for rows in parts], axis=0)
    price = parts[0]["open" if rule.fill == "next_open" else "close"].to_numpy("float64")
    price = price[1:] if rule.fill == "next_open" else price
    earned = price[1:] / price[:-1] - 1.0
    return shift_p(position[: len(earned)], earned)
