"""What counts as a fault in bars."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.option import Option

COUNT = 10_000_000


Calendar = Annotated[
    str,
    Option(
        "Expected sessions: an exchange code, 24/7, none, or auto (the weekdays of the bars).",
        metavar="CODE",
        complete="calendars",
    ),
]


@dataclass(frozen=True)
class QualityConfig(Config):
    """Thresholds of ``validate``; without ``as_of`` nothing is asked of the last bar."""

    heading: ClassVar[str] = "Checks"
    override_flag: ClassVar[str] = "--set"

    calendar: Calendar = "auto"
    as_of: Annotated[dt.date | None, Option("Date at which bars must be up to date.", metavar="DATE")] = None
    outside: Annotated[
        float,
        Option("Fraction by which open or close may lie outside low … high.", minimum=0, advanced=True),
    ] = 1e-6
    other_scale: Annotated[
        float,
        Option(
            "Factor between prices of a bar that is another scale, not rounding.", minimum=0, advanced=True
        ),
    ] = 1.25
    flat_run: Annotated[
        int, Option("Bars in a row without a price change.", minimum=0, maximum=COUNT, advanced=True)
    ] = 5
    zero_volume_run: Annotated[
        int, Option("Bars in a row without volume.", minimum=0, maximum=COUNT, advanced=True)
    ] = 5
    split_ratios: Annotated[
        tuple[float, ...], Option("Ratios of splits.", metavar="N[,…]", minimum=0, advanced=True)
    ] = (1.5, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50)
    split_tolerance: Annotated[
        float, Option("Relative distance of an overnight ratio from a split.", minimum=0, advanced=True)
    ] = 0.04
    big_jump: Annotated[
        float,
        Option(
            "Overnight ratio that is reported where the adjusted close shows no split.",
            minimum=0,
            advanced=True,
        ),
    ] = 1.4
    news: Annotated[
        float,
        Option(
            "Multiple of the usual turnover or range that makes a jump news instead of a split.",
            minimum=1,
            advanced=True,
        ),
    ] = 3.0
    unit_factors: Annotated[
        tuple[float, ...],
        Option(
            "Factors between price units, such as pence and pounds.",
            metavar="N[,…]",
            minimum=0,
            advanced=True,
        ),
    ] = (100.0, 1000.0)
    unit_tolerance: Annotated[
        float, Option("Relative distance from such a factor.", minimum=0, advanced=True)
    ] = 0.3
    copied_block: Annotated[
        int,
        Option("Bars in a row that are repeated under other dates.", minimum=0, maximum=COUNT, advanced=True),
    ] = 5
    longest_closure: Annotated[
        int,
        Option(
            "Weekdays in a row without a bar that holidays explain.", minimum=0, maximum=COUNT, advanced=True
        ),
    ] = 7
    regular_share: Annotated[
        float,
        Option("Share of weeks with a bar that makes a weekday or hour expected.", minimum=0, advanced=True),
    ] = 0.5
    longest_hole: Annotated[
        int,
        Option("Intraday bars in a row that may be missing.", minimum=0, maximum=COUNT, advanced=True),
    ] = 2
    stale_sessions: Annotated[
        int,
        Option("Sessions allowed between the last bar and --as-of.", minimum=0, maximum=COUNT, advanced=True),
    ] = 2
    zone_shift: Annotated[
        float,
        Option(
            "Hours by which time stamps of daily bars may differ (daylight saving).", minimum=0, advanced=True
        ),
    ] = 1.0
