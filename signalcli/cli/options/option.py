"""One option, as typer has it, but without its environment variable in every line of the help."""

from functools import partial

import typer

option = partial(typer.Option, show_envvar=False)
