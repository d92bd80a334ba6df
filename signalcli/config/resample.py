"""How bars become bars of a longer interval."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.option import Option

LabelAt = Literal["start", "last"]
NO_CALENDAR = "none"


@dataclass(frozen=True)
class ResampleConfig(Config):
    """How bars become bars of a longer interval."""

    heading: ClassVar[str] = "Intervals"

    to: Annotated[
        str,
        Option(
            "Interval of the new bars: 15m, 4h, 1d, 1wk (1w), 1mo, 3mo …",
            metavar="INTERVAL",
            complete="intervals",
        ),
    ] = "1wk"
    bar_length: Annotated[
        str | None,
        Option(
            "Interval of the bars that are read; tells when the last bar of a session ends.",
            ("--from",),
            metavar="INTERVAL",
            complete="intervals",
        ),
    ] = None
    calendar: Annotated[
        str,
        Option("Sessions: code of an exchange (XNYS), 24/7, or none.", metavar="NAME", complete="calendars"),
    ] = NO_CALENDAR
    zone: Annotated[
        str, Option("Time zone of days without a calendar, for intraday bars.", metavar="ZONE", advanced=True)
    ] = "UTC"
    label_at: Annotated[
        LabelAt, Option("Date of a new bar: start of its interval, or date of its last bar.")
    ] = "start"

    def check(self) -> None:
        """Refuse a zone beside a calendar, which has its own."""
        alone = self.calendar == NO_CALENDAR or self.zone == "UTC"
        require(alone, "--zone", self.zone, f"left out with --calendar {self.calendar}")
