"""Saved models × BARS or FEATURES → SIGNALS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.backtest.simulate import positions
from signalcli.config.trading import TradingRule
from signalcli.data.interval import ahead, interval_of
from signalcli.errors import ConfigError, DataError, printable
from signalcli.features.build import build
from signalcli.schemas import BAND, CLASS_COLUMNS
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.bundle.manifest import Manifest
from signalcli.serving.signals import checked

if TYPE_CHECKING:
    import pandas as pd

ENOUGH_DATES = 10  # to see from them how long a bar is


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
    """SIGNALS of the newest row of each symbol, or of every row that has all features.

    Parameters
    ----------
    bundles : sequence of Bundle
        Each is asked about its own symbol, a pooled one about all.
    rows : DataFrame
        BARS, from which the features are built as they were in training, or FEATURES, taken as they are.
    thresholds : dict or None
        ``threshold`` and ``long_only`` in the place of those that each model brings.
    every : bool
        All rows instead of the newest.
    max_age : timedelta or None
        Longest time between the last label a model learnt from and the newest row.
    adjustment : str or None
        How the prices of the bars are adjusted, where that is known.
    plugins : tuple of str
        Plug-ins that may be imported; a model names them, but a file must not decide what code is run.
    calendar : str
        Which sessions are to come (`signalcli.data.interval.ahead`).

    Raises
    ------
    DataError
        For a symbol without a model, too few bars, another interval or adjustment, or missing columns.
    ConfigError
        For a model that is too old, that computes what is no probability, or that needs another plug-in.
    """
    import pandas as pd

    _refuse_strangers(bundles, rows)
    for bundle in bundles:
        refuse_plugins(bundle, plugins)
        _refuse_adjustment(bundle, adjustment)
    parts = []
    for bundle in bundles:
        for symbol, mine in rows.groupby("symbol", sort=True):
            if bundle.manifest.symbol in {None, symbol}:
                _refuse_age(bundle, mine, max_age)
                parts.append(
                    _of_symbol(bundle, mine, _rule(bundle.manifest, thresholds), calendar, every=every)
                )
    return checked(pd.concat(parts, ignore_index=True), "signals")


def _refuse_strangers(bundles: Sequence[Bundle], rows: pd.DataFrame) -> None:
    known = {bundle.manifest.symbol for bundle in bundles}
    strangers = sorted(set(rows["symbol"]) - known)
    if strangers and None not in known:
        raise DataError(
            "PREDICT-SYMBOL",
            f"bars of {printable(', '.join(strangers[:5]))}; the model was fitted on "
            f"{printable(', '.join(sorted(str(k) for k in known)[:5]))}; fit it on these, or with --pooled",
        )


def _refuse_age(bundle: Bundle, rows: pd.DataFrame, max_age: dt.timedelta | None) -> None:
    known, newest = bundle.manifest.known, rows["date"].max().to_pydatetime()
    if max_age is not None and newest - known > max_age:
        raise ConfigError(
            "BUNDLE-AGE",
            f"{printable(bundle.folder)}: learnt from labels up to {known:%Y-%m-%d}, "
            f"{(newest - known).days} days before the newest bar; fit it anew",
        )


def refuse_plugins(bundle: Bundle, plugins: tuple[str, ...]) -> None:
    """Refuse code that only the file asks for, and not the user. Raises ConfigError."""
    wanted = bundle.manifest.config.plugins
    if set(wanted) - set(plugins):
        raise ConfigError(
            "PREDICT-PLUGIN",
            f"{printable(bundle.folder)}: its features come from {printable(', '.join(wanted))}; "
            f"if you trust that code, say --plugin {printable(','.join(wanted))}",
        )


def _refuse_adjustment(bundle: Bundle, adjustment: str | None) -> None:
    learnt = bundle.manifest.adjustment
    if None not in {adjustment, learnt} and adjustment != learnt:
        raise DataError(
            "PREDICT-ADJUST",
            f"prices are adjusted for {adjustment}; the model learnt from prices adjusted for {learnt}; "
            f"use --adjust {learnt}",
        )


def _rule(manifest: Manifest, given: dict[str, Any] | None) -> TradingRule:
    return TradingRule(**manifest.thresholds | (given or {}))


def _of_symbol(
    bundle: Bundle, rows: pd.DataFrame, rule: TradingRule, calendar: str, *, every: bool
) -> pd.DataFrame:
    manifest = bundle.manifest
    table = columns_for(manifest, rows if every else rows.tail(manifest.settled_history))
    asked = _known(manifest, table) if every else _newest(manifest, table)
    probabilities = bundle.probabilities(inputs_of(manifest, asked))
    found = asked[["symbol", "date"]].assign(model=manifest.model, **_named(manifest, probabilities))
    banded = found if manifest.coverage is None else found.assign(**{BAND: manifest.coverage["band"]})
    return found.assign(
        prediction=np.array(manifest.classes)[np.argmax(probabilities, axis=1)],
        position=positions(banded, rule),
        close=asked["close"],
        **_validity(manifest, rows["date"].to_numpy(), asked["date"].to_numpy(), calendar),
    )


def columns_for(manifest: Manifest, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of one symbol with the columns that the model reads, made from the bars unless they are there."""
    _refuse_interval(manifest, rows)
    if {"forward_return", "label_end"} <= set(rows.columns):
        return _given(manifest, rows)
    symbol = printable(rows["symbol"].iloc[0])
    if manifest.own_columns:
        raise DataError(
            "PREDICT-COLUMNS",
            f"{symbol}: the model reads {printable(manifest.own_columns[0])}, which bars do not give; pipe "
            "FEATURES with that column in",
        )
    if len(rows) < manifest.min_history:
        raise DataError(
            "DATA-FEW", f"{symbol}: {len(rows)} bars; this model needs {manifest.min_history} at least"
        )
    return build(rows, manifest.config)


def _given(manifest: Manifest, features: pd.DataFrame) -> pd.DataFrame:
    """FEATURES as they came; cells that looked like codes were read as text."""
    missing = [c for c in manifest.columns if c not in features]
    if missing:
        raise DataError(
            "PREDICT-COLUMNS",
            f"no column {printable(missing[0])}, and {len(missing) - 1} more that the model reads; "
            "make FEATURES as they were when it was fitted, or give it bars",
        )
    numbers = [*manifest.columns, "forward_return", "direction"]
    try:
        known = features.assign(**{c: _number(features[c]) for c in numbers if c in features})
        return known.assign(label_end=_dates(features["label_end"]))
    except (TypeError, ValueError) as error:
        raise DataError("PREDICT-COLUMNS", f"a feature is no number: {printable(error)}") from error


def _number(column: pd.Series[Any]) -> pd.Series[Any]:
    """Numbers of text, to the last bit; an empty cell is not known."""
    if column.dtype.kind not in "fiu":
        column = column.mask(column == "")
    return column.astype("float64")


def _dates(column: pd.Series[Any]) -> pd.Series[Any]:
    """Naive UTC dates of ISO 8601 text; empty is not yet."""
    import pandas as pd

    return pd.to_datetime(column, utc=True, format="ISO8601").dt.tz_localize(None).astype("datetime64[us]")


def _refuse_interval(manifest: Manifest, rows: pd.DataFrame) -> None:
    found = interval_of([rows["date"].to_numpy()])
    if len(rows) >= ENOUGH_DATES and found != manifest.interval:
        raise DataError(
            "PREDICT-INTERVAL",
            f"{printable(rows['symbol'].iloc[0])}: bars of {found}; the model learnt from bars of "
            f"{manifest.interval}",
        )


def _known(manifest: Manifest, table: pd.DataFrame) -> pd.DataFrame:
    """Rows with every feature."""
    return table[np.isfinite(inputs_of(manifest, table)).all(axis=1)].reset_index(drop=True)


def _newest(manifest: Manifest, table: pd.DataFrame) -> pd.DataFrame:
    """The last row; a feature that is not known there is not looked for in an older one."""
    newest = table.tail(1).reset_index(drop=True)
    unknown = [c for c in manifest.columns if not np.isfinite(newest[c].iloc[0])]
    if unknown:
        raise DataError(
            "PREDICT-UNKNOWN",
            f"{printable(newest['symbol'].iloc[0])}: {printable(unknown[0])} is not known at the newest bar",
        )
    return newest


def inputs_of(manifest: Manifest, table: pd.DataFrame) -> np.ndarray:
    """What the model reads, (n_rows, n_columns)."""
    return np.ascontiguousarray(table[manifest.columns].to_numpy("float64"))


def _named(manifest: Manifest, probabilities: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of the probabilities, as PREDICTIONS have them."""
    of_class = dict(zip(manifest.classes, probabilities.T, strict=True))
    shown = [1] if set(of_class) <= {0, 1} else [1, 0, -1]
    return {CLASS_COLUMNS[c]: of_class.get(c, np.zeros(len(probabilities))) for c in shown}


def _validity(
    manifest: Manifest, dates: np.ndarray, asked: np.ndarray, calendar: str
) -> dict[str, np.ndarray]:
    """Labels of the first and the last bar a signal is for; those not there yet are the likely ones."""
    horizon = manifest.config.horizon
    coming = [ahead(dates, k, manifest.interval, calendar) for k in range(1, horizon + 1)]
    labels = np.concatenate([dates, np.array(coming, dates.dtype)])
    at = np.searchsorted(dates, asked)
    return {"valid_from": labels[at + 1], "valid_until": labels[at + horizon]}
