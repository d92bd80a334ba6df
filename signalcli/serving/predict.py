"""Saved models × BARS or FEATURES → SIGNALS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from signalcli.backtesting.booking import positions
from signalcli.config.trading import TradingRule
from signalcli.data.interval import future_date
from signalcli.data.universe import are_members
from signalcli.errors import ConfigError, DataError, printable
from signalcli.schemas import BAND, CLASS_COLUMNS, MEMBER
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.bundle.manifest import Manifest
from signalcli.serving.inputs import complete_rows, make_inputs, refuse_plugins, to_matrix
from signalcli.serving.signals import LABEL, check_signals


def predict(
    bundles: Sequence[Bundle],
    rows: pd.DataFrame,
    thresholds: dict[str, Any] | None = None,
    *,
    every: bool = False,
    max_age: dt.timedelta | None = None,
    adjustment: str | None = None,
    plugins: tuple[str, ...] = (),
    calendar: str = "auto",
) -> pd.DataFrame:
    """SIGNALS of the newest row of each symbol, or of all rows that have every feature.

    Parameters
    ----------
    bundles : sequence of Bundle
        Each predicts its own symbol, a pooled one all symbols.
    rows : DataFrame
        BARS, from which the features are built as for the fit, or FEATURES. Rows outside the universe, if it
        is marked, get no signal.
    thresholds : dict or None
        ``threshold`` and ``long_only``, replacing those saved with the models.
    every : bool
        All rows instead of the newest.
    max_age : timedelta or None
        Maximum time between the last training label of a model and the newest row.
    adjustment : str or None
        How the prices are adjusted, if known.
    plugins : tuple of str
        Plug-ins that may be imported.
    calendar : str
        Calendar of future sessions (`signalcli.data.interval.future_date`).

    Raises
    ------
    DataError
        For a symbol without a model, too few bars, another interval or adjustment, or missing columns.
    ConfigError
        For a model that is too old, needs another plug-in, or computes values that are no probabilities.
    """
    _refuse_symbols(bundles, rows)
    for bundle in bundles:
        refuse_plugins(bundle, plugins)
        _refuse_adjustment(bundle, adjustment)
    parts = []
    for bundle in bundles:
        rule = replace(bundle.manifest.rule, **(thresholds or {}))
        for symbol, own_rows in rows.groupby("symbol", sort=True):
            inside = are_members(own_rows)
            if bundle.manifest.symbol in {None, symbol} and (inside.any() if every else inside[-1]):
                _refuse_age(bundle, own_rows, max_age)
                parts.append(_predict_symbol(bundle, own_rows, rule, calendar, every=every))
    if not parts and MEMBER in rows:
        raise DataError("UNIVERSE-EMPTY", "no symbol of a model is in the universe at its newest bar")
    if not parts:
        raise DataError("PREDICT-SYMBOL", "no bars of a symbol that a model was fitted on")
    return check_signals(pd.concat(parts, ignore_index=True), "signals")


def _refuse_symbols(bundles: Sequence[Bundle], rows: pd.DataFrame) -> None:
    fitted = {bundle.manifest.symbol for bundle in bundles}
    others = sorted(set(rows["symbol"][are_members(rows)]) - fitted)
    if others and None not in fitted:
        raise DataError(
            "PREDICT-SYMBOL",
            f"bars of {printable(', '.join(others[:5]))}; the model was fitted on "
            f"{printable(', '.join(sorted(str(s) for s in fitted)[:5]))}; fit it on these, or with --pooled",
        )


def _refuse_age(bundle: Bundle, rows: pd.DataFrame, max_age: dt.timedelta | None) -> None:
    last_label, newest = bundle.manifest.last_label_date, rows["date"].max().to_pydatetime()
    if max_age is not None and newest - last_label > max_age:
        raise ConfigError(
            "BUNDLE-AGE",
            f"{printable(bundle.folder)}: fitted on labels up to {last_label:%Y-%m-%d}, "
            f"{(newest - last_label).days} days before the newest bar; fit it again",
        )


def _refuse_adjustment(bundle: Bundle, adjustment: str | None) -> None:
    fitted = bundle.manifest.adjustment
    if None not in {adjustment, fitted} and adjustment != fitted:
        raise DataError(
            "PREDICT-ADJUST",
            f"prices are adjusted for {adjustment}; the model was fitted on prices adjusted for {fitted}; "
            f"use --adjust {fitted}",
        )


def _predict_symbol(
    bundle: Bundle, rows: pd.DataFrame, rule: TradingRule, calendar: str, *, every: bool
) -> pd.DataFrame:
    manifest = bundle.manifest
    table = make_inputs(manifest, rows if every else rows.tail(manifest.settled_history))
    table = _complete_rows(manifest, _inside(table, rows)) if every else _newest_row(manifest, table)
    validity = _validity(manifest, rows["date"].to_numpy(), table["date"].to_numpy(), calendar)
    label = {} if manifest.signal_label is None else {LABEL: manifest.signal_label}
    return signals_of_rows(bundle, table, rule).assign(**validity, **label)


def _inside(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The inputs of the rows inside the universe."""
    return table[np.isin(table["date"], rows["date"][are_members(rows)])] if MEMBER in rows else table


def signals_of_rows(bundle: Bundle, table: pd.DataFrame, rule: TradingRule) -> pd.DataFrame:
    """SIGNALS, without their validity, of rows on which every input of the model is known."""
    manifest = bundle.manifest
    probabilities = bundle.probabilities(to_matrix(manifest, table))
    columns = name_columns(manifest, probabilities)
    signals = table[["symbol", "date"]].assign(model=manifest.model, **columns)
    band = {} if manifest.coverage is None else {BAND: manifest.coverage["band"]}
    return signals.assign(
        prediction=np.array(manifest.classes)[np.argmax(probabilities, axis=1)],
        position=positions(signals.assign(**band), rule),
        close=table["close"],
    )


def _complete_rows(manifest: Manifest, table: pd.DataFrame) -> pd.DataFrame:
    """The rows that have every feature; DataError if there is none."""
    X = to_matrix(manifest, table)
    complete = complete_rows(X)
    if not complete.any():
        rarest = printable(manifest.columns[int(np.isfinite(X).sum(axis=0).argmin())])
        raise DataError(
            "PREDICT-UNKNOWN",
            f"{printable(table['symbol'].iloc[0])}: none of {len(table)} rows has every feature; {rarest} is "
            "missing most often; add older bars, or look for missing prices or volumes",
        )
    return table[complete].reset_index(drop=True)


def skipped_lines(signals: pd.DataFrame, bars: pd.DataFrame) -> list[str]:
    """One line that counts the bars behind the first signal of their symbol that have none of their own."""
    firsts = signals.groupby("symbol")["date"].min()
    bars = bars[are_members(bars)]
    later = bars[bars["date"] >= bars["symbol"].map(firsts)]
    counts = later.groupby("symbol").size() - signals.groupby("symbol")["date"].nunique()
    skipped = counts[counts > 0]
    if skipped.empty:
        return []
    names = ", ".join(f"{n} of {printable(str(symbol))}" for symbol, n in skipped[:3].items())
    more = ", …" if len(skipped) > 3 else ""
    text = f"no signal for {skipped.sum()} bars ({names}{more}): a feature is not known there"
    return [f"{text}; look for missing prices or volumes"]


def _newest_row(manifest: Manifest, table: pd.DataFrame) -> pd.DataFrame:
    """The last row; DataError if a feature is missing there, an older row is not used instead."""
    newest = table.tail(1).reset_index(drop=True)
    missing = [c for c in manifest.columns if not np.isfinite(newest[c].iloc[0])]
    if missing:
        raise DataError(
            "PREDICT-UNKNOWN",
            f"{printable(newest['symbol'].iloc[0])}: {printable(missing[0])} is not known at the newest bar; "
            "look for a missing price or volume there",
        )
    return newest


def name_columns(manifest: Manifest, probabilities: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of the probabilities, as in PREDICTIONS."""
    by_class = dict(zip(manifest.classes, probabilities.T, strict=True))
    shown = [1] if set(by_class) <= {0, 1} else [1, 0, -1]
    return {CLASS_COLUMNS[c]: by_class.get(c, np.zeros(len(probabilities))) for c in shown}


def _validity(
    manifest: Manifest, dates: np.ndarray, signal_dates: np.ndarray, calendar: str
) -> dict[str, np.ndarray]:
    """Dates of the first and the last bar that a signal is for; those of future bars are likely ones."""
    horizon = manifest.config.horizon
    future = [future_date(dates, k, manifest.interval, calendar) for k in range(1, horizon + 1)]
    every_date = np.concatenate([dates, np.array(future, dates.dtype)])
    at = np.searchsorted(dates, signal_dates)
    return {"valid_from": every_date[at + 1], "valid_until": every_date[at + horizon]}
