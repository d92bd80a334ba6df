"""How bars are kept between two fetches."""

from dataclasses import dataclass
from typing import Literal

from signalcli.config.checks import require

OnRewrite = Literal["refetch", "error", "keep"]


@dataclass(frozen=True)
class StoreConfig:
    """How stored bars are brought up to date.

    Parameters
    ----------
    wait : float
        Seconds to wait for another run that holds the store; 0 gives up at once.
    on_rewrite : {"refetch", "error", "keep"}
        What to do when the source says something else about stored bars: fetch the whole history again and
        keep the old one as a vintage, stop, or keep what is stored.
    overlap : int
        Stored bars that are asked for again, to be compared.
    tolerance : float
        Relative difference of a price that is no rewrite: sources that compute in 32 bits jitter below it.
    same_factor : float
        Relative spread of the ratios new / old within which all of them are one factor.
    """

    wait: float = 0.0
    on_rewrite: OnRewrite = "refetch"
    overlap: int = 10
    tolerance: float = 1e-5
    same_factor: float = 2e-3

    def __post_init__(self) -> None:
        require(0 <= self.wait < float("inf"), "--wait", self.wait, "a number of seconds, 0 or more")
        require(self.overlap >= 1, "--overlap", self.overlap, "at least 1 bar")
