"""Libraries that an installation may lack, and the command that installs each of them.

Every other dependency is part of the smallest installation (``requirements-serve.txt``).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from signalcli.errors import UsageError

# The extra of each optional library, by the name that is imported.
EXTRAS = {
    "PIL": "plot",
    "apprise": "notify",
    "arch": "many",
    "ccxt": "exchanges",
    "distributed": "cluster",
    "duckdb": "duckdb",
    "exchange_calendars": "calendar",
    "jinja2": "report",
    "matplotlib": "plot",
    "optuna": "tune",
    "python_calamine": "excel",
    "skl2onnx": "own",
    "skops": "own",
    "statsmodels": "inspect",
}
# Dependencies that the serving installation leaves out: the package of each, by the name that is imported.
NOT_FOR_SERVING = {
    "curl_cffi": "curl_cffi",
    "keras": "keras",
    "lightgbm": "lightgbm",
    "sklearn": "scikit-learn",
    "tensorflow": "tensorflow",
    "yfinance": "yfinance",
}


def is_installed(library: str) -> bool:
    """Return whether a library can be found; it is not imported."""
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):  # an import hook refuses it, or a stub without a spec stands for it
        return False


def install_command(libraries: Sequence[str]) -> str:
    """Return the command that installs libraries of `EXTRAS` or `NOT_FOR_SERVING`."""
    packages = [f"'signalcli[{EXTRAS[name]}]'" if name in EXTRAS else _package(name) for name in libraries]
    return f"pip install {' '.join(dict.fromkeys(packages))}"


def missing_libraries(libraries: Sequence[str], purpose: str, otherwise: str = "") -> UsageError:
    """Return the error for libraries that are not installed.

    ``purpose`` needs them; ``otherwise`` names what works without them.
    """
    names = " and ".join(map(_package, libraries))
    text = f"{purpose} needs {names}: {install_command(libraries)} (not installed)"
    return UsageError("LIBRARY-NONE", text + (f"; {otherwise}" if otherwise else ""))


def require_library(library: str, purpose: str, otherwise: str = "") -> None:
    """Raise UsageError if a library is not installed. Call it before long work starts."""
    if not is_installed(library):
        raise missing_libraries([library], purpose, otherwise)


def _package(library: str) -> str:
    return NOT_FOR_SERVING.get(library, library)
