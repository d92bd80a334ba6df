"""Infer the target of a FEATURES table: which config makes the directions that stand in it.

A dead zone lies between the largest return labelled flat and the smallest labelled up or down; a barrier
between the largest return that did not touch it and the smallest that did, both in expected moves. Each
candidate is computed from the bars and compared with the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import ROUND_CEILING, Decimal
from typing import Any, get_args

import numpy as np
import pandas as pd

from signalcli.config.features import CROSS_RANK, FeatureConfig, LabelStart
from signalcli.errors import UsageError
from signalcli.features.build import compute, label
from signalcli.features.feature import Feature
from signalcli.features.labels.next_return import VOLATILITY_BARS, expected_move
from signalcli.features.labels.overlap import horizon
from signalcli.schemas import BARS


def infer_target(features: pd.DataFrame) -> FeatureConfig | None:
    """Config with the horizon and the label that make the table's directions; None if there is none."""
    table = features.sort_values(["symbol", "date"]).reset_index(drop=True)
    return next((config for config in _candidates(table) if is_same_target(table, config)), None)


def is_same_target(features: pd.DataFrame, config: FeatureConfig) -> bool:
    """Whether the directions of all symbols are those that the config makes of the bars."""
    if horizon(features) != config.horizon:
        return False
    table = features.sort_values(["symbol", "date"]).reset_index(drop=True)
    made = label(table[list(BARS.columns)], config)
    both = (table["direction"].notna() & made["direction"].notna()).to_numpy()
    one, other = (pd.to_numeric(t["direction"][both]).to_numpy("float64") for t in (table, made))
    same_end = (table["label_end"] == made["label_end"]).to_numpy()[both]
    return bool(both.any() and np.array_equal(one, other) and same_end.all())


def _candidates(table: pd.DataFrame) -> Iterator[FeatureConfig]:
    """Targets that the table may have, the plainest first."""
    for start in get_args(LabelStart):
        for fields in _labels(table):
            with suppress(UsageError):  # not every label can start anywhere
                yield FeatureConfig(horizon=horizon(table), label_from=start, **fields)


def _labels(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Labels with their parameters, as the returns and directions of the table show them."""
    returns = table["forward_return"].to_numpy("float64")
    directions = pd.to_numeric(table["direction"]).to_numpy("float64", na_value=np.nan)
    if not (directions == -1).any():
        yield from ({}, {"label": "trend-scan"}, {"label": CROSS_RANK})
        return
    yield {"dead_zone": min(_dead_zone(returns, directions), 0.99)}
    moves = returns / _expected_moves(table, horizon(table))
    yield {"dead_zone": _dead_zone(moves, directions), "dead_zone_unit": "volatility"}
    barriers = (_barrier(moves, directions == 1), _barrier(-moves, directions == -1))
    yield {"label": "triple-barrier", "barriers": barriers}


def _expected_moves(table: pd.DataFrame, steps: int) -> np.ndarray:
    move = Feature("move", lambda panel: expected_move(panel, steps), VOLATILITY_BARS + 1, "expected move")
    moves = compute(table[list(BARS.columns)], [move])["move"].to_numpy()
    return np.where(moves > 0, moves, np.nan)


def _dead_zone(returns: np.ndarray, directions: np.ndarray) -> float:
    """The shortest decimal that separates flat rows from those up or down."""
    size = np.abs(returns)
    return _separate(size[directions == 0], size[np.abs(directions) == 1])


def _barrier(moves: np.ndarray, touched: np.ndarray) -> float:
    """The shortest decimal that separates rows whose label is a touch of this barrier from the others."""
    return _separate(moves[~touched], np.nextafter(moves[touched], np.inf))


def _separate(below: np.ndarray, above: np.ndarray) -> float:
    """The shortest decimal in low ≤ x < high, where low and high are finite values; at most 99."""
    low = max((float(v) for v in below[np.isfinite(below)]), default=0.0)
    high = min((float(v) for v in above[np.isfinite(above)]), default=np.inf)
    low = max(low, float(np.nextafter(0, 1)))
    return min(shortest_decimal(low, high), 99.0)


def shortest_decimal(low: float, high: float) -> float:
    """The number with the fewest decimals in low ≤ x < high; low if there is none."""
    for digits in range(17):
        number = float(Decimal(repr(low)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_CEILING))
        if low <= number < high:
            return number
    return low
