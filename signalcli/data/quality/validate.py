"""All checks over all symbols."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.dates import copied_blocks, disorder, duplicates, time_zones
from signalcli.data.quality.findings import Finding
from signalcli.data.quality.flat import flat_runs, zero_volume_runs
from signalcli.data.quality.jumps import other_units, split_jumps
from signalcli.data.quality.prices import (
    impossible_numbers,
    inconsistent_prices,
    missing_prices,
    mixed_scales,
    sound,
)
from signalcli.data.quality.sessions import sessions
from signalcli.data.quality.stale import staleness

Check = Callable[[pd.DataFrame, QualityConfig], list[Finding]]

# Rows as they stand in the file; in order of date; of these, each date once; of these, with sound prices.
AS_THEY_STAND: tuple[Check, ...] = (disorder,)
BY_DATE: tuple[Check, ...] = (
    missing_prices,
    impossible_numbers,
    inconsistent_prices,
    mixed_scales,
    duplicates,
)
EACH_DATE: tuple[Check, ...] = (time_zones, staleness, sessions)
SOUND: tuple[Check, ...] = (
    flat_runs,
    zero_volume_runs,
    split_jumps,
    other_units,
    copied_blocks,
)


def validate(raw: pd.DataFrame, config: QualityConfig) -> pd.DataFrame:
    """Findings of raw bars: symbol, date, check, severity, value, message; by symbol and date.

    raw : symbol, date, open, high, low, close, optionally volume, adj_close and split, as the file has them;
        the index is the line number. No row is dropped before it was judged.
    """
    found: list[Finding] = []
    for _, rows in raw.groupby("symbol", sort=True, dropna=False):
        found += _of_symbol(rows, config)
    table = pd.DataFrame(found, columns=list(Finding._fields))
    table = table.astype(
        {"symbol": "str", "check": "str", "severity": "str", "message": "str", "value": "float64"}
    )
    table["date"] = pd.to_datetime(table["date"]).astype("datetime64[us]")
    return table.sort_values(["symbol", "date", "check"], kind="stable", ignore_index=True)


def _of_symbol(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    by_date = rows.sort_values("date", kind="stable")
    fine = by_date[sound(by_date, config)].drop_duplicates("date")
    found = _checked(AS_THEY_STAND, rows, config) + _checked(BY_DATE, by_date, config)
    found += _checked(EACH_DATE, by_date.drop_duplicates("date"), config)
    return found + (_checked(SOUND, fine, config) if len(fine) else [])


def _checked(checks: tuple[Check, ...], rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    return [finding for check in checks for finding in check(rows, config)]
