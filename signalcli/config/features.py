"""Which features and which label are computed."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, get_args

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.option import Option
from signalcli.config.span import duration

SETS = ("lags", "rolling", "indicators", "calendar")  # the default
EVERY_SET = (*SETS, "windows", "technical", "volatility", "alpha158", "session", "cross")
CHANNELS = ("ret", "range", "volume_z", "body", "gap", "place", "volume_change")
Label = Literal["direction", "dead-zone", "triple-barrier", "trend-scan", "cross-rank"]
ZoneUnit = Literal["return", "volatility"]
LabelStart = Literal["close", "next_open"]
LABELS: tuple[str, ...] = get_args(Label)
CROSS_RANK = "cross-rank"  # the label that compares the symbols of a date
STATISTICS = (
    "mean", "std", "min", "max", "median", "q20", "q80", "rank", "skew", "slope", "r2", "residual",
    "since_max", "since_min", "corr_volume", "up", "down", "up_sum", "down_sum",
)  # fmt: skip
TARGET = "Target"
ALL_EXTRA = "all"  # every column beside the bars that enough rows know


@dataclass(frozen=True)
class FeatureConfig(Config):
    """Which features and which label are computed.

    With ``dead_zone`` 0 there are two directions, 1 (up) and 0 (not up); otherwise three: -1, 0, 1.
    """

    heading: ClassVar[str] = "Features"
    section: ClassVar[str] = "features"

    window: Annotated[
        int,
        Option("Bars in one row of a model's input.", ("--window", "-w"), minimum=2, maximum=10_000),
    ] = 20
    horizon: Annotated[
        int, Option("Bars from a row to its label.", minimum=1, maximum=100_000, heading=TARGET)
    ] = 1
    dead_zone: Annotated[
        float,
        Option(
            "Returns within ± this fraction get direction 0 (of -1, 0, 1).",
            minimum=0,
            below=100,
            heading=TARGET,
        ),
    ] = 0.0
    sets: Annotated[
        tuple[str, ...], Option("Feature sets.", metavar="SET[,…]", choices=EVERY_SET, complete="choices")
    ] = SETS
    windows: Annotated[
        tuple[int, ...],
        Option(
            "Window lengths of the sets rolling and volatility, in bars.",
            metavar="N[,…]",
            minimum=3,
            maximum=100_000,
            advanced=True,
        ),
    ] = (5, 10, 20, 60)
    statistics: Annotated[
        tuple[str, ...],
        Option("Statistics of the set rolling.", metavar="NAME[,…]", choices=STATISTICS, advanced=True),
    ] = ("mean", "std", "min", "max")
    channels: Annotated[
        tuple[str, ...],
        Option(
            "Series that the sets lags and windows record of each bar.",
            metavar="NAME[,…]",
            choices=CHANNELS,
            advanced=True,
        ),
    ] = ("ret", "range", "volume_z")
    lags: Annotated[
        tuple[int, ...],
        Option(
            "Lags of the set lags, in bars; empty means 0 … window-1.",
            metavar="N[,…]",
            minimum=0,
            maximum=100_000,
            advanced=True,
        ),
    ] = ()
    label: Annotated[Label, Option("Target type.", heading=TARGET)] = "direction"
    dead_zone_unit: Annotated[
        ZoneUnit,
        Option(
            "Unit of --dead-zone: a return, or standard deviations of the return over the horizon.",
            advanced=True,
            heading=TARGET,
        ),
    ] = "return"
    barriers: Annotated[
        tuple[float, ...],
        Option(
            "Upper and lower barrier of triple-barrier, in standard deviations.",
            metavar="UP,DOWN",
            above=0,
            below=100,
            advanced=True,
            heading=TARGET,
        ),
    ] = (1.0, 1.0)
    weights: Annotated[
        bool,
        Option("Write sample weights (label uniqueness); fit uses them.", advanced=True, heading=TARGET),
    ] = False
    float32: Annotated[bool, Option("Store features as 32-bit floats.", advanced=True)] = False
    plugins: Annotated[
        tuple[str, ...],
        Option(
            "Functions that declare further features: module:function or an entry point.",
            ("--plugin",),
            "NAME[,…]",
            advanced=True,
            key="plugins",
        ),
    ] = ()

    extra: Annotated[
        tuple[str, ...],
        Option("Columns that come with the bars and are features: names, or all.", metavar="NAME[,…]|all"),
    ] = ()
    label_from: Annotated[
        LabelStart,
        Option(
            "Start of a label: this close, or the next open, at which positions are filled.",
            advanced=True,
            heading=TARGET,
        ),
    ] = "close"
    close_time: Annotated[
        tuple[str, ...],
        Option(
            "Close of daily bars: 16:00@America/New_York, an exchange (XTKS), or SYMBOL=CLOSE for each.",
            metavar="CLOSE[,…]",
            advanced=True,
        ),
    ] = ()
    max_gap: Annotated[
        str | None,
        Option(
            "Longest time between two bars of a window or label (400d); none for any.",
            metavar="SPAN",
            advanced=True,
        ),
    ] = "400d"

    def check(self) -> None:
        """Refuse empty choices, barriers that are not two, and a gap that is no span."""
        for name in ("sets", "statistics", "channels", "windows"):
            require(bool(getattr(self, name)), f"--{name}", "", "at least one")
        two = len(self.barriers) == 2
        require(two, "--barriers", ",".join(map(str, self.barriers)), "two numbers above 0: upper,lower")
        _ = self.longest_gap

    def takes(self, column: str) -> bool:
        """Whether a column that comes with the bars is a feature."""
        return ALL_EXTRA in self.extra or column in self.extra

    @property
    def label_bars(self) -> int:
        """Bars from a row until its label is known, at most."""
        return self.horizon + (self.label_from == "next_open")

    @property
    def longest_gap(self) -> dt.timedelta | None:
        """``max_gap`` as a time span."""
        return None if self.max_gap is None else duration("--max-gap", self.max_gap)
