"""``signalcli join``: BARS and other series → BARS with further columns."""

from __future__ import annotations

from typing import Annotated

import typer

from signalcli.cli.inputs import fetch_bars, table_source
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit
from signalcli.cli.steps.fits.left_out import warn
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.join import JoinConfig
from signalcli.config.output import OutputConfig
from signalcli.errors import UsageError
from signalcli.io.files import STDIO

Tables = Annotated[
    list[str] | None,
    typer.Argument(
        help="BARS table, then side tables; one name alone is a side table of the bars in the pipe.",
        metavar="BARS SIDE",
    ),
]
READ_BARS = ("table", "query", "adjust", "date_format", "columns", "no_header", "bad_rows")


@verb
def join(
    tables: Tables = None,
    config: JoinConfig = JoinConfig(),
    closes: Annotated[FeatureConfig, Only("close_time")] = FeatureConfig(),
    reading: Annotated[FetchConfig, Only(*READ_BARS)] = FetchConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Add other series to bars, each value from its release on.

    A release on the day of a daily row counts for it only when --close-time says when the row closes; a
    release without a time counts from the next day on.

    \b
    signalcli join bars.csv macro.csv --on-release released_at --tolerance 40d
    signalcli fetch IBM | signalcli join macro.csv | signalcli features --extra cpi
    """
    from dataclasses import replace

    from signalcli.data.join.join import join as join_sides
    from signalcli.data.join.side import read_side

    bars, sides = _split(tables or [])
    config.check_tables(len(sides))
    fetched = fetch_bars([], replace(reading, source=bars))
    read = [read_side(source, number, config) for number, source in enumerate(sides)]
    joined = join_sides(fetched.bars, read, config, closes.close_time)
    warn(joined.lines)
    emit(joined.bars, output)


def _split(tables: list[str]) -> tuple[str, list[str]]:
    """Return the bars and the side tables. Raises UsageError without a side table."""
    if not tables or tables == [STDIO]:
        raise UsageError("JOIN-TABLES", "name a side table: signalcli join BARS SIDE [SIDE …]")
    if tables.count(STDIO) > 1:
        raise UsageError("JOIN-TABLES", "the pipe can be read once; name the other tables")
    bars, *sides = tables if len(tables) > 1 else [table_source(None, "BARS", "fetch"), *tables]
    return bars, sides
