"""``signalcli models``: what can be fitted, and with which parameters."""

from __future__ import annotations

import csv
import io
import json
from typing import Annotated, Any

import typer

from signalcli.cli.inputs import on_terminal
from signalcli.cli.options import common as o
from signalcli.cli.options.option import option
from signalcli.cli.parsing import parse_settings
from signalcli.config.features import FeatureConfig
from signalcli.errors import UsageError
from signalcli.models.forecasters import FORECASTERS
from signalcli.models.registry import MODELS, Catalogue, entry, parameters

ModelName = Annotated[str | None, typer.Argument(help="One model only.", metavar="MODEL")]

Summary = Annotated[bool, option("--summary", help="Layers, shapes and weights of one network.")]
Channels = Annotated[int, option("--channels", help="Values of one bar (--summary).", min=1)]
Classes = Annotated[int, option("--classes", help="Directions (--summary).", min=2, max=3)]

Forecast = Annotated[bool, option("--forecast", help="The models of signalcli forecast.")]

LISTED = ["model", "reads", "summary", "parameters"]
DESCRIBED = ["model", "parameter", "default", "meaning"]
LAYERS = ["model", "layer", "output", "arrays", "weights"]
CHANNELS = 3  # of the sequence block that `features` makes


def models(
    model: ModelName = None,
    forecast: Forecast = False,
    summary: Summary = False,
    settings: o.Settings = None,
    window: o.Window = FeatureConfig.window,
    channels: Channels = CHANNELS,
    classes: Classes = 2,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """List models, what they read, their parameters for --set, and what a network is made of.

    \b
    signalcli models lstm
    signalcli models --forecast lstm
    signalcli models --summary lstm --set units=50 --set layers=4 --window 60
    """
    among = FORECASTERS if forecast else MODELS
    if summary:
        rows, columns = _summary(model, settings or [], window, channels, classes), LAYERS
    elif model is None:
        rows, columns = [_row(name, among) for name in among], LISTED
    else:
        rows, columns = _parameter_rows(model, among), DESCRIBED
    seen = on_terminal(output)
    if form == "table" or (form is None and seen):
        _as_table(rows, output, colour=seen)
    else:
        _as_data(rows, columns, output, form)


def _summary(
    model: str | None, settings: list[str], window: int, channels: int, classes: int
) -> list[dict[str, Any]]:
    if model is None:
        raise UsageError("OPTION-VALUE", "--summary: which model? as in signalcli models --summary lstm")
    entry(model)
    from signalcli.models.neural.summary import summary

    chosen = parse_settings(settings, [model])
    others = sorted(chosen.keys() - {model})
    if others:
        raise UsageError("OPTION-VALUE", f"--set {others[0]}.…: the summary is of {model}")
    return summary(model, chosen.get(model, {}), window, channels, classes)


def _row(name: str, among: Catalogue) -> dict[str, str]:
    found, settings = entry(name, among), " ".join(p.name for p in parameters(name, among))
    return {"model": name, "reads": found.reads, "summary": found.summary, "parameters": settings}


def _parameter_rows(name: str, among: Catalogue) -> list[dict[str, str]]:
    return [
        {"model": name, "parameter": p.name, "default": str(p.default), "meaning": p.help}
        for p in parameters(name, among)
    ]


def _as_table(rows: list[dict[str, Any]], output: str, *, colour: bool) -> None:
    from signalcli.io.files import write_bytes
    from signalcli.report.text.tables import listing_text

    write_bytes(output, listing_text(rows, colour=colour).encode())


def _as_data(rows: list[dict[str, Any]], columns: list[str], output: str, form: str | None) -> None:
    """Write rows of text without pandas, which takes longer to load than all the rest of this verb."""
    from signalcli.io.csv import format_of
    from signalcli.io.files import write_bytes

    chosen = format_of(output, form)
    if chosen == "csv":
        write_bytes(output, _csv(rows, columns).encode())
    elif chosen == "parquet":
        _as_parquet(rows, columns, output)
    else:
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        text = lines if chosen == "jsonl" else json.dumps(rows, indent=1) + "\n"
        write_bytes(output, text.encode())


def _csv(rows: list[dict[str, Any]], columns: list[str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _as_parquet(rows: list[dict[str, Any]], columns: list[str], output: str) -> None:
    import pandas as pd

    from signalcli.cli.inputs import emit

    emit(pd.DataFrame(rows, columns=columns), output, "parquet")
