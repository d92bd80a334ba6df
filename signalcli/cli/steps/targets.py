"""What ``status`` and ``doctor`` look at: what a job file names, unless a flag names another."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from signalcli.config.option import Option

_JOB = "settings of a job file"
# The options that a job file fills, by their key in it; the model is beside them, because it is a list.
_OPTIONS = {"store": "store", "append": "signals", "calendar": "calendar", "ledger": "ledger"}


def job_settings(context: typer.Context) -> dict[str, Any]:
    """Return the settings of the job file by key; empty without one."""
    settings: dict[str, Any] = context.meta.get(_JOB, {})
    return settings


def _take_job(context: typer.Context, file: str | None) -> str | None:
    """Callback: what the job file of ``run`` names is inspected; a flag takes precedence."""
    if file is not None:
        from signalcli.cli.job_file import read_job

        job = context.meta[_JOB] = read_job(file)
        context.default_map = {option: job[key] for key, option in _OPTIONS.items() if key in job}
        context.default_map |= {"model": [job["save"]]} if "save" in job else {}
    return file


JobFile = Annotated[
    str | None,
    typer.Argument(
        help="Job file of run, which names the rest.", metavar="JOB.toml", is_eager=True, callback=_take_job
    ),
]
StoreFolder = Annotated[
    str | None, Option("Store of bars to check.", metavar="DIR", heading="Input", complete="folders")
]
ModelFolders = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        help="Folder of a saved model (repeatable).",
        metavar="DIR",
        show_envvar=False,
        rich_help_panel="Input",
    ),
]
SignalsFile = Annotated[
    str | None,
    Option("File of predict --append to check.", metavar="FILE", heading="Input", complete="files"),
]
