"""Which features are kept although they know the next return."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.option import Option


@dataclass(frozen=True)
class LeakConfig(Config):
    """Which features are kept although they know the next return."""

    heading: ClassVar[str] = "Features"
    section: ClassVar[str] = "features"

    allow_leak: Annotated[
        tuple[str, ...],
        Option(
            "Keep these features although they seem to know the next return.",
            metavar="NAME[,…]",
            advanced=True,
        ),
    ] = ()
