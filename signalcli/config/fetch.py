"""Where bars come from and how they are read."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.option import Option

Adjust = Literal["total", "split", "raw"]
BadRows = Literal["drop", "keep", "error"]
SERVICES = ("yahoo", "synthetic")  # sources that are no files


@dataclass(frozen=True)
class FetchConfig(Config):
    """Where bars come from and how they are read.

    ``settings`` maps the name of a synthetic process to its parameters.
    """

    heading: ClassVar[str] = "Input"
    section: ClassVar[str] = "fetch"

    source: Annotated[
        str | tuple[str, ...],
        Option(
            "yahoo, synthetic, or a file, folder or pattern of bars (- for the pipe); repeatable.",
            ("--source", "-s"),
            "SOURCE",
            complete="source",
        ),
    ] = "yahoo"
    table: Annotated[
        str | None,
        Option(
            "Table of a SQLite or DuckDB file, sheet of a workbook, or file of an archive.",
            metavar="NAME",
            advanced=True,
        ),
    ] = None
    query: Annotated[
        str | None,
        Option("SELECT that a SQLite or DuckDB file is asked for its bars.", metavar="SQL", advanced=True),
    ] = None
    start: Annotated[dt.date | None, Option("First date.", metavar="DATE")] = None
    end: Annotated[dt.date | None, Option("Last date, included.", metavar="DATE")] = None
    interval: Annotated[
        str,
        Option(
            "Bar interval of yahoo and synthetic: 1d, 1wk, 1h, 5m …",
            ("--interval", "-i"),
            "INTERVAL",
            complete="intervals",
        ),
    ] = "1d"
    adjust: Annotated[
        Adjust,
        Option("Price adjustment: for splits and dividends, for splits only, or none.", advanced=True),
    ] = "total"
    bad_rows: Annotated[
        BadRows, Option("What to do with invalid rows (missing or inconsistent prices).", advanced=True)
    ] = "drop"
    strict: Annotated[bool, Option("Reject a file whose dates are not in order.", advanced=True, key="-")] = (
        False
    )
    date_format: Annotated[
        str | None,
        Option("strptime format of the dates in a file, such as %d.%m.%Y.", metavar="FORMAT", advanced=True),
    ] = None
    columns: Annotated[
        tuple[str, ...],
        Option(
            "Columns of a file that are not recognized: their names, or 1-based positions.",
            metavar="FIELD=COLUMN,…",
            advanced=True,
        ),
    ] = ()
    no_header: Annotated[
        bool, Option("Read the first line of a file as a bar, not as names of columns.", advanced=True)
    ] = False
    timeout: Annotated[
        float, Option("Time limit of a Yahoo fetch, in seconds.", above=0, maximum=86_400, advanced=True)
    ] = 60.0
    include_unfinished: Annotated[
        bool, Option("Keep bars whose session has not closed yet (yahoo).", advanced=True)
    ] = False
    process: Annotated[
        str | None,
        Option(
            "Synthetic process of all symbols; by default each symbol is the name of its process.",
            metavar="NAME",
            advanced=True,
            complete="processes",
        ),
    ] = None
    rows: Annotated[
        int, Option("Number of synthetic bars.", minimum=1, maximum=100_000_000, advanced=True)
    ] = 2520
    seed: Annotated[int, Option("Random seed.", minimum=0, maximum=2**32 - 1, advanced=True, key="-")] = 0
    settings: Annotated[
        dict[str, dict[str, Any]],
        Option(
            "Parameter of a synthetic process, such as ar1.phi=0.3.",
            ("--set",),
            "PROCESS.PARAM=VALUE",
            advanced=True,
            key="-",
            complete="parameters",
        ),
    ] = field(default_factory=dict)
    store: Annotated[
        str | None,
        Option(
            "Read bars from this store; 'default' is in your data folder.", metavar="DIR", complete="folders"
        ),
    ] = None

    @property
    def sources(self) -> tuple[str, ...]:
        """All sources: several files, or one of any kind."""
        return (self.source,) if isinstance(self.source, str) else self.source

    @property
    def reads_files(self) -> bool:
        """Whether bars come from files, or from a pipe."""
        return self.source not in SERVICES

    def check(self) -> None:
        """Raise UsageError when a file stands beside another kind of source."""
        others = [name for name in self.sources if name in SERVICES]
        require(
            not others or self.source in SERVICES, "--source", ",".join(others), "the only source, or a file"
        )
