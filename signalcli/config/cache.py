"""Where results of fits are kept, so that an equal fit is read instead of done again."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.option import Option

DEFAULT, OFF = "default", "off"


@dataclass(frozen=True)
class CacheConfig(Config):
    """Where results of fits are kept; the numbers are the same with and without."""

    heading: ClassVar[str] = "Models"
    section: ClassVar[str] = "fit"

    cache: Annotated[
        str,
        Option(
            "Folder of cached fits; 'default' is in your cache folder, off fits all again.",
            metavar="DIR|off",
            advanced=True,
            complete="folders",
        ),
    ] = DEFAULT
    cache_size: Annotated[
        int,
        Option(
            "Largest size of the cache, in MiB; fits not used for longest go first.",
            minimum=1,
            maximum=10_000_000,
            advanced=True,
        ),
    ] = 1024
