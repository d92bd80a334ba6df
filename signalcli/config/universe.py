"""Which symbols may be traded at which dates."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.option import Option


@dataclass(frozen=True)
class UniverseConfig(Config):
    """Which symbols may be traded at which dates."""

    heading: ClassVar[str] = "Input"
    section: ClassVar[str] = "features"

    universe: Annotated[
        str | None,
        Option(
            "Table of symbol, from, until: rows outside are neither trained on nor traded.",
            metavar="FILE",
            complete="files",
        ),
    ] = None
