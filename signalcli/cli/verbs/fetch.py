"""``signalcli fetch``: symbols → BARS."""

from __future__ import annotations

from typing import Annotated, Any

from signalcli.cli.inputs import Symbols, fetch_bars, raise_failure
from signalcli.cli.options.slots import NOTHING, Given, Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit
from signalcli.cli.steps.fits.left_out import warn_of_jumps
from signalcli.cli.words import split_words
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.fetch import FetchConfig
from signalcli.config.output import OutputConfig
from signalcli.config.retry import RetryConfig
from signalcli.config.store import StoreConfig


@verb
def fetch(
    symbols: Symbols = None,
    fetching: FetchConfig = FetchConfig(),
    given: Annotated[dict[str, Any], Given(FetchConfig, "source")] = NOTHING,
    storing: Annotated[StoreConfig, Only("wait", "on_rewrite", "overlap")] = StoreConfig(),
    retrying: RetryConfig = RetryConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Write bars from Yahoo, files, or a synthetic process.

    With --store, what is missing there is fetched first.

    \b
    signalcli fetch IBM AAPL --start 2015-01-01 > bars.csv
    signalcli fetch IBM AAPL --store prices --wait 60 > bars.csv
    signalcli fetch AAPL.csv MSFT.csv
    signalcli fetch --source prices.duckdb --table bars
    signalcli fetch walk ar1 xor --source synthetic --rows 3000 --set ar1.phi=0.3
    signalcli fetch S001..S500 --source synthetic --process walk --set walk.correlation=0.3
    """
    names, config = split_words(symbols or [], fetching, given)
    refuse_conflicts(config, storing, verb="fetch")
    fetched = fetch_bars(names, config, storing if config.store else None, partial=True)
    warn_of_jumps(fetched.bars)
    emit(fetched.bars, output)
    raise_failure(fetched)
