"""Which statistics of bars are wanted."""

from dataclasses import dataclass

from signalcli.config.checks import require

SECTIONS = (
    "summary", "sessions", "returns", "adf", "kpss", "acf", "pacf", "order", "ar", "residuals", "linearity",
    "hurst",
)  # fmt: skip
PLAIN = ("summary", "sessions", "returns", "hurst")  # need no statistics library


@dataclass(frozen=True)
class StatisticsConfig:
    """The choice of sections.

    Parameters
    ----------
    sections : tuple of str
        Any of `SECTIONS`.
    lags : int
        Highest lag of ``acf`` and ``pacf``.
    max_order : int
        Highest order of the AR models that are tried.
    calendar : str
        Sessions to expect: an exchange's code, ``24/7``, ``none``, or ``auto``: the bars' own week.
    random_state : int
        Decides the order of the shuffled returns beside ``hurst``.
    """

    sections: tuple[str, ...] = SECTIONS
    lags: int = 20
    max_order: int = 10
    calendar: str = "auto"
    random_state: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        known = bool(self.sections) and set(self.sections) <= set(SECTIONS)
        require(known, "--section", ",".join(self.sections), f"of {', '.join(SECTIONS)}")
        require(self.lags >= 1, "--lags", self.lags, "at least 1")
        require(self.max_order >= 1, "--max-order", self.max_order, "at least 1")
