"""Which dates a model is trained on and which it is tested on."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.option import Option

Scheme = Literal["expanding", "rolling", "combinatorial"]
PERIODS = ("week", "month", "quarter", "year")


@dataclass(frozen=True)
class FoldConfig(Config):
    """Cross-validation over dates: walk-forward like scikit-learn's ``TimeSeriesSplit``, or combinatorial.

    The test blocks of a walk-forward are equal and follow one another up to the last date. Without
    ``max_train``, ``expanding`` keeps all the past, ``rolling`` the dates before the first test block.
    ``combinatorial`` cuts all dates into ``folds`` groups and tests every choice of ``test_groups``.
    Rows of a hold-out are neither trained on nor tested nor used as a label until it is opened.
    """

    heading: ClassVar[str] = "Validation"
    section: ClassVar[str] = "fit"

    folds: Annotated[
        int, Option("Number of test blocks (combinatorial: of groups).", minimum=2, maximum=100_000)
    ] = 5
    gap: Annotated[
        int,
        Option("Dates left out before each test block.", minimum=0, maximum=1_000_000, advanced=True),
    ] = 0
    max_train: Annotated[
        int | None,
        Option("Longest training set, in dates.", minimum=1, maximum=10_000_000, advanced=True),
    ] = None
    cv: Annotated[Scheme, Option("Cross-validation scheme.")] = "expanding"
    embargo: Annotated[
        int,
        Option(
            "Dates left out after each test block (combinatorial).",
            minimum=0,
            maximum=1_000_000,
            advanced=True,
        ),
    ] = 0
    refit_every: Annotated[
        str | None,
        Option(
            "Length of a test block: a number of dates, or week, month, quarter, year.",
            metavar="N|PERIOD",
            advanced=True,
        ),
    ] = None
    test_groups: Annotated[
        int, Option("Groups tested together (combinatorial).", minimum=1, maximum=1000, advanced=True)
    ] = 2
    holdout: Annotated[
        dt.date | None,
        Option("First date of the hold-out, which is not used at all.", metavar="DATE", advanced=True),
    ] = None
    open_holdout: Annotated[bool, Option("Test the hold-out, and nothing else.", advanced=True)] = False

    def check(self) -> None:
        """Refuse a length of test blocks that is neither a number nor a period."""
        every = self.refit_every
        known = every is None or every in PERIODS or _count(every) > 0
        require(known, "--refit-every", every, f"a number of dates or one of {', '.join(PERIODS)}")


def _count(text: str) -> int:
    """Return a number of dates; 0 for text that is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
