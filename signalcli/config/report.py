"""Where a report is written, and as what."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.option import Option, brief
from signalcli.config.output import OutputFile
from signalcli.errors import UsageError

Kind = Literal["html", "md"]
SUFFIXES: dict[str, Kind] = {".html": "html", ".htm": "html", ".md": "md", ".markdown": "md"}


@dataclass(frozen=True)
class ReportConfig(Config):
    """File and format of a report."""

    heading: ClassVar[str] = "Output"

    output: OutputFile = "-"
    format: Annotated[
        Kind | None,
        Option(
            "By default that of the file name; else md on a terminal, html in a pipe.", ("--format", "-f")
        ),
    ] = None

    def kind(self, *, terminal: bool) -> Kind:
        """Format of the report. Raises UsageError for a file whose name does not tell it."""
        if self.format is not None:
            return self.format
        if self.output == "-":
            return "md" if terminal else "html"
        suffix = Path(self.output).suffix.lower()
        if suffix not in SUFFIXES:
            raise UsageError(
                "REPORT-FORMAT", f"{brief(self.output)}: must end in .html or .md, or add --format html or md"
            )
        return SUFFIXES[suffix]


@dataclass(frozen=True)
class RunReportConfig(Config):
    """The report that a run writes beside its other results."""

    heading: ClassVar[str] = "Output"
    section: ClassVar[str] = "output"

    report: Annotated[
        str | None,
        Option("Write a report to this file (.html or .md).", metavar="FILE", complete="files", writes=True),
    ] = None
