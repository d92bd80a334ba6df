"""Whether a command tries again when a source does not answer or a lock is held."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.option import Option
from signalcli.config.span import duration

_FORM = re.compile(r"([1-9][0-9]{0,3})x([0-9]{1,6}[smh])")


@dataclass(frozen=True)
class RetryConfig(Config):
    """How often a command tries again after exit 69 or 75, and how long it waits before each further try."""

    heading: ClassVar[str] = "General"
    section: ClassVar[str] = "fetch"

    retry: Annotated[
        str | None,
        Option(
            "Try again after exit 69 or 75: 6x10m is up to 6 times, each after a pause of 10 minutes.",
            metavar="NxSPAN",
            advanced=True,
        ),
    ] = None

    def check(self) -> None:
        """Refuse a text that is no number of tries with a pause."""
        known = self.retry is None or _FORM.fullmatch(self.retry) is not None
        require(known, "--retry", self.retry, "a number of tries and a pause, such as 6x10m (s, m or h)")

    @property
    def tries(self) -> int:
        """The number of further tries."""
        return 0 if self.retry is None else int(self.retry.partition("x")[0])

    @property
    def pause(self) -> dt.timedelta:
        """The time between the end of a try and the next one."""
        return dt.timedelta() if self.retry is None else duration("--retry", self.retry.partition("x")[2])
