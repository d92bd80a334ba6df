"""Runs of the ledger → a report as data: their fits side by side, and the settings that differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from signalcli.errors import count, shortened
from signalcli.report.document.document import Cell, Document, Section, Table, fraction, name, number, whole
from signalcli.report.document.origin import setting_text
from signalcli.report.results import short_name
from signalcli.tracking.provenance import flat_settings
from signalcli.tracking.recipe import from_text

COLUMNS = (
    "run", "made at", "symbol", "model", "tested rows", "accuracy", "log loss", "Sharpe a bar", "seed",
    "hash of the tested bars", "hold-out",
)  # fmt: skip


def build_runs_document(fits: list[dict[str, Any]]) -> Document:
    """The report on fits of the ledger, as `read_run` returns them; runs are told apart by their name."""
    runs = list(dict.fromkeys(str(fit["run"]) for fit in fits))
    symbols = list(dict.fromkeys(short_name(fit["symbol"]) for fit in fits))
    same = len({fit["test_hash"] for fit in fits}) == len(symbols)
    bars = "on the same tested bars" if same else "not all on the same tested bars"
    sections = (
        Section(
            "fits", "Fits", (), (), (Table("Fits of the runs", COLUMNS, [*map(_row, fits)], brief=True),)
        ),
        Section("settings", "Settings", (), (), (_differences(fits, runs),)),
    )
    facts = (("Runs", shortened(runs)), ("Symbols", shortened(symbols)), ("Fits", f"{len(fits):,}"))
    verdict = (
        f"{count(len(fits), 'fit')}, {bars}. The predictions are not kept: fit again for figures and tests."
    )
    title = f"signalcli report: {shortened(runs)}"
    return Document(title, count(len(runs), "run") + " of the ledger", verdict, False, facts, sections)


def _row(fit: dict[str, Any]) -> list[Cell]:
    accuracy, log_loss, sharpe = (_known(fit[key]) for key in ("accuracy", "log_loss", "sharpe"))
    return [
        name(fit["run"]), Cell(str(fit["made_at"])), name(fit["symbol"]), name(fit["model"]),
        whole(fit["rows"]), fraction(accuracy), number(log_loss, 4), number(sharpe, 4), whole(fit["seed"]),
        Cell(fit["test_hash"]), Cell(f"opened from {fit['opened']}" if fit["opened"] else ""),
    ]  # fmt: skip


def _known(value: float | None) -> float:
    return float("nan") if value is None else value


def _differences(fits: list[dict[str, Any]], runs: list[str]) -> Table:
    """A row a setting that is not the same in all runs."""
    recipes = {fit["run"]: flat_settings(from_text(fit["recipe"])) for fit in fits if fit.get("recipe")}
    rows = [[Cell(key), *map(name, texts)] for key, texts in _texts(recipes, runs) if len(set(texts)) > 1]
    return Table("Settings that differ", ("setting", *runs), rows, brief=True, sortable=False)


def _texts(
    recipes: dict[str, dict[str, tuple[Any, Any]]], runs: list[str]
) -> Iterator[tuple[str, list[str]]]:
    keys = dict.fromkeys(key for recipe in recipes.values() for key in recipe)
    for key in keys:
        values = (recipes.get(run, {}).get(key) for run in runs)
        yield key, ["" if value is None else setting_text(value[0]) for value in values]
