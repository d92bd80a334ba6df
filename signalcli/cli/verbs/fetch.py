"""``signalcli fetch``: symbols → BARS."""

from __future__ import annotations

from typing import Annotated

from signalcli.cli.inputs import Symbols, fetch_bars, raise_failure
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit
from signalcli.cli.steps.left_out import warn_of_jumps
from signalcli.config.fetch import FetchConfig
from signalcli.config.output import OutputConfig
from signalcli.config.store import StoreConfig


@verb
def fetch(
    symbols: Symbols = None,
    fetching: FetchConfig = FetchConfig(),
    storing: Annotated[StoreConfig, Only("wait", "on_rewrite", "overlap")] = StoreConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Write bars from Yahoo, a CSV file, or a synthetic process.

    With --store, what is missing there is fetched first.

    \b
    signalcli fetch IBM AAPL --start 2015-01-01 > bars.csv
    signalcli fetch IBM AAPL --store prices --wait 60 > bars.csv
    signalcli fetch --source prices.csv
    signalcli fetch walk ar1 xor --source synthetic --rows 3000 --set ar1.phi=0.3
    """
    fetched = fetch_bars(symbols or [], fetching, storing if fetching.store else None)
    warn_of_jumps(fetched.bars)
    emit(fetched.bars, output)
    raise_failure(fetched)
