"""Whether Yahoo answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from signalcli.config.fetch import FetchConfig
from signalcli.errors import SignalcliError
from signalcli.io.libraries import install_command, is_installed
from signalcli.serving.doctor.finding import Finding

SYMBOL = "IBM"  # listed since 1915
WINDOW = dt.timedelta(days=14)
SECONDS = 20.0


def check_yahoo(now: dt.datetime) -> Iterator[Finding]:
    """Yield whether Yahoo gives the bars of the last days. One request, with a time limit."""
    if not is_installed("yfinance"):
        remedy = install_command(["yfinance", "curl_cffi"])
        yield Finding("network", "yahoo", "yfinance is not installed", "fault", remedy)
        return
    from signalcli.data.sources.fetch import fetch

    try:
        fetched = fetch([SYMBOL], FetchConfig(start=(now - WINDOW).date(), timeout=SECONDS), now)
        failures = fetched.failures
    except SignalcliError as error:
        failures = [error]
    if failures:
        remedy = "try later; else check name server, proxy (HTTPS_PROXY), firewall and clock"
        yield Finding("network", "yahoo", failures[0].message, "fault", remedy)
    else:
        yield Finding("network", "yahoo", f"answers: bars up to {fetched.bars['date'].max():%Y-%m-%d}")
