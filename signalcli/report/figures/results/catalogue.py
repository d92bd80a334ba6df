"""The figures of results by the names of `signalcli.config.plot`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

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


def make_picture(name: str, results: Results) -> Picture:
    """Return a figure by its name. Raises UsageError where it cannot be drawn."""
    builder: Callable[[Results], Picture] = getattr(import_module(_BUILDERS[name]), f"{name}_picture")
    return builder(results)
