"""The command line: arguments in, exit status out. Errors become one line here and nowhere else."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

import signalcli
from signalcli.cli.commands import LazyGroup
from signalcli.cli.completion import check_completion
from signalcli.cli.console import console
from signalcli.cli.faults import MEMORY, explain, is_interrupt
from signalcli.cli.streams import flush_stdout, reserve_closed_streams, silence_stdout
from signalcli.errors import ExitStatus, OutputError

app = typer.Typer(
    name="signalcli",
    cls=LazyGroup,
    rich_markup_mode=None,  # help in plain text: rich would double the start-up time
    pretty_exceptions_enable=False,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "auto_envvar_prefix": "SIGNALCLI",
    },
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"signalcli {signalcli.__version__}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Show the version and exit.",
            show_envvar=False,
        ),
    ] = False,
) -> None:
    """Turn OHLC bars into honest direction signals.

    fetch | features | fit | backtest is a pipe of CSV tables; run does all of it in one process;
    demo shows it on bars that come with the package. `signalcli help VERB` explains a verb. Every option
    can be set in the environment too, such as SIGNALCLI_RUN_COST_BPS=7.
    """


def entry_point() -> NoReturn:
    """Console script: run, make sure stdout arrived, exit with the status."""
    reserve_closed_streams()
    _hide_warnings()
    gc.set_threshold(50_000)  # what imports make lives for good, and was looked through dozens of times
    status = main(sys.argv[1:])
    if not console.out_of_memory:  # else threads that could not start would be waited for without end
        atexit._run_exitfuncs()
    try:
        flush_stdout()
    except (OSError, OutputError):
        silence_stdout()  # said already; what is left in the buffer must not be tried once more
    os._exit(status)  # an interpreter that ends would be aborted by a thread of Arrow that frees its buffer


def main(arguments: Sequence[str]) -> int:
    """Run one command line in this process and return its exit status; never raises, never exits."""
    console.configure(debug="--debug" in arguments)
    try:
        check_completion()
        status = app(list(arguments) or ["--help"], standalone_mode=False, prog_name="signalcli")
        flush_stdout()
    except BaseException as error:  # noqa: BLE001 (this is where every error ends)
        return _explained(error)
    return int(status or ExitStatus.OK)


def _hide_warnings() -> None:
    """Silence Python's warnings, such as NumPy's of an overflow, unless the user asked for them."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _explained(error: BaseException) -> ExitStatus | int:
    """One line on stderr for an error, and the exit status it means."""
    if console.debug:
        console.trace(error)
    if BrokenPipeError in {type(error), type(error.__context__)}:  # typer makes a SystemExit of it
        silence_stdout()
        return ExitStatus.PIPE
    if is_interrupt(error):
        return ExitStatus.INTERRUPTED
    if isinstance(error, SystemExit):
        return int(error.code or 0)
    code, text, status = explain(error)
    console.out_of_memory = code == MEMORY
    console.error(code, text)
    return status
