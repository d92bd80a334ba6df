"""Where a fitted model and its signals are written, and when it is fitted again."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.option import Option
from signalcli.config.span import duration

Promote = Literal["if-better", "if-not-worse", "always"]


@dataclass(frozen=True)
class SaveConfig(Config):
    """Where a fitted model and its signals are written, and when it is fitted again."""

    heading: ClassVar[str] = "Saving"
    section: ClassVar[str] = "predict"

    save: Annotated[
        str | None,
        Option(
            "Fit the model on all rows too and save it in this folder.",
            metavar="DIR",
            complete="folders",
            writes=True,
        ),
    ] = None
    promote: Annotated[
        Promote | None,
        Option(
            "When a fit replaces the saved model (job files, --refit-after: if-not-worse; else always).",
            advanced=True,
        ),
    ] = None
    require_promotion: Annotated[
        bool, Option("Exit 3 when the saved model stays in the place of the new one.", advanced=True)
    ] = False
    rollback: Annotated[
        bool,
        Option("Put the model back that the saved one replaced; do nothing else.", advanced=True, key="-"),
    ] = False
    trust: Annotated[
        tuple[str, ...],
        Option(
            "Code of one's own that a saved model may run: module:name, as its error message says.",
            metavar="NAME[,…]",
            advanced=True,
            key="-",
        ),
    ] = ()
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
            writes=True,
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

    def mode(self, *, nightly: bool) -> Promote:
        """When a new fit replaces the saved model; ``nightly`` is a run of a job file."""
        unasked = nightly or self.refit_after is not None
        return self.promote or ("if-not-worse" if unasked else "always")

    def check(self) -> None:
        """Refuse a span that cannot be read."""
        if self.refit_after is not None:
            duration("--refit-after", self.refit_after)
