"""Which figure of the results is drawn, and where."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.option import Option, brief
from signalcli.config.output import STDOUT
from signalcli.errors import UsageError, nearest

FIGURES = (
    "verdict", "equity", "drawdown", "rolling", "months", "calibration", "probabilities", "confusion",
    "trades",
)  # fmt: skip
IN_TERMINAL = ("equity", "drawdown")
COLON = ":"


@dataclass(frozen=True)
class PlotConfig(Config):
    """A figure of the results; ``plot`` is a file, or the name of a figure, a colon and a file."""

    heading: ClassVar[str] = "Output"

    plot: Annotated[
        str | None,
        Option(
            "Draw equity or another figure to a .png or .svg; - draws equity or drawdown as text instead.",
            metavar="[FIGURE] FILE",
            complete="files",
            writes=True,
        ),
    ] = None

    def check(self) -> None:
        """Raise UsageError for a figure that there is not, or not in a terminal."""
        figure = self._parts[0]
        if figure and figure not in FIGURES:
            raise UsageError(
                "PLOT-FIGURE",
                f"--plot {brief(figure)}: no such figure; did you mean {nearest(figure, FIGURES)}?",
            )
        if self.as_text and figure and figure not in IN_TERMINAL:
            raise UsageError(
                "PLOT-TEXT",
                f"--plot {figure} -: as text there are {' and '.join(IN_TERMINAL)}; name a .png or .svg",
            )

    @property
    def file(self) -> str:
        """File of the figure; ``-`` is standard output."""
        return self._parts[1]

    @property
    def as_text(self) -> bool:
        """Whether the figure is drawn as text on standard output."""
        return self.file == STDOUT

    def figure(self, usual: str) -> str:
        """Name of the figure; ``usual`` where none is named and it can be drawn."""
        named = self._parts[0]
        return named or (usual if not self.as_text or usual in IN_TERMINAL else IN_TERMINAL[0])

    @property
    def _parts(self) -> tuple[str, str]:
        """Name of the figure, or nothing, and file."""
        first, colon, rest = (self.plot or "").partition(COLON)
        return (first, rest) if colon and is_name(first) else ("", self.plot or "")


def is_name(word: str) -> bool:
    """Whether a word names a figure rather than a file; it may be misspelled."""
    return word.isalpha()
