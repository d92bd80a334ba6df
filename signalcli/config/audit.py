"""What an audit looks at beside the chain of ``run``."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.fit import FitConfig
from signalcli.config.option import Option


@dataclass(frozen=True)
class AuditConfig(Config):
    """What is audited: the chain of ``run``, with a program in it; two files of signals; the audit itself."""

    heading: ClassVar[str] = "Audit"

    through: Annotated[
        str | None,
        Option(
            "Program that reads and writes a table as CSV, such as './mine.py'; it runs between two stages.",
            metavar="COMMAND",
        ),
    ] = None
    reads: Annotated[
        Literal["bars", "features", "predictions"], Option("Table that --through reads and writes.")
    ] = "features"
    signals: Annotated[
        tuple[str, ...],
        Option(
            "Two files of signals (repeat the option): name their first difference.",
            metavar="FILE",
            complete="files",
        ),
    ] = ()
    self_test: Annotated[
        bool, Option("Run the audit on planted leaks and honest controls; print a table by kind.")
    ] = False

    def check(self) -> None:
        """Refuse a number of files other than two, and a table for a program that is not there."""
        two = len(self.signals) in {0, 2}
        require(two, "--signals", ",".join(self.signals), "two files: --signals a.csv --signals b.csv")
        alone = self.through is not None or self.reads == "features"
        require(alone, "--reads", self.reads, "used with --through")


@dataclass(frozen=True)
class AuditedFitConfig(FitConfig):
    """The models of a run, or the folder of a saved model."""

    models: Annotated[
        tuple[str, ...],
        Option(
            "Models by name, or the folder of a saved model.",
            ("--model", "--models", "-m"),
            "NAME[,…]|DIR",
            key="models",
            complete="models or folders",
        ),
    ] = FitConfig().models
