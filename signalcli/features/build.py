"""BARS to FEATURES: panels of symbols, worked on by as many threads as there are processors."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.errors import DataError, printable
from signalcli.features.catalogue import features_of
from signalcli.features.feature import Feature
from signalcli.features.labels.columns import TARGETS, label_columns
from signalcli.features.labels.next_return import Target
from signalcli.features.labels.uniqueness import uniqueness
from signalcli.features.sets.cross_section import market
from signalcli.features.timeseries.layout import PRICES, Stretch, panel, stretches, write
from signalcli.features.timeseries.panel import Panel
from signalcli.schemas import BARS, check

if TYPE_CHECKING:
    import pandas as pd


def build(
    bars: pd.DataFrame, config: FeatureConfig | None = None, threads: int | None = None
) -> pd.DataFrame:
    """FEATURES of BARS: the bars, what is known at each close, and the target.

    Rows are kept one for one; a feature that is not known yet is NaN. No value depends on a later bar of
    its symbol or on any bar of another. ``threads`` are as many as there are processors unless it is said.
    Raises DataError when a symbol has too few bars for one row.
    """
    import pandas as pd

    config = config or FeatureConfig()
    table = sorted_bars(bars)
    lengths = np.diff(np.append(table.starts, len(table.bars))).tolist()
    refuse_short(dict(zip(table.bars["symbol"].iloc[table.starts], lengths, strict=True)), config)
    made, target, weight = _columns(table, features_of(config), config, threads or processors())
    labels = label_columns(table.columns["date"], target, weight if config.weights else None)
    fresh = {*made.columns, *labels.columns}  # made anew, if the bars carry old ones
    kept = table.bars.drop(columns=[c for c in table.bars.columns if c in fresh])
    return pd.concat([kept, made, labels], axis=1)


def compute(bars: pd.DataFrame, features: Sequence[Feature]) -> pd.DataFrame:
    """These features of BARS alone, for as few bars as there are."""
    return _columns(sorted_bars(bars), list(features), FeatureConfig(), processors())[0]


class SortedBars(NamedTuple):
    """BARS in order, their columns as flat arrays, and the row at which each symbol starts."""

    bars: pd.DataFrame
    columns: dict[str, np.ndarray]
    starts: np.ndarray


def sorted_bars(bars: pd.DataFrame) -> SortedBars:
    """The bars by symbol and date, checked; not copied where they are in order already."""
    if not _in_order(bars):
        bars = check(bars, BARS, "bars")
    bars = bars.reset_index(drop=True)
    columns = {name: np.ascontiguousarray(bars[name].to_numpy()) for name in (*PRICES, "date")}
    return SortedBars(bars, columns, symbol_starts(bars["symbol"]))


def symbol_starts(symbols: pd.Series[Any]) -> np.ndarray:
    """Rows at which another symbol begins."""
    import pandas as pd

    codes = pd.factorize(symbols)[0]
    return np.flatnonzero(np.diff(codes, prepend=-1))


def _in_order(bars: pd.DataFrame) -> bool:
    """Whether the table holds its contract as it stands: types, ascending keys, nothing infinite."""
    if any(str(bars[c].dtype) != kind.value for c, kind in BARS.columns.items() if c in bars):
        return False
    if not set(BARS.columns) <= set(bars.columns) or len(bars) == 0:
        return False
    starts, dates = symbol_starts(bars["symbol"]), bars["date"].to_numpy()
    names = bars["symbol"].iloc[starts]
    rising = dates[1:] > dates[:-1]  # NaT is not
    rising[starts[1:] - 1] = True
    floats = [bars[c].to_numpy() for c in bars.columns[[d.kind == "f" for d in bars.dtypes]]]
    return bool(
        names.is_monotonic_increasing
        and names.is_unique
        and not names.isin([""]).any()
        and not names.isna().any()
        and not np.isnat(dates).any()
        and rising.all()
        and not any(np.isinf(values).any() for values in floats)
    )


def refuse_short(lengths: Mapping[str, int], config: FeatureConfig) -> None:
    """Raise DataError for the first symbol whose bars are too few for one row."""
    needed = config.window + config.horizon + 1
    for symbol, length in lengths.items():
        if length < needed:
            raise DataError(
                "DATA-FEW",
                f"{printable(symbol)}: {length} bars; --window {config.window} "
                f"--horizon {config.horizon} need {needed} at least",
            )


def _columns(
    table: SortedBars, features: list[Feature], config: FeatureConfig, threads: int
) -> tuple[pd.DataFrame, Target, np.ndarray]:
    """All features of all symbols, one row of memory a feature: the layout in which pandas keeps columns."""
    import pandas as pd

    if any(f.across for f in features):
        columns = table.columns
        columns.update(market(columns["date"], columns["close"], table.starts))
    block = np.empty((len(features), len(table.bars)), "float32" if config.float32 else "float64")
    *target, weight = np.empty((len(Target._fields) + 1, len(table.bars)))
    parts = list(stretches(table.starts, len(table.bars)))

    def fill(stretch: Stretch) -> None:
        bars = panel(table.columns, stretch)
        with np.errstate(all="ignore"):  # behind the last bar of a short symbol there is nothing
            _fill(block, features, bars, stretch)
            answers = TARGETS[config.label](bars, config)
            for row, found in zip(target, answers, strict=True):
                write(row, found, stretch)
            if config.weights:
                write(weight, uniqueness(answers.span, bars["close"], config.horizon), stretch)

    with ThreadPoolExecutor(min(threads, len(parts))) as pool:
        list(pool.map(fill, parts))
    return pd.DataFrame(block.T, columns=[f.name for f in features], copy=False), Target(*target), weight


def _fill(block: np.ndarray, features: list[Feature], bars: Panel, stretch: Stretch) -> None:
    """Work out the features of some symbols and put them into their rows of the block."""
    for row, feature in zip(block, features, strict=True):
        write(row, _made(feature, bars), stretch, feature.lag)
        _refuse_infinity(row[stretch.starts[0] : stretch.stop], feature.name)


def _made(feature: Feature, bars: Panel) -> np.ndarray:
    """The feature of every bar. Raises DataError where a plug-in gives anything else."""
    found = np.asarray(feature.make(bars))
    if found.shape != bars["close"].shape:
        raise DataError(
            "PLUGIN-SHAPE",
            f"{printable(feature.name)}: {found.shape} values for {bars['close'].shape} bars × symbols",
        )
    return found


def _refuse_infinity(values: np.ndarray, name: str) -> None:
    endless = np.isinf(values)
    if endless.any():
        rows = f"{endless.sum()} of {len(values)} rows"
        raise DataError("TABLE-INFINITE", f"bars: column {printable(name)} is infinite in {rows}")


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
