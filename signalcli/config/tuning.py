"""How the parameters of models are searched, and where what was found is written."""

from dataclasses import dataclass, fields
from typing import Annotated, ClassVar, Literal, get_args

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.fit import FitConfig
from signalcli.config.option import Option
from signalcli.config.span import duration

Sampler = Literal["grid", "random", "tpe"]
Objective = Literal["log_loss", "brier", "accuracy", "balanced_accuracy", "net_sharpe", "net_return"]
Choose = Literal["simplest", "best"]
OBJECTIVES: tuple[str, ...] = get_args(Objective)
LOWER_IS_BETTER = ("log_loss", "brier")
DEFAULT_TRIALS = 50  # of random and tpe; a grid is tried whole


@dataclass(frozen=True)
class TuneConfig(Config):
    """What is searched, how long, and by which score of the inner folds a trial is chosen."""

    heading: ClassVar[str] = "Search"

    space: Annotated[
        str | tuple[str, ...] | None,
        Option(
            "Values of a parameter, or a TOML file of them: tree.num_leaves=7,15 lstm.units=8..64:log.",
            metavar="MODEL.PARAM=VALUES|FILE",
            complete="parameters",
        ),
    ] = None
    sampler: Annotated[Sampler, Option("How trials are chosen; tpe needs optuna.")] = "random"
    trials: Annotated[
        int | None,
        Option(
            f"Trials of each search; {DEFAULT_TRIALS} unless the space is smaller, a grid is tried whole.",
            minimum=1,
            maximum=100_000,
        ),
    ] = None
    objective: Annotated[Objective, Option("Score of the inner test rows that chooses a trial.")] = "log_loss"
    choose: Annotated[
        Choose,
        Option(
            "The best trial, or the simplest within one standard error: values go from simple to complex."
        ),
    ] = "simplest"
    inner_folds: Annotated[
        int, Option("Walk-forward folds inside each training part.", minimum=2, maximum=1000)
    ] = 3
    time_limit: Annotated[
        str | None, Option("Start no further batch of trials after this time, such as 30m.", metavar="SPAN")
    ] = None
    stop_early: Annotated[
        bool, Option("Stop a trial that is behind the median of the finished ones after an inner fold.")
    ] = True

    def check(self) -> None:
        """Refuse a search without a space, and a time that cannot be read."""
        if self.time_limit is not None:
            duration("--time-limit", self.time_limit)

    @property
    def spaces(self) -> tuple[str, ...]:
        """Texts and files of the space. Raises UsageError without one."""
        require(self.space is not None, "--space", "", "given, such as --space tree.num_leaves=7,15,31")
        return (self.space,) if isinstance(self.space, str) else self.space or ()

    @property
    def seconds(self) -> float | None:
        """Time limit in seconds; None without one."""
        limit = self.time_limit
        return None if limit is None else duration("--time-limit", limit).total_seconds()


@dataclass(frozen=True)
class TunedFitConfig(FitConfig):
    """How the models of a search are fitted; they are those of its space, or some of them."""

    models: Annotated[
        tuple[str, ...],
        Option(
            "Only these models of the space.",
            ("--model", "--models", "-m"),
            "NAME[,…]",
            key="models",
            complete="models",
        ),
    ] = ()

    def check(self) -> None:
        """Accept parameters of any model: the space is not known yet."""

    def of(self, models: tuple[str, ...]) -> FitConfig:
        """The config of these models. Raises UsageError for ``--set`` of another one."""
        values = {f.name: getattr(self, f.name) for f in fields(FitConfig)}
        return FitConfig(**values | {"models": models})


@dataclass(frozen=True)
class TuneOutputConfig(Config):
    """Files that a search writes beside its table."""

    heading: ClassVar[str] = "Output"

    predictions: Annotated[
        str | None,
        Option(
            "Write the PREDICTIONS of the outer test rows, for backtest and compare.",
            metavar="FILE",
            complete="files",
            writes=True,
        ),
    ] = None
    best: Annotated[
        str | None,
        Option(
            "Search all labeled rows too, and write its parameters as TOML, for fit --params.",
            metavar="FILE",
            complete="files",
            writes=True,
        ),
    ] = None
    history: Annotated[
        str | None,
        Option(
            "Write every trial: score, best so far, expected best of as many noise trials.",
            metavar="FILE",
            complete="files",
            writes=True,
        ),
    ] = None


@dataclass(frozen=True)
class ParamsConfig(Config):
    """Parameters of models that a search has found."""

    heading: ClassVar[str] = "Models"
    section: ClassVar[str] = "fit"

    params: Annotated[
        str | None,
        Option(
            "TOML file with models and their parameters (tune --best); --set takes precedence.",
            metavar="FILE",
            complete="files",
        ),
    ] = None
