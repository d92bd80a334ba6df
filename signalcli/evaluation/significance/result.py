"""What a test returns."""

from typing import NamedTuple


class Test(NamedTuple):
    """A statistic and its p-value."""

    statistic: float
    p_value: float
