"""Run all checks on all symbols."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.quality import dates, flat, jumps, prices
from signalcli.data.quality.dividends import dividend_faults
from signalcli.data.quality.findings import Finding
from signalcli.data.quality.peers import missing_beside_others
from signalcli.data.quality.sessions import session_faults
from signalcli.data.quality.stale import staleness

Check = Callable[[pd.DataFrame, QualityConfig], list[Finding]]

# Each group gets fewer rows than the one before: all in the order of the file; sorted by date; one row for
# each date; only rows with valid prices.
IN_FILE_ORDER: tuple[Check, ...] = (dates.disorder,)
SORTED: tuple[Check, ...] = (
    prices.missing_prices,
    prices.impossible_numbers,
    prices.inconsistent_prices,
    prices.mixed_scales,
    dates.duplicates,
)
UNIQUE_DATES: tuple[Check, ...] = (dates.time_zones, staleness, session_faults)
VALID: tuple[Check, ...] = (
    flat.flat_runs,
    flat.zero_volume_runs,
    jumps.split_jumps,
    jumps.other_units,
    dates.copied_blocks,
    dividend_faults,
)


def validate(raw: pd.DataFrame, config: QualityConfig) -> pd.DataFrame:
    """Return the findings of raw bars: symbol, date, check, severity, value, message; by symbol and date.

    raw : symbol, date, open, high, low, close, optionally volume, adj_close and split, as the file has them;
        the index is the line number.
    """
    findings = missing_beside_others(raw.sort_values("date", kind="stable"), config)
    for _, rows in raw.groupby("symbol", sort=True, dropna=False):
        findings += _check_symbol(rows, config)
    table = pd.DataFrame(findings, columns=list(Finding._fields))
    table = table.astype(
        {"symbol": "str", "check": "str", "severity": "str", "message": "str", "value": "float64"}
    )
    table["date"] = pd.to_datetime(table["date"]).astype("datetime64[us]")
    return table.sort_values(["symbol", "date", "check"], kind="stable", ignore_index=True)


def _check_symbol(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    by_date = rows.sort_values("date", kind="stable")
    valid = by_date[prices.is_valid(by_date, config)].drop_duplicates("date")
    findings = _run_checks(IN_FILE_ORDER, rows, config) + _run_checks(SORTED, by_date, config)
    findings += _run_checks(UNIQUE_DATES, by_date.drop_duplicates("date"), config)
    return findings + (_run_checks(VALID, valid, config) if len(valid) else [])


def _run_checks(checks: tuple[Check, ...], rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    return [finding for check in checks for finding in check(rows, config)]
