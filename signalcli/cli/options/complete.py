"""What the shell completes: models, their parameters, feature sets, symbols of a store, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import typer

from signalcli.config.option import Setting

INTERVALS = ("1m", "2m", "5m", "15m", "30m", "60m", "90m", "1h", "1d", "5d", "1wk", "1mo", "3mo")
CALENDARS = ("XNYS", "XNAS", "XLON", "XETR", "XPAR", "XTKS", "XHKG", "24/7", "auto", "none")
SOURCES = ("yahoo", "tiingo", "ccxt:", "synthetic")

Complete = Callable[[typer.Context, str], list[str]]


def completer(one: Setting) -> Complete | None:
    """Return the completion of an option; None where any text may be typed."""
    if not one.choices and not one.option.complete:
        return None

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        done, comma, last = incomplete.rpartition(",") if one.many else ("", "", incomplete)
        return [f"{done}{comma}{text}" for text in _candidates(one, last)]

    return complete


def symbols(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the symbols of the store that --store names, and files."""
    store = (ctx.params or {}).get("store")
    return [*(_starting(_stored(store), incomplete) if store else ()), *_files(incomplete)]


def models(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of models."""
    return _starting(_models(), incomplete)


def codes(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return error codes and exit statuses."""
    from signalcli.cli.error_pages.catalogue import PAGES

    return _starting(PAGES, incomplete.upper())


def _candidates(one: Setting, text: str) -> list[str]:
    kind = one.option.complete
    if kind in {"files", "folders", "source"}:
        paths = [path for path in _files(text) if kind != "folders" or path.endswith("/")]
        return [*(_starting(SOURCES, text) if kind == "source" else ()), *paths]
    if kind == "models or folders":
        return [*_starting(_models(), text), *(path for path in _files(text) if path.endswith("/"))]
    if kind == "parameters":
        return _parameters(text)
    return _starting(one.choices or _NAMES[kind](), text)


def _starting(names: Iterable[str], text: str) -> list[str]:
    return [name for name in names if name.startswith(text)]


def _models() -> Iterable[str]:
    from signalcli.models.registry import MODELS

    return MODELS


def _forecasters() -> Iterable[str]:
    from signalcli.models.registry import FORECASTERS

    return FORECASTERS


def _processes() -> Iterable[str]:
    from signalcli.data.sources.synthetic import PROCESSES

    return PROCESSES


def _metrics() -> Iterable[str]:
    from signalcli.evaluation.metrics.catalogue import explain_metrics

    return [str(row["name"]) for row in explain_metrics()]


_NAMES: dict[str, Callable[[], Iterable[str]]] = {
    "models": _models,
    "forecasters": _forecasters,
    "processes": _processes,
    "metrics": _metrics,
    "intervals": lambda: INTERVALS,
    "calendars": lambda: CALENDARS,
}


def _parameters(text: str) -> list[str]:
    """Complete ``MODEL.`` and then ``MODEL.PARAM=``."""
    from signalcli.models.registry import MODELS, parameters

    model, dot, _ = text.partition(".")
    if not dot:
        return _starting((f"{name}." for name in MODELS), text)
    return _starting((f"{model}.{p.name}=" for p in parameters(model)), text) if model in MODELS else []


def _stored(store: str) -> Iterable[str]:
    from signalcli.data.store.folders import existing_store
    from signalcli.data.store.listing import list_store
    from signalcli.errors import SignalcliError

    try:
        return sorted(set(list_store(existing_store(store))["symbol"]))
    except SignalcliError:
        return ()


def _files(text: str) -> list[str]:
    folder, slash, start = text.rpartition("/")
    place = Path(folder + slash or ".")
    if not place.is_dir():
        return []
    found = sorted(p for p in place.iterdir() if p.name.startswith(start) and not p.name.startswith("."))
    return [f"{folder}{slash}{p.name}{'/' if p.is_dir() else ''}" for p in found]
