"""Where bars come from and how they are read."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.option import Option
from signalcli.config.services import is_service, services_of

Adjust = Literal["total", "split", "raw"]
BadRows = Literal["drop", "keep", "error"]
KNOWN = "yahoo, tiingo, ccxt:EXCHANGE, module:function"  # services, as they are typed


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
            "Files of bars (- the pipe), or services: yahoo, tiingo, ccxt:EXCHANGE, module:function.",
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
            "Bar interval of a service: 1d, 1wk, 1h, 5m …",
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
        float,
        Option("Time limit of a fetch from the network, in seconds.", above=0, maximum=86_400, advanced=True),
    ] = 60.0
    include_unfinished: Annotated[
        bool, Option("Keep bars whose session has not closed yet.", advanced=True)
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
    def services(self) -> tuple[str, ...]:
        """Services that are asked one after the other, until one answers; empty when bars come from files."""
        return services_of(self.source)

    @property
    def reads_files(self) -> bool:
        """Whether bars come from files, or from a pipe."""
        return not self.services

    @property
    def from_market(self) -> bool:
        """Whether bars come from services that are asked for a window of dates."""
        return bool(self.services) and self.source != "synthetic"

    def check(self) -> None:
        """Raise UsageError when a file stands beside a service, or one beside the synthetic source."""
        names = [name.strip() for text in self.sources for name in text.split(",")]
        services = [name for name in names if is_service(name)]
        apart = not services or bool(self.services)
        wish = f"the only source, or a file; services are {KNOWN}"
        require(apart, "--source", ",".join(services), wish)
        alone = "synthetic" not in names or len(names) == 1
        require(alone, "--source", "synthetic", "the only source")
