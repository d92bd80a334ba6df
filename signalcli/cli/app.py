"""The command line: arguments in, exit status out. Errors become one line here and nowhere else."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

import signalcli
from signalcli.cli.commands import LazyGroup
from signalcli.cli.console import console
from signalcli.errors import ExitStatus, OutputError, SignalcliError, printable

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


def entry_point() -> None:
    """Console script: run, make sure stdout arrived, exit with the status."""
    _reserve_closed_streams()
    gc.set_threshold(50_000)  # what imports make lives for good, and was looked through dozens of times
    status = main(sys.argv[1:])
    try:
        _flush_stdout()
    except (OSError, OutputError):
        _silence_stdout()  # said already; what is left in the buffer must not be tried once more
    sys.exit(status)


def main(arguments: Sequence[str]) -> int:
    """Run one command line in this process and return its exit status; never raises, never exits."""
    console.configure(debug="--debug" in arguments)
    try:
        status = app(list(arguments) or ["--help"], standalone_mode=False, prog_name="signalcli")
        _flush_stdout()
    except BaseException as error:  # noqa: BLE001 (this is where every error ends)
        return _explained(error)
    return int(status or ExitStatus.OK)


def _flush_stdout() -> None:
    """What is still in the buffer arrives now, or is an error now, not while the interpreter exits."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _silence_stdout()
        raise OutputError("OUTPUT-WRITE", f"stdout: {error.strerror}") from error


def _explained(error: BaseException) -> ExitStatus | int:
    """One line on stderr for an error, and the exit status it means."""
    if console.debug:
        import traceback

        traceback.print_exception(error)
    if BrokenPipeError in {type(error), type(error.__context__)}:  # typer makes a SystemExit of it
        _silence_stdout()
        return ExitStatus.PIPE
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return ExitStatus.INTERRUPTED
    if isinstance(error, SystemExit):
        return int(error.code or 0)
    code, text, status = _described(error)
    console.error(code, text)
    return status


def _described(error: BaseException) -> tuple[str, str, ExitStatus]:
    if isinstance(error, SignalcliError):
        return error.code, error.message, error.exit_status
    if isinstance(error, typer.TyperException):
        return "USAGE", f"{printable(error.format_message())} (try --help)", ExitStatus.USAGE
    if isinstance(error, OSError) and error.filename is None:  # no file: a stream, while help is printed
        return "OUTPUT-WRITE", f"stdout: {printable(error.strerror or error)}", ExitStatus.IO
    text = f"{type(error).__name__}: {printable(error)}; this is a bug in signalcli, --debug shows where"
    return "BUG", text, ExitStatus.BUG


def _silence_stdout() -> None:
    """Point stdout at nothing, or the interpreter complains about it once more while it exits."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _reserve_closed_streams() -> None:
    """Occupy descriptors 0 to 2 where they are closed, or the next file opened would become stdout."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
