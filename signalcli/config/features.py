"""Which features and which target are wanted; the defaults live here once."""

from dataclasses import dataclass, fields

from signalcli.config.checks import require

SETS = ("lags", "rolling", "indicators", "calendar")  # unless others are asked for
EVERY_SET = (*SETS, "windows", "technical", "volatility", "alpha158", "session", "cross")
CHANNELS = ("ret", "range", "volume_z", "body", "gap", "place", "volume_change")
LABELS = ("direction", "dead-zone", "triple-barrier", "trend-scan")
ZONE_UNITS = ("return", "volatility")
STATISTICS = (
    "mean", "std", "min", "max", "median", "q20", "q80", "rank", "skew", "slope", "r2", "residual",
    "since_max", "since_min", "corr_volume", "up", "down", "up_sum", "down_sum",
)  # fmt: skip


@dataclass(frozen=True)
class FeatureConfig:
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
    label : str
        What is asked, one of `LABELS`: the direction of the close ``horizon`` bars ahead; the same by the
        word for three directions, which insists on a dead zone; which barrier is touched first within them;
        whether their clearest trend rises.
    dead_zone_unit : str
        ``return``: dead_zone is a fraction; ``volatility``: it counts standard deviations of the return over
        the horizon, as the last 20 bars let expect it.
    barriers : tuple of float
        Distances of the upper and the lower barrier, in those standard deviations.
    float32 : bool
        Whether features are kept as 32-bit numbers, in half the memory; they are worked out with 64 bits.
    plugins : tuple of str
        Functions that declare further features, as ``module:function`` or by their installed name.
    weights : bool
        Whether to write ``weight``, the share of a label that it does not have in common with others.
    """

    window: int = 20
    horizon: int = 1
    dead_zone: float = 0.0
    sets: tuple[str, ...] = SETS
    windows: tuple[int, ...] = (5, 10, 20, 60)
    statistics: tuple[str, ...] = ("mean", "std", "min", "max")
    channels: tuple[str, ...] = ("ret", "range", "volume_z")
    lags: tuple[int, ...] = ()
    label: str = "direction"
    dead_zone_unit: str = "return"
    barriers: tuple[float, ...] = (1.0, 1.0)
    weights: bool = False
    float32: bool = False
    plugins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; a list, as JSON has it, is a tuple."""
        for field in fields(self):
            value = getattr(self, field.name)
            object.__setattr__(self, field.name, tuple(value) if isinstance(value, list) else value)
        require(self.window >= 2, "--window", self.window, "at least 2 bars")
        require(self.horizon >= 1, "--horizon", self.horizon, "at least 1 bar")
        self._refuse_labels()
        _known("--sets", self.sets, EVERY_SET)
        _known("--statistics", self.statistics, STATISTICS)
        _known("--channels", self.channels, CHANNELS)
        widths = bool(self.windows) and all(w >= 3 for w in self.windows)
        require(widths, "--windows", _list(self.windows), "widths of at least 3 bars")
        require(all(k >= 0 for k in self.lags), "--lags", _list(self.lags), "of at least 0 bars")

    def _refuse_labels(self) -> None:
        _known("--label", (self.label,), LABELS)
        _known("--dead-zone-unit", (self.dead_zone_unit,), ZONE_UNITS)
        fraction = self.dead_zone_unit == "return"
        most, wish = (1, "a fraction from 0 up to 1") if fraction else (100, "from 0 up to 100")
        require(0 <= self.dead_zone < most, "--dead-zone", self.dead_zone, wish)
        zone = self.label != "dead-zone" or self.dead_zone > 0
        require(zone, "--dead-zone", self.dead_zone, "above 0 with --label dead-zone")
        plain = self.label in {"direction", "dead-zone"} or self.dead_zone == 0
        require(plain, "--dead-zone", self.dead_zone, f"0 with --label {self.label}")
        two = len(self.barriers) == 2 and all(0 < b < 100 for b in self.barriers)
        require(two, "--barriers", _list(self.barriers), "two numbers above 0: upper,lower")
        far = self.label != "trend-scan" or self.horizon >= 2
        require(far, "--horizon", self.horizon, "at least 2 bars with --label trend-scan")


def _known(option: str, names: tuple[str, ...], known: tuple[str, ...]) -> None:
    require(bool(names) and set(names) <= set(known), option, _list(names), f"of {', '.join(known)}")


def _list(values: tuple[object, ...]) -> str:
    return ",".join(map(str, values))
