"""OHLC bars to honest direction signals.

The names of `signalcli.api` can be used from here, ``signalcli.build_features`` and so on; they are imported
on first use, so that ``import signalcli`` costs next to nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # A module is looked up here before it is imported: "api" itself must not ask for itself.
    api = None if name.startswith("_") or name == "api" else import_module("signalcli.api")
    if api is None or name not in api.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(api, name)


def __dir__() -> list[str]:
    return [*globals(), *import_module("signalcli.api").__all__]
