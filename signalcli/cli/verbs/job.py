"""Job files at the command line: ``run JOB.toml``, ``run --dry-run``, ``job init``."""

from __future__ import annotations

import inspect
from typing import Any

import typer

from signalcli.cli.job_file import NAMES, SECTIONS, read_job, to_toml
from signalcli.cli.options import common as o
from signalcli.cli.parsing import parse_value
from signalcli.errors import ConfigError, printable
from signalcli.io.files import STDIO, write_bytes

ENDING = ".toml"
OF_JOB = "symbols of a job file"
PARAMETERS = {"models": "model", "set": "settings", "format": "form"}  # key in the file, name in the verb
WORDS = {
    "COMMANDLINE": "command line",
    "ENVIRONMENT": "environment",
    "DEFAULT_MAP": "job file",
    "DEFAULT": "default",
}

job = typer.Typer(help="Settings of a run as a file.", rich_markup_mode=None, no_args_is_help=True)


def take_job(context: typer.Context, symbols: list[str] | None) -> list[str] | None:
    """Callback of the symbols: a single ``….toml`` among them is a job file, and gives every other default.

    So a flag comes before the environment, the environment before the file, the file before the default.
    """
    if not symbols or len(symbols) > 1 or not symbols[0].endswith(ENDING):
        return symbols
    settings = read_job(symbols[0])
    named = settings.pop("symbols", None)
    context.meta[OF_JOB] = named is not None
    of_file = {PARAMETERS.get(key, key): value for key, value in settings.items()}
    chosen, context.default_map = dict(context.default_map or {}), of_file
    for parameter in context.command.params:
        if parameter.name in of_file:
            _refuse_value(context, parameter, symbols[0])
    context.default_map = {**of_file, **chosen}  # a --spec was read before, and is a flag
    return named


def _refuse_value(context: typer.Context, parameter: Any, file: str) -> None:
    """A value that its option would refuse is a fault of the file, not of the command line."""
    value = (context.default_map or {})[parameter.name]
    try:
        parameter.process_value(context, value)
    except typer.BadParameter as error:
        key = next((k for k, name in PARAMETERS.items() if name == parameter.name), parameter.name)
        raise ConfigError("JOB-VALUE", f"{printable(file)}: {key}: {printable(error.message)}") from error


def resolved(context: typer.Context) -> str:
    """The settings of a run as a job file, each with the place it came from."""
    settings, remarks = {}, {}
    for key in (key for keys in SECTIONS.values() for key in keys):
        name = PARAMETERS.get(key, key)
        value = context.params[name]
        settings[key] = _listed(key, value)
        source = context.get_parameter_source(name)
        remarks[key] = WORDS.get(source.name, "") if source is not None else ""
    if context.meta.get(OF_JOB):
        remarks["symbols"] = WORDS["DEFAULT_MAP"]
    return to_toml(settings, remarks)


def _listed(key: str, value: Any) -> Any:
    if key in NAMES and value is not None:
        return [parse_value(part) for part in value.split(",") if part]
    return value.date().isoformat() if hasattr(value, "date") else value


@job.command("init")
def init(
    output: o.Output = STDIO, quiet: o.Quiet = False, verbose: o.Verbose = False, debug: o.Debug = False
) -> None:
    """Write a job file with every setting, its default and its meaning.

    \b
    signalcli job init > nightly.toml
    """
    write_bytes(output, example().encode())


def example() -> str:
    """A job file that runs as it stands, on Yahoo's bars of IBM."""
    from signalcli.cli.verbs.run import run

    settings, remarks = {}, {}
    for key in (key for keys in SECTIONS.values() for key in keys):
        parameter = inspect.signature(run, eval_str=True).parameters[PARAMETERS.get(key, key)]
        settings[key] = _listed(key, parameter.default)
        remarks[key] = parameter.annotation.__metadata__[0].help
    settings["symbols"] = ["IBM"]
    return "# signalcli run THIS_FILE; parameters of a model go under [fit.set.MODEL].\n\n" + to_toml(
        settings, remarks
    )
