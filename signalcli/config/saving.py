"""Where a fitted model and its signals are written, and when it is fitted again."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.option import Option
from signalcli.config.span import duration


@dataclass(frozen=True)
class SaveConfig(Config):
    """Where a fitted model and its signals are written, and when it is fitted again."""

    heading: ClassVar[str] = "Saving"
    section: ClassVar[str] = "predict"

    save: Annotated[
        str | None,
        Option(
            "Fit the model on all rows too and save it in this folder.", metavar="DIR", complete="folders"
        ),
    ] = None
    refit_after: Annotated[
        str | None,
        Option(
            "Refit only when the saved model's labels end longer ago than this (30d), or settings differ.",
            metavar="SPAN",
            advanced=True,
        ),
    ] = None
    append: Annotated[
        str | None,
        Option(
            "Append the signals to this CSV; rows with the same symbol, date and model are replaced.",
            ("--append", "-a"),
            "FILE",
            advanced=True,
            complete="files",
        ),
    ] = None
    calendar: Annotated[
        str,
        Option(
            "Sessions to come: an exchange code, 24/7, or auto (the weekdays of the bars, no holidays).",
            metavar="CODE",
            advanced=True,
            complete="calendars",
        ),
    ] = "auto"

    def check(self) -> None:
        """Refuse a span that cannot be read."""
        if self.refit_after is not None:
            duration("--refit-after", self.refit_after)
