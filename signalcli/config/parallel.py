"""Where fits run: in processes of this machine, or on a cluster."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.option import Option


@dataclass(frozen=True)
class ParallelConfig(Config):
    """Where fits run; the numbers are the same everywhere."""

    heading: ClassVar[str] = "Models"
    section: ClassVar[str] = "fit"

    jobs: Annotated[
        int, Option("Number of processes that fit.", ("--jobs", "-j"), minimum=1, maximum=1024)
    ] = 1
    cluster: Annotated[
        str | None,
        Option(
            "Dask scheduler whose workers fit: tcp://HOST:PORT, or its scheduler file.",
            metavar="ADDRESS|FILE",
            advanced=True,
            complete="files",
        ),
    ] = None
