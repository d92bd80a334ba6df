"""Which dates a model learns from and which it is tested on."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

from signalcli.config.checks import require

Scheme = Literal["expanding", "rolling", "combinatorial"]
SCHEMES: tuple[str, ...] = get_args(Scheme)
PERIODS = ("week", "month", "quarter", "year")


@dataclass(frozen=True)
class FoldConfig:
    """Folds over dates: walk-forward as scikit-learn's ``TimeSeriesSplit``, or combinatorial purged.

    Parameters
    ----------
    folds : int
        Number of equal test blocks, one behind the other at the end of the dates; with ``combinatorial`` the
        number of groups that all dates are cut into.
    gap : int
        Dates left out between a training part and the test block behind it.
    max_train : int or None
        Longest training part in dates; None keeps all the past (``expanding``) or as many dates as lie before
        the first test block (``rolling``).
    cv : {"expanding", "rolling", "combinatorial"}
        Training part grows; moves along; or surrounds the test groups, every choice of ``test_groups`` of the
        groups being tested once.
    embargo : int
        Dates left out behind each test block (``combinatorial``).
    refit_every : str or None
        Test blocks of so many dates, or of a calendar ``week``, ``month``, ``quarter`` or ``year``, instead
        of ``folds`` equal ones; ``folds`` still says where the first one begins.
    test_groups : int
        Groups tested together (``combinatorial``).
    holdout : date or None
        Rows from this date on are sealed: neither trained on nor tested nor used as a label.
    open_holdout : bool
        Break the seal: test the hold-out and nothing else, by models that learnt from what is before.
    """

    folds: int = 5
    gap: int = 0
    max_train: int | None = None
    cv: Scheme = "expanding"
    embargo: int = 0
    refit_every: str | None = None
    test_groups: int = 2
    holdout: dt.date | None = None
    open_holdout: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(self.folds >= 2, "--folds", self.folds, "at least 2")
        require(self.gap >= 0, "--gap", self.gap, "0 or more dates")
        require(
            self.max_train is None or self.max_train >= 1, "--max-train", self.max_train, "at least 1 date"
        )
        require(self.cv in SCHEMES, "--cv", self.cv, f"one of {', '.join(SCHEMES)}")
        self._refuse_refits()
        self._refuse_groups()
        require(
            self.holdout is not None or not self.open_holdout, "--open-holdout", "", "given with --holdout"
        )

    def _refuse_refits(self) -> None:
        every = self.refit_every
        known = every is None or every in PERIODS or (every.isdecimal() and int(every) > 0)
        require(known, "--refit-every", every, f"a number of dates or one of {', '.join(PERIODS)}")
        require(
            every is None or self.cv != "combinatorial",
            "--refit-every",
            every,
            "left out with --cv combinatorial",
        )

    def _refuse_groups(self) -> None:
        require(
            1 <= self.test_groups < self.folds or self.cv != "combinatorial",
            "--test-groups",
            self.test_groups,
            f"at least 1 and fewer than the {self.folds} groups of --folds",
        )
        require(self.embargo >= 0, "--embargo", self.embargo, "0 or more dates")
        require(
            self.embargo == 0 or self.cv == "combinatorial",
            "--embargo",
            self.embargo,
            "0 unless --cv is combinatorial: walk-forward trains on nothing behind a test block",
        )
