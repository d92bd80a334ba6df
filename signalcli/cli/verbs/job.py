"""``signalcli job``: the settings of a run as a file."""

from __future__ import annotations

from typing import Annotated

import typer

from signalcli.cli.job_file import to_toml
from signalcli.cli.options.command import VerbCommand
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import write_text
from signalcli.config.job import sections
from signalcli.config.output import OutputConfig

job = typer.Typer(help="Settings of a run as a file.", rich_markup_mode=None, no_args_is_help=True)


@job.command("init", cls=VerbCommand)
@verb
def init(output: Annotated[OutputConfig, Only("output")] = OutputConfig()) -> None:
    """Write a job file with every setting, its default and its meaning.

    \b
    signalcli job init > nightly.toml
    """
    write_text(example(), output)


def example() -> str:
    """Return a job file that runs as it stands, on Yahoo's bars of IBM."""
    settings = {key: one for section in sections().values() for key, one in section.items()}
    values = {key: one.default for key, one in settings.items()} | {"symbols": ("IBM",)}
    remarks = {key: one.option.help for key, one in settings.items()}
    heading = "# signalcli run THIS_FILE; parameters of a model go under [fit.set.MODEL].\n\n"
    return heading + to_toml(values, remarks)
