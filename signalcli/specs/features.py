"""Which features and which target are wanted; the defaults live here once."""

from dataclasses import dataclass

from signalcli.specs.require import require

SETS = ("lags", "rolling", "indicators", "calendar")


@dataclass(frozen=True)
class FeatureSpec:
    """The choice of features and target.

    Parameters
    ----------
    window : int
        Bars a model sees in one row, the newest at lag 0; also the length of the volume z-score.
    horizon : int
        Bars ahead that the target looks.
    dead_zone : float
        Forward returns within ± this fraction are direction 0, beyond it -1 and 1; with 0 there are two
        directions, 1 (up) and 0 (not up).
    sets : tuple of str
        Any of `SETS`.
    """

    window: int = 20
    horizon: int = 1
    dead_zone: float = 0.0
    sets: tuple[str, ...] = SETS

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(self.window >= 2, "--window", self.window, "at least 2 bars")
        require(self.horizon >= 1, "--horizon", self.horizon, "at least 1 bar")
        require(0 <= self.dead_zone < 1, "--dead-zone", self.dead_zone, "a fraction from 0 up to 1")
        unknown = [s for s in self.sets if s not in SETS]
        require(bool(self.sets) and not unknown, "--sets", ",".join(self.sets), f"of {', '.join(SETS)}")
