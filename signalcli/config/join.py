"""How other series are joined to bars."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.option import Option
from signalcli.config.span import duration

PERIODS = ("period", "date")  # names of the column with the period of a value


@dataclass(frozen=True)
class JoinConfig(Config):
    """How other series are joined to bars: by the time at which each value was released.

    A setting with several values has one for each side table, in their order; a single one is that of all.
    """

    heading: ClassVar[str] = "Join"

    on_release: Annotated[
        tuple[str, ...],
        Option("Column with the time of release; several: one for each side table.", metavar="COLUMN[,…]"),
    ] = ("released_at",)
    on_period: Annotated[
        tuple[str, ...],
        Option(
            "Column with the period of a value (default: period or date); - for none.", metavar="COLUMN[,…]"
        ),
    ] = ()
    tolerance: Annotated[
        str | None,
        Option("Longest age of a value since its release (40d); none for any.", metavar="SPAN"),
    ] = None
    prefix: Annotated[
        tuple[str, ...],
        Option("Text before the names of added columns; several: one for each table.", metavar="TEXT[,…]"),
    ] = ()
    release_zone: Annotated[
        str, Option("Time zone of release times that name none.", metavar="ZONE", advanced=True)
    ] = "UTC"
    release_format: Annotated[
        str | None,
        Option("strptime format of release times, such as %d.%m.%Y.", metavar="FORMAT", advanced=True),
    ] = None

    def check(self) -> None:
        """Refuse an age that is no span, and a join without a release column."""
        _ = self.longest_age
        require(bool(self.on_release), "--on-release", "", "the name of a column")

    @property
    def longest_age(self) -> dt.timedelta | None:
        """``tolerance`` as a time span."""
        return None if self.tolerance is None else duration("--tolerance", self.tolerance)

    def check_tables(self, tables: int) -> None:
        """Raise UsageError unless each list has one value, or one for each side table."""
        for flag, values in (
            ("--on-release", self.on_release),
            ("--on-period", self.on_period),
            ("--prefix", self.prefix),
        ):
            wish = f"one value, or one for each of {tables} side tables"
            require(len(values) in {0, 1, tables}, flag, ",".join(values), wish)

    def release_of(self, table: int) -> str:
        """Return the name of the release column of a side table, by its number."""
        return _nth(self.on_release, table) or ""

    def period_of(self, table: int) -> str | None:
        """Return the name of the period column of a side table; None when its name decides."""
        return _nth(self.on_period, table)

    def prefix_of(self, table: int) -> str:
        """Return the text before the added columns of a side table."""
        return _nth(self.prefix, table) or ""


def _nth(values: tuple[str, ...], number: int) -> str | None:
    return values[number if len(values) > 1 else 0] if values else None
