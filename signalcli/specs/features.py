"""Which features and which target are wanted; the defaults live here once."""

from dataclasses import dataclass, fields

from signalcli.specs.require import require

SETS = ("lags", "rolling", "indicators", "calendar")  # unless others are asked for
EVERY_SET = (*SETS, "windows", "technical", "volatility", "alpha158", "session", "cross")
CHANNELS = ("ret", "range", "volume_z", "body", "gap", "place", "volume_change")
STATISTICS = (
    "mean", "std", "min", "max", "median", "q20", "q80", "rank", "skew", "slope", "r2", "residual",
    "since_max", "since_min", "corr_volume", "up", "down", "up_sum", "down_sum",
)  # fmt: skip


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
        Any of `EVERY_SET`.
    windows : tuple of int
        Widths, in bars, of the sets ``rolling`` and ``volatility``.
    statistics : tuple of str
        What ``rolling`` says of each width, any of `STATISTICS`.
    channels : tuple of str
        What ``lags`` and ``windows`` record of each bar, any of `CHANNELS`.
    lags : tuple of int
        Bars ago at which ``lags`` records it; none means 0 … window-1, the sequence block.
    """

    window: int = 20
    horizon: int = 1
    dead_zone: float = 0.0
    sets: tuple[str, ...] = SETS
    windows: tuple[int, ...] = (5, 10, 20, 60)
    statistics: tuple[str, ...] = ("mean", "std", "min", "max")
    channels: tuple[str, ...] = ("ret", "range", "volume_z")
    lags: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; a list, as JSON has it, is a tuple."""
        for field in fields(self):
            value = getattr(self, field.name)
            object.__setattr__(self, field.name, tuple(value) if isinstance(value, list) else value)
        require(self.window >= 2, "--window", self.window, "at least 2 bars")
        require(self.horizon >= 1, "--horizon", self.horizon, "at least 1 bar")
        require(0 <= self.dead_zone < 1, "--dead-zone", self.dead_zone, "a fraction from 0 up to 1")
        _known("--sets", self.sets, EVERY_SET)
        _known("--statistics", self.statistics, STATISTICS)
        _known("--channels", self.channels, CHANNELS)
        widths = bool(self.windows) and all(w >= 3 for w in self.windows)
        require(widths, "--windows", _list(self.windows), "widths of at least 3 bars")
        require(all(k >= 0 for k in self.lags), "--lags", _list(self.lags), "of at least 0 bars")


def _known(option: str, names: tuple[str, ...], known: tuple[str, ...]) -> None:
    require(bool(names) and set(names) <= set(known), option, _list(names), f"of {', '.join(known)}")


def _list(values: tuple[object, ...]) -> str:
    return ",".join(map(str, values))
