"""Which models are fitted and how."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.checks import require, require_fitted
from signalcli.config.option import Option
from signalcli.schemas import FITTED_BASELINES

Calibration = Literal["platt", "isotonic"]


@dataclass(frozen=True)
class FitConfig(Config):
    """Which models are fitted and how.

    The baselines are fitted beside the models in any case. ``settings`` maps the name of a model to its
    parameters. Calibration and coverage apply to the models, not to the baselines.
    """

    heading: ClassVar[str] = "Models"
    section: ClassVar[str] = "fit"

    models: Annotated[
        tuple[str, ...],
        Option(
            "Models by name; `signalcli models` lists them.",
            ("--model", "--models", "-m"),
            "NAME[,…]",
            key="models",
            complete="models",
        ),
    ] = ("ar", "tree", "lstm", "gru")
    settings: Annotated[
        dict[str, dict[str, Any]],
        Option(
            "Parameter of a model, such as lstm.units=64 (repeatable).",
            ("--set",),
            "MODEL.PARAM=VALUE",
            complete="parameters",
        ),
    ] = field(default_factory=dict)
    pooled: Annotated[bool, Option("Fit one model on all symbols instead of one per symbol.")] = False
    random_state: Annotated[
        int, Option("Random seed.", ("--seed",), minimum=0, maximum=2**32 - 1, key="seed")
    ] = 0
    calibrate: Annotated[
        Calibration | None,
        Option("Calibrate probabilities on the last part of each training set.", advanced=True),
    ] = None
    coverage: Annotated[
        float | None,
        Option(
            "Conformal coverage: take a position only where the prediction set holds one direction.",
            minimum=0.5,
            below=1,
            advanced=True,
        ),
    ] = None
    seeds: Annotated[
        int,
        Option(
            "Fit with this many seeds to see the noise: lstm@0, lstm@1 …",
            minimum=1,
            maximum=10_000,
            advanced=True,
        ),
    ] = 1

    aci: Annotated[
        float | None,
        Option(
            "Adapt the band of --coverage after each outcome by this rate, such as 0.01.",
            above=0,
            maximum=1,
            advanced=True,
        ),
    ] = None
    require_all: Annotated[
        bool,
        Option(
            "Stop when a symbol has too few rows or one direction, instead of leaving it out.", advanced=True
        ),
    ] = False

    features: Annotated[
        tuple[str, ...],
        Option("Only these features: names or patterns such as 'ret_*'.", metavar="GLOB[,…]"),
    ] = ()
    exclude: Annotated[
        tuple[str, ...], Option("Features to leave out: names or patterns.", metavar="GLOB[,…]")
    ] = ()

    def check(self) -> None:
        """Refuse an empty choice of models, and parameters of models that are not fitted."""
        require(bool(self.models), "--model", "", "at least one name (`signalcli models` lists them)")
        require_fitted(self.settings, self.every_model)

    @property
    def every_model(self) -> tuple[str, ...]:
        """The models, then the baselines that are not among them."""
        return tuple(dict.fromkeys((*self.models, *FITTED_BASELINES)))
