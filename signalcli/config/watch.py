"""The watch over past signals."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.option import Option


@dataclass(frozen=True)
class WatchConfig(Config):
    """Whether past signals are held against the promise of their model, and who is told."""

    heading: ClassVar[str] = "Watch"

    watch: Annotated[
        bool,
        Option("Print the state of each model against its promise; remembered beside SIGNALS."),
    ] = False
    notify: Annotated[
        str | None,
        Option(
            "Command that gets each change of state on standard input, or an apprise address.",
            metavar="CMD|URL",
        ),
    ] = None
