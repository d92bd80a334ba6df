"""VERDICT → VERDICT with what all models of a symbol say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.backtest.simulate import backtest
from signalcli.config.comparison import CRITERIA, ComparisonConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.comparison.candidates import Candidate, contestants
from signalcli.evaluation.significance.multiple import many
from signalcli.evaluation.significance.overfitting import BLOCKS, pbo
from signalcli.schemas import BASELINES

if TYPE_CHECKING:
    import pandas as pd

NAN = float("nan")


def with_many(
    verdict: pd.DataFrame, predictions: pd.DataFrame, config: ComparisonConfig, rule: TradingRule
) -> pd.DataFrame:
    """VERDICT with what all models of a symbol say together, in four further columns.

    ``spa_p`` is the chance of a best model this good when none beats the baseline, ``better`` whether a model
    does when all are tested together, ``best_p`` the p-value of being among the best models, and ``pbo``,
    with the net return, the probability that the best of them and their seeds was chosen by luck.
    """
    parts = []
    for symbol, of_symbol in backtest(predictions, rule).groupby("symbol", sort=True):
        everyone = contestants(of_symbol, rule)
        for criterion in CRITERIA:
            rows = verdict[(verdict["symbol"] == symbol) & (verdict["criterion"] == criterion)]
            losses = {m: everyone[m].losses(criterion) for m in (*rows["model"], rows["baseline"].iloc[0])}
            stacked = np.column_stack([losses[m] for m in rows["model"]])
            found = many(stacked, losses[rows["baseline"].iloc[0]], alpha=config.alpha)
            luck = _luck(everyone) if criterion == "net_return" else NAN
            parts.append(
                rows.assign(spa_p=found.spa, better=found.better.astype("int64"), best_p=found.best, pbo=luck)
            )
    return _joined(parts)


def _luck(everyone: dict[str, Candidate]) -> float:
    """`pbo` of every fit that is no baseline; NaN when there is nothing to choose, or too few bars."""
    tried = [r.net for m, c in everyone.items() if m not in BASELINES for r in c.records]
    if len(tried) < 2 or len(tried[0]) < 2 * BLOCKS:
        return NAN
    return pbo(np.column_stack(tried))


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(parts).sort_index()
