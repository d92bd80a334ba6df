"""The watch over past signals."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.option import Option


@dataclass(frozen=True)
class WatchConfig(Config):
    """Whether past signals are as good as their model was on its test rows, and who is told."""

    heading: ClassVar[str] = "Watch"

    watch: Annotated[
        bool,
        Option(
            "Print whether each model still does as well as on its test rows; state is kept beside SIGNALS."
        ),
    ] = False
    notify: Annotated[
        str | None,
        Option(
            "Command that gets each change of state on standard input, or an apprise address.",
            metavar="CMD|URL",
        ),
    ] = None
