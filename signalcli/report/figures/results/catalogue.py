"""The figures of results by name: `--plot NAME FILE`, and the order in a report."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from signalcli.errors import UsageError, nearest, printable
from signalcli.report.figures.picture import Picture
from signalcli.report.results import Results

_RESULTS = "signalcli.report.figures.results"
_BUILDERS = {
    "verdict": f"{_RESULTS}.verdict",
    "equity": f"{_RESULTS}.equity",
    "drawdown": f"{_RESULTS}.drawdown",
    "rolling": f"{_RESULTS}.rolling",
    "months": f"{_RESULTS}.months",
    "calibration": "signalcli.report.figures.reliability",
    "probabilities": f"{_RESULTS}.probabilities",
    "confusion": f"{_RESULTS}.confusion",
    "trades": f"{_RESULTS}.trades",
}
FIGURES = tuple(_BUILDERS)


def make_picture(name: str, results: Results) -> Picture:
    """Return a figure by its name. Raises UsageError for an unknown one, and where it cannot be drawn."""
    builder: Callable[[Results], Picture] = getattr(import_module(_BUILDERS[name]), f"{name}_picture")
    return builder(results)


def check_name(name: str) -> None:
    """Raise UsageError for a figure that there is not."""
    if name not in FIGURES:
        raise UsageError(
            "PLOT-FIGURE",
            f"--plot {printable(name)}: no such figure (nearest: {nearest(name, FIGURES)}); one of "
            f"{', '.join(FIGURES)}",
        )
