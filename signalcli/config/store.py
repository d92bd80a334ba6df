"""How stored bars are brought up to date."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.option import Option

OnRewrite = Literal["refetch", "error", "keep"]


@dataclass(frozen=True)
class StoreConfig(Config):
    """How stored bars are brought up to date.

    ``tolerance`` is the relative difference of a price that does not count as a rewrite (sources that compute
    in 32 bits jitter below it); ``same_factor`` the relative spread of the ratios new / old within which all
    of them count as one adjustment factor.
    """

    heading: ClassVar[str] = "Input"
    section: ClassVar[str] = "fetch"

    update: Annotated[bool, Option("Fetch what is missing in --store first.", advanced=True)] = False
    wait: Annotated[
        float,
        Option("Time to wait for a store that is locked, in seconds.", minimum=0, maximum=1e6, advanced=True),
    ] = 0.0
    on_rewrite: Annotated[
        OnRewrite,
        Option(
            "When the source changed stored bars: fetch all and keep a vintage, stop, or keep them.",
            advanced=True,
            key="-",
        ),
    ] = "refetch"
    overlap: Annotated[
        int,
        Option(
            "Stored bars that are fetched again to detect rewrites.",
            minimum=1,
            maximum=1_000_000,
            advanced=True,
            key="-",
        ),
    ] = 10
    tolerance: float = 1e-5
    same_factor: float = 2e-3
