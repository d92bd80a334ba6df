"""BARS → FEATURES: panels of symbols, computed by one thread per processor."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd

from signalcli.config.features import CROSS_RANK, FeatureConfig
from signalcli.data.closes import CloseTime, close_times, is_daily, refuse_zones, zone_conflict
from signalcli.data.universe import are_members, seal_outside
from signalcli.errors import DataError, printable
from signalcli.features.catalogue import select_features
from signalcli.features.extra import choose_extra
from signalcli.features.feature import Feature
from signalcli.features.labels.columns import LABELERS, label_columns
from signalcli.features.labels.cross_rank import check_ranks, rank_labels
from signalcli.features.labels.next_return import Labels
from signalcli.features.labels.uniqueness import average_uniqueness
from signalcli.features.sets.cross_section import market_columns
from signalcli.features.sorted_bars import SortedBars, sort_bars, unbroken_starts
from signalcli.features.timeseries.layout import SymbolBlock, make_panel, symbol_blocks, write_flat
from signalcli.features.timeseries.panel import Panel
from signalcli.schemas import KEPT, KNOWN_AT, MEMBER

NO_TIME, ONE_DAY = np.timedelta64(0, "D"), np.timedelta64(1, "D")


def build(
    bars: pd.DataFrame, config: FeatureConfig | None = None, threads: int | None = None
) -> pd.DataFrame:
    """FEATURES of BARS: the bars, the features known at each close, and the labels.

    One row per bar; a feature that is not known yet is NaN. Of further columns, those of text pass, and those
    of numbers that ``extra`` names are features (`signalcli.features.extra`). With a column ``member``
    (`signalcli.data.universe`) the rows outside have no label and are compared with no symbol. No value
    depends on a later bar, and only ``cross`` features and labels by rank read other symbols. ``threads``
    defaults to the number of processors.

    Raises
    ------
    DataError
        When every symbol has too few bars for one row.
    UsageError
        When ``extra`` names a column that is missing, no number, or of a reserved name.
    """
    config = config or FeatureConfig()
    extra = choose_extra(bars, config)
    table = sort_bars(extra.bars)
    check_lengths(table.lengths, config)
    features = build_sorted(table, config, threads or processors())
    return features.assign(**{KEPT: "|".join(extra.kept)}) if extra.kept else features


def build_sorted(table: SortedBars, config: FeatureConfig, threads: int) -> pd.DataFrame:
    """FEATURES of sorted bars, of any number for each symbol."""
    features, labels, weight = _compute(table, select_features(config), config, threads)
    targets = _targets(table, labels, config, weight if config.weights else None)
    if config.label == CROSS_RANK:
        check_ranks(targets)
    if config.close_time and is_daily(table.columns["date"]):
        targets[KNOWN_AT] = _moments(table, config)
    return pd.concat([table.bars, features, targets], axis=1)


def compute(
    bars: pd.DataFrame, features: Sequence[Feature], config: FeatureConfig | None = None
) -> pd.DataFrame:
    """Only the columns of these features; any number of bars will do."""
    config = config or FeatureConfig()
    return _compute(sort_bars(bars), list(features), config, processors(), labeled=False)[0]


def label(bars: pd.DataFrame, config: FeatureConfig) -> pd.DataFrame:
    """Only the target columns of FEATURES, one row per bar by symbol and date; any number of bars."""
    table = sort_bars(bars)
    _, labels, _ = _compute(table, [], replace(config, weights=False), processors())
    return _targets(table, labels, config, None)


def _targets(
    table: SortedBars, labels: Labels, config: FeatureConfig, weight: np.ndarray | None
) -> pd.DataFrame:
    """The target columns; those by rank compare all symbols of a date."""
    dates = table.columns["date"]
    targets = label_columns(dates, labels, config.horizon, weight)
    if MEMBER in table.bars:
        targets = seal_outside(targets.assign(**{MEMBER: table.bars[MEMBER]})).drop(columns=MEMBER)
    if config.label != CROSS_RANK:
        return targets
    return rank_labels(dates, targets, late=ONE_DAY if _closes_differ(table, config) else NO_TIME)


def _closes_differ(table: SortedBars, config: FeatureConfig) -> bool:
    """Whether daily bars of different symbols close at different moments of a date, as far as is known."""
    dates, symbols = table.columns["date"], list(table.lengths)
    if not is_daily(dates):
        return False
    if config.close_time:
        return len(set(close_times(symbols, config.close_time, dates))) > 1
    return zone_conflict(symbols, np.split(dates, table.starts[1:])) is not None


def check_lengths(lengths: Mapping[str, int], config: FeatureConfig) -> None:
    """Raise DataError when every symbol has too few bars for one row."""
    short = short_symbols(lengths, config)
    if len(short) == len(lengths):
        raise DataError("DATA-FEW", f"{printable(short[0])}: {_too_few(lengths[short[0]], config)}")


def refuse_short(lengths: Mapping[str, int], config: FeatureConfig) -> None:
    """Raise DataError for the first symbol with too few bars for one row."""
    for symbol in short_symbols(lengths, config)[:1]:
        raise DataError("DATA-FEW", f"{printable(symbol)}: {_too_few(lengths[symbol], config)}")


def short_symbols(lengths: Mapping[str, int], config: FeatureConfig) -> list[str]:
    """Symbols with too few bars for one row with features and a label."""
    return [symbol for symbol, length in lengths.items() if length < config.window + config.horizon + 1]


def short_lines(lengths: Mapping[str, int], config: FeatureConfig) -> list[str]:
    """One line that names symbols with too few bars; none without such a symbol."""
    short = short_symbols(lengths, config)
    if not short:
        return []
    shown = f"{printable(short[0])}: {_too_few(lengths[short[0]], config)}"
    more = f", and {len(short) - 1} more symbols" if short[1:] else ""
    return [f"{shown}{more}; their rows stay without features or labels"]


def _too_few(length: int, config: FeatureConfig) -> str:
    needed = config.window + config.horizon + 1
    return f"{length} bars; --window {config.window} --horizon {config.horizon} need at least {needed}"


def _compute(
    table: SortedBars, features: list[Feature], config: FeatureConfig, threads: int, *, labeled: bool = True
) -> tuple[pd.DataFrame, Labels, np.ndarray]:
    """Features, labels and weights of all rows; without ``labeled``, no row of the last two.

    A feature is a row in memory, as pandas stores columns.
    """
    columns, rows = table.columns, len(table.bars)
    starts, after_gap = unbroken_starts(table, config.longest_gap)
    if any(f.across for f in features):
        closes = _closes(table, config)
        not_compared = np.union1d(after_gap, np.flatnonzero(~are_members(table.bars)))
        columns.update(market_columns(columns["date"], columns["close"], table.starts, closes, not_compared))
    values = np.empty((len(features), rows), "float32" if config.float32 else "float64")
    *labels, weight = np.empty((len(Labels._fields) + 1, rows if labeled else 0))
    blocks = list(symbol_blocks(starts, rows))

    def fill(block: SymbolBlock) -> None:
        panel = make_panel(columns, block)
        with np.errstate(all="ignore"):  # a short symbol's column ends with NaN
            _fill_features(values, features, panel, block)
            if labeled:
                _fill_labels(labels, weight, config, panel, block)

    with ThreadPoolExecutor(min(threads, len(blocks))) as pool:
        list(pool.map(fill, blocks))
    return pd.DataFrame(values.T, columns=[f.name for f in features], copy=False), Labels(*labels), weight


def _closes(table: SortedBars, config: FeatureConfig) -> list[CloseTime] | None:
    """Close of each symbol; None where all are known at the same moment. DataError if that is unknown."""
    dates, symbols = table.columns["date"], list(table.lengths)
    if not is_daily(dates):
        return None
    if config.close_time:
        return close_times(symbols, config.close_time, dates)
    refuse_zones(symbols, np.split(dates, table.starts[1:]), "--sets cross")
    return None


def _moments(table: SortedBars, config: FeatureConfig) -> np.ndarray:
    """Moment of each bar's close, UTC."""
    dates = table.columns["date"]
    closes = close_times(list(table.lengths), config.close_time, dates)
    parts = np.split(dates, table.starts[1:])
    return np.concatenate([close.at(part) for close, part in zip(closes, parts, strict=True)])


def _fill_features(values: np.ndarray, features: list[Feature], panel: Panel, block: SymbolBlock) -> None:
    """Compute the features of a block of symbols and write them into their rows of ``values``."""
    for row, feature in zip(values, features, strict=True):
        write_flat(row, _make(feature, panel), block, feature.lag)
        _refuse_infinity(row[block.starts[0] : block.stop], feature.name)


def _fill_labels(
    labels: list[np.ndarray], weight: np.ndarray, config: FeatureConfig, panel: Panel, block: SymbolBlock
) -> None:
    """Compute the labels of a block of symbols and, where the config asks for them, their weights."""
    block_labels = LABELERS[config.label](panel, config)
    for row, label in zip(labels, block_labels, strict=True):
        write_flat(row, label, block)
    if config.weights:
        write_flat(weight, average_uniqueness(block_labels.span, panel["close"], config.label_bars), block)


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
