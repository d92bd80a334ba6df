"""Time spans as text."""

import datetime as dt
import re

from signalcli.config.option import brief
from signalcli.errors import UsageError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "wk": "weeks"}


def duration(option: str, text: str) -> dt.timedelta:
    """Return the time span of text such as ``30d``, ``12h`` or ``4wk``. Raises UsageError."""
    match = re.fullmatch(r"([0-9]{1,6})(s|m|h|d|wk)", text)
    if not match:
        raise UsageError("OPTION-VALUE", f"{option} {brief(text)}: must be a span such as 30d, 12h or 4wk")
    return dt.timedelta(**{_UNITS[match[2]]: int(match[1])})
