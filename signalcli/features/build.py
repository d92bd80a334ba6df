"""BARS → FEATURES: panels of symbols, computed by one thread per processor."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from signalcli.config.features import FeatureConfig
from signalcli.errors import DataError, printable
from signalcli.features.catalogue import select_features
from signalcli.features.feature import Feature
from signalcli.features.labels.columns import LABELERS, label_columns
from signalcli.features.labels.next_return import Labels
from signalcli.features.labels.uniqueness import average_uniqueness
from signalcli.features.sets.cross_section import market_columns
from signalcli.features.sorted_bars import SortedBars, sort_bars
from signalcli.features.timeseries.layout import SymbolBlock, make_panel, symbol_blocks, write_flat
from signalcli.features.timeseries.panel import Panel


def build(
    bars: pd.DataFrame, config: FeatureConfig | None = None, threads: int | None = None
) -> pd.DataFrame:
    """FEATURES of BARS: the bars, the features known at each close, and the labels.

    One row per bar; a feature that is not known yet is NaN. No value depends on a later bar, and only
    ``cross`` features read other symbols. ``threads`` defaults to the number of processors.

    Raises
    ------
    DataError
        When a symbol has too few bars for one row.
    """
    config = config or FeatureConfig()
    table = sort_bars(bars)
    check_lengths(table.lengths, config)
    features, labels, weight = _compute(table, select_features(config), config, threads or processors())
    targets = label_columns(table.columns["date"], labels, weight if config.weights else None)
    replaced = {*features.columns, *targets.columns}
    others = table.bars.drop(columns=[c for c in table.bars.columns if c in replaced])
    return pd.concat([others, features, targets], axis=1)


def compute(bars: pd.DataFrame, features: Sequence[Feature]) -> pd.DataFrame:
    """Only the columns of these features; any number of bars will do."""
    return _compute(sort_bars(bars), list(features), FeatureConfig(), processors())[0]


def check_lengths(lengths: Mapping[str, int], config: FeatureConfig) -> None:
    """Raise DataError for the first symbol that has too few bars for one row."""
    needed = config.window + config.horizon + 1
    for symbol, length in lengths.items():
        if length < needed:
            raise DataError(
                "DATA-FEW",
                f"{printable(symbol)}: {length} bars; --window {config.window} "
                f"--horizon {config.horizon} need at least {needed}",
            )


def _compute(
    table: SortedBars, features: list[Feature], config: FeatureConfig, threads: int
) -> tuple[pd.DataFrame, Labels, np.ndarray]:
    """Features, labels and weights of all rows. A feature is a row in memory, as pandas stores columns."""
    columns, rows = table.columns, len(table.bars)
    if any(f.across for f in features):
        columns.update(market_columns(columns["date"], columns["close"], table.starts))
    values = np.empty((len(features), rows), "float32" if config.float32 else "float64")
    *labels, weight = np.empty((len(Labels._fields) + 1, rows))
    blocks = list(symbol_blocks(table.starts, rows))

    def fill(block: SymbolBlock) -> None:
        panel = make_panel(columns, block)
        with np.errstate(all="ignore"):  # a short symbol's column ends with NaN
            _fill_features(values, features, panel, block)
            block_labels = LABELERS[config.label](panel, config)
            for row, label in zip(labels, block_labels, strict=True):
                write_flat(row, label, block)
            if config.weights:
                write_flat(
                    weight, average_uniqueness(block_labels.span, panel["close"], config.horizon), block
                )

    with ThreadPoolExecutor(min(threads, len(blocks))) as pool:
        list(pool.map(fill, blocks))
    return pd.DataFrame(values.T, columns=[f.name for f in features], copy=False), Labels(*labels), weight


def _fill_features(values: np.ndarray, features: list[Feature], panel: Panel, block: SymbolBlock) -> None:
    """Compute the features of a block of symbols and write them into their rows of ``values``."""
    for row, feature in zip(values, features, strict=True):
        write_flat(row, _make(feature, panel), block, feature.lag)
        _refuse_infinity(row[block.starts[0] : block.stop], feature.name)


def _make(feature: Feature, panel: Panel) -> np.ndarray:
    """Values of a feature, (bars, symbols). Raises DataError for another shape, as a plug-in may return."""
    values = np.asarray(feature.make(panel))
    if values.shape != panel["close"].shape:
        raise DataError(
            "PLUGIN-SHAPE",
            f"{printable(feature.name)}: {values.shape} values for {panel['close'].shape} bars × symbols; "
            "return one value per bar and symbol",
        )
    return values


def _refuse_infinity(values: np.ndarray, name: str) -> None:
    infinite = np.isinf(values)
    if infinite.any():
        rows = f"{infinite.sum()} of {len(values)} rows"
        raise DataError("TABLE-INFINITE", f"bars: column {printable(name)} is infinite in {rows}")


def processors() -> int:
    """Number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
