"""What is forecast, from what, and over which bars."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.checks import require, require_fitted
from signalcli.config.option import Option

Scale = Literal["minmax", "standard", "window", "returns", "differences", "none"]
Start = Literal["last", "zeros"]

BASELINE = "persistence"
RETURNS: Literal["returns"] = "returns"
CHANGES = (RETURNS, "differences")  # scales that replace values by their changes
POSITIVE = ("window", RETURNS)  # scales that divide by a value of the window


@dataclass(frozen=True)
class ForecastConfig(Config):
    """What is forecast, from what, and over which bars.

    Persistence is forecast beside the models in any case. ``scale`` is what networks and trees read: values
    between the lowest (0) and the highest (1) of the training part, standardized by the training part, as
    change from the first value of their own window, returns or differences from bar to bar divided by their
    standard deviation in the training part, or unscaled. Without ``steps`` the whole test part is
    forecast.
    """

    heading: ClassVar[str] = "Models"

    models: Annotated[
        tuple[str, ...],
        Option(
            "Models by name; `signalcli models --forecast` lists them.",
            ("--model", "--models", "-m"),
            "NAME[,…]",
            complete="forecasters",
        ),
    ] = ("ar", "lstm", "gru")
    settings: Annotated[
        dict[str, dict[str, Any]],
        Option(
            "Parameter of a model, such as lstm.units=64 (repeatable).",
            ("--set",),
            "MODEL.PARAM=VALUE",
            complete="parameters",
        ),
    ] = field(default_factory=dict)
    column: Annotated[str, Option("Column whose next value is forecast.", metavar="NAME")] = "close"
    window: Annotated[
        int, Option("Bars in one row of a model's input.", ("--window", "-w"), minimum=1, maximum=10_000)
    ] = 60
    scale: Annotated[
        Scale,
        Option("Scaling: by the training part, by the first value of each window, changes, or none."),
    ] = "minmax"
    test_from: Annotated[dt.date | None, Option("First date that is forecast.", metavar="DATE")] = None
    test_share: Annotated[
        float, Option("Last share of the bars to forecast, without --test-from.", above=0, below=1)
    ] = 0.2
    steps: Annotated[
        int | None,
        Option("Forecast this many bars, each from the forecasts before it.", minimum=1, maximum=100_000),
    ] = None
    block: Annotated[
        int,
        Option("Restart from true values every so many bars.", minimum=1, maximum=1_000_000, advanced=True),
    ] = 1
    start: Annotated[
        Start,
        Option(
            "Start of --steps: the last training window, or zeros.",
            ("--from",),
            advanced=True,
            env="SIGNALCLI_FORECAST_FROM",
        ),
    ] = "last"
    random_state: Annotated[
        int, Option("Random seed.", ("--seed",), minimum=0, maximum=2**32 - 1, advanced=True)
    ] = 0

    require_all: Annotated[
        bool,
        Option("Stop when a symbol has too few bars, instead of leaving it out.", advanced=True),
    ] = False

    def check(self) -> None:
        """Refuse an empty choice of models, and parameters of models that are not fitted."""
        require(bool(self.models), "--model", "", "at least one name")
        require_fitted(self.settings, self.every_model)

    @property
    def every_model(self) -> tuple[str, ...]:
        """The models, and persistence."""
        return tuple(dict.fromkeys((*self.models, BASELINE)))
