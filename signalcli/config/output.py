"""Where results are written, and in which format."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.option import Option

STDOUT = "-"
Format = Literal["table", "csv", "json", "jsonl", "parquet"]
OutputFile = Annotated[
    str,
    Option(
        "File to write, replaced atomically; - is standard output.",
        ("--output", "-o"),
        "FILE",
        complete="files",
        writes=True,
    ),
]


@dataclass(frozen=True)
class OutputConfig(Config):
    """Where the result table is written, and in which format."""

    heading: ClassVar[str] = "Output"
    section: ClassVar[str] = "output"

    output: OutputFile = STDOUT
    format: Annotated[
        Format | None,
        Option("Output format; by default that of the file name, else csv.", ("--format", "-f")),
    ] = None
    json: Annotated[bool, Option("Same as --format json.", advanced=True, key="-")] = False

    @property
    def chosen(self) -> Format | None:
        """The format that was asked for; None leaves it to the file name and the terminal."""
        return "json" if self.json else self.format


@dataclass(frozen=True)
class ReturnsConfig(OutputConfig):
    """The same, and where the RETURNS behind the METRICS are written."""

    returns: Annotated[
        str | None,
        Option(
            "Write the RETURNS table to this file; - writes it instead of METRICS.",
            metavar="FILE",
            advanced=True,
            complete="files",
            writes=True,
        ),
    ] = None

    @property
    def replaces_metrics(self) -> bool:
        """Whether RETURNS take the place of METRICS on standard output."""
        return self.returns == self.output == STDOUT


@dataclass(frozen=True)
class LedgerConfig(Config):
    """Where fits are recorded, and whether their number deflates the Sharpe ratio."""

    heading: ClassVar[str] = "Ledger"
    section: ClassVar[str] = "output"

    ledger: Annotated[
        str,
        Option(
            "Ledger of all fits; 'default' is in your state folder.",
            metavar="FILE|off",
            advanced=True,
            complete="files",
        ),
    ] = "default"
    deflate: Annotated[
        bool,
        Option("Compute the deflated Sharpe ratio (dsr) by the trials in the ledger.", advanced=True),
    ] = False


@dataclass(frozen=True)
class GeneralConfig(Config):
    """What is printed on standard error."""

    heading: ClassVar[str] = "General"

    quiet: Annotated[bool, Option("Print no warnings and no progress.", ("--quiet", "-q"))] = False
    verbose: Annotated[bool, Option("Print what is read and done.", ("--verbose", "-v"))] = False
    debug: Annotated[bool, Option("Print the traceback of an error.", advanced=True)] = False
