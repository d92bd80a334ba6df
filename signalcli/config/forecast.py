"""What is forecast, from what, and over which bars."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from signalcli.config.checks import require, require_fitted

Scale = Literal["minmax", "standard", "window", "none"]
Start = Literal["last", "zeros"]

BASELINE = "persistence"


@dataclass(frozen=True)
class ForecastConfig:
    """What is forecast, from what, and over which bars.

    Parameters
    ----------
    models : tuple of str
        Names of forecasters; persistence stands beside them in any case.
    settings : dict of str to dict
        Model name to its arguments.
    column : str
        Column of BARS whose next value is forecast.
    window : int
        Bars that a model sees.
    scale : {"minmax", "standard", "window", "none"}
        What networks and trees see: values between the lowest (0) and highest (1) of the training part, in
        its deviations from its mean, as change from the first value of their own window, or as they stand.
    test_from : date or None
        First bar that is forecast; models learn from the bars before it.
    test_share : float
        Last share of the bars, which is forecast where there is no ``test_from``.
    steps : int or None
        Forecast so many bars once, each from the forecasts before it; None = the whole test part.
    block : int
        Start anew from true values every so many bars; within a block, forecasts follow forecasts.
    start : {"last", "zeros"}
        What ``steps`` start from: the last window of the training part, or zeros on the models' scale.
    random_state : int
        Decides every random number of every model.
    """

    models: tuple[str, ...] = ("ar", "lstm", "gru")
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    column: str = "close"
    window: int = 60
    scale: Scale = "minmax"
    test_from: dt.date | None = None
    test_share: float = 0.2
    steps: int | None = None
    block: int = 1
    start: Start = "last"
    random_state: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(bool(self.models), "--model", "", "at least one name")
        require(self.window >= 1, "--window", self.window, "at least 1 bar")
        require(self.scale in get_args(Scale), "--scale", self.scale, f"one of {get_args(Scale)}")
        require(0 < self.test_share < 1, "--test-share", self.test_share, "between 0 and 1")
        require(self.steps is None or 1 <= self.steps <= 100_000, "--steps", self.steps, "from 1 to 100000")
        require(self.block >= 1, "--block", self.block, "at least 1 bar")
        require(self.block == 1 or self.steps is None, "--block", self.block, "without --steps")
        require(self.start in get_args(Start), "--from", self.start, f"one of {get_args(Start)}")
        zeros = self.start == "zeros"
        require(not zeros or self.steps is not None, "--from", self.start, "with --steps")
        require(not zeros or self.scale != "window", "--from", self.start, "without --scale window")
        require_fitted(self.settings, self.every_model)

    @property
    def every_model(self) -> tuple[str, ...]:
        """The models asked for, and persistence."""
        return tuple(dict.fromkeys((*self.models, BASELINE)))
