"""How many processes fit."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.option import Option


@dataclass(frozen=True)
class ParallelConfig(Config):
    """How many processes fit; the numbers are the same for any number."""

    heading: ClassVar[str] = "Models"
    section: ClassVar[str] = "fit"

    jobs: Annotated[
        int, Option("Number of processes that fit.", ("--jobs", "-j"), minimum=1, maximum=1024)
    ] = 1
