"""``signalcli models``: which models there are, and their parameters."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import typer

from signalcli.cli.options.complete import models as complete_models
from signalcli.cli.options.parameters import parse_parameters
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_rows
from signalcli.config.checks import require
from signalcli.config.features import FeatureConfig
from signalcli.config.option import Option
from signalcli.config.output import OutputConfig
from signalcli.errors import UsageError
from signalcli.models.entry import Catalogue
from signalcli.models.registry import FORECASTERS, MODELS, entry, parameters, resolve

ModelName = Annotated[
    str | None, typer.Argument(help="One model only.", metavar="MODEL", autocompletion=complete_models)
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Parameter of the network, such as units=50 (--summary; repeatable).",
        metavar="PARAM=VALUE",
        show_envvar=False,
        rich_help_panel="Options",
    ),
]
FEW_PARAMETERS = 3  # that may stand there again
LISTED = ["model", "reads", "summary", "parameters"]
DESCRIBED = ["model", "parameter", "default", "meaning"]
CHANNELS, CLASSES = 3, 2  # of a summary
LAYERS = ["model", "layer", "output", "arrays", "weights"]


@verb
def models(
    model: ModelName = None,
    forecast: Annotated[bool, Option("The models of signalcli forecast.")] = False,
    summary: Annotated[bool, Option("Layers, shapes and weights of one network.")] = False,
    settings: Settings = None,
    features: Annotated[FeatureConfig, Only("window")] = FeatureConfig(),
    channels: Annotated[int, Option("Values of one bar (--summary).", minimum=1, maximum=100_000)] = CHANNELS,
    classes: Annotated[int, Option("Directions (--summary).", minimum=2, maximum=3)] = CLASSES,
    output: OutputConfig = OutputConfig(),
) -> None:
    """List models and their parameters for --set; --summary shows the layers of a network.

    \b
    signalcli models lstm
    signalcli models --forecast lstm
    signalcli models --summary lstm --set units=50 --set layers=4 --window 60
    """
    plain = not settings and (features, channels, classes) == (FeatureConfig(), CHANNELS, CLASSES)
    require(summary or plain, "--set, --window, --channels, --classes", "", "used with --summary")
    require(not (summary and forecast), "--forecast", "", "left out with --summary")
    among = FORECASTERS if forecast else MODELS
    if summary:
        rows, columns = _summary(model, settings or [], features.window, channels, classes), LAYERS
    elif model is None:
        rows, columns = [_row(name, among) for name in among], LISTED
    else:
        rows, columns = _parameter_rows(resolve(model, among), among), DESCRIBED
    emit_rows(rows, columns, output, partial(_table_text, rows))


def _summary(
    model: str | None, settings: list[str], window: int, channels: int, classes: int
) -> list[dict[str, Any]]:
    if model is None:
        raise UsageError("OPTION-VALUE", "--summary: name a network, such as signalcli models --summary lstm")
    entry(model)
    from signalcli.models.neural.summary import summary

    chosen = parse_parameters(settings, [model])
    if others := sorted(chosen.keys() - {model}):
        raise UsageError(
            "OPTION-VALUE", f"--set {others[0]}.…: must be for {model}, the model of the summary"
        )
    return summary(model, chosen.get(model, {}), window, channels, classes)


def _row(name: str, among: Catalogue) -> dict[str, str]:
    model, names = entry(name, among), " ".join(p.name for p in parameters(name, among))
    return {"model": name, "reads": model.reads, "summary": model.summary, "parameters": names}


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows for eyes: parameters that an earlier model has as well are named by that model."""
    first: dict[str, str] = {}
    for row in rows:
        first.setdefault(row.get("parameters", ""), row["model"])
    same = {name: f"those of {owner}" for name, owner in first.items() if len(name.split()) > FEW_PARAMETERS}
    return [
        row | {"parameters": same[row["parameters"]]}
        if row.get("parameters") in same and first[row["parameters"]] != row["model"]
        else row
        for row in rows
    ]


def _parameter_rows(name: str, among: Catalogue) -> list[dict[str, str]]:
    return [
        {"model": name, "parameter": p.name, "default": str(p.default), "meaning": p.help}
        for p in parameters(name, among)
    ]


def _table_text(rows: list[dict[str, Any]], color: bool) -> str:
    from signalcli.report.text.tables import listing_text

    return listing_text(_once(rows), color=color)
