"""What counts as a fault in bars."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class QualityConfig:
    """Every threshold of ``validate``.

    Parameters
    ----------
    calendar : str
        An exchange's code such as ``XNYS``, ``24/7``, ``none``, or ``auto``: the bars' own weekdays.
    as_of : date or None
        Day on which the bars should be up to date; None asks nothing of the last bar.
    outside : float
        Fraction by which open or close may lie outside low … high, as rounding puts it.
    other_scale : float
        Beyond the others by this factor, a price of a bar is on another scale and no rounding.
    flat_run, zero_volume_run : int
        Bars in a row without any movement, or without volume, that are worth a word.
    split_ratios : tuple of float
        Shares that became one, or one that became so many.
    split_tolerance : float
        Relative distance of an overnight ratio from that of a split.
    big_jump : float
        Overnight ratio that is worth a word where an adjusted close knows of no split.
    unit_factors : tuple of float
        Factors between two units of a price, as pence and pounds.
    unit_tolerance : float
        Relative distance from such a factor.
    copied_block : int
        Bars in a row that stand elsewhere under other dates.
    longest_closure : int
        Weekdays in a row without a bar that a holiday may explain (``auto`` only).
    regular_share : float
        Share of weeks on which a weekday, or an hour of it, must have a bar to be expected.
    longest_hole : int
        Expected intraday bars in a row that may be missing between two others of a day.
    stale_sessions : int
        Sessions that may have passed between the last bar and ``as_of``, both excluded; a holiday is one to
        the bars' own week. Of longer bars, so many of them.
    zone_shift : float
        Hours by which the stamps of daily bars may differ, as they do in summer.
    """

    calendar: str = "auto"
    as_of: dt.date | None = None
    outside: float = 1e-6
    other_scale: float = 1.25
    flat_run: int = 5
    zero_volume_run: int = 5
    split_ratios: tuple[float, ...] = (1.5, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50)
    split_tolerance: float = 0.04
    big_jump: float = 1.4
    unit_factors: tuple[float, ...] = (100.0, 1000.0)
    unit_tolerance: float = 0.3
    copied_block: int = 5
    longest_closure: int = 7
    regular_share: float = 0.5
    longest_hole: int = 2
    stale_sessions: int = 2
    zone_shift: float = 1.0
