"""``signalcli help VERB``: the same as ``signalcli VERB --help``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from signalcli.cli.options.verb import verb
from signalcli.errors import UsageError, nearest, printable


@verb
def help(  # noqa: A001 - the name of the verb
    context: typer.Context,
    name: Annotated[
        list[str] | None, typer.Argument(help="A verb; none means all of them.", metavar="VERB")
    ] = None,
) -> None:
    """Show the help of a verb."""
    place: Any = context.parent
    for word in name or []:
        known = place.command.list_commands(place) if hasattr(place.command, "list_commands") else []
        if word not in known:
            raise UsageError("USAGE", f"no verb {printable(word)!r}; did you mean {nearest(word, known)}?")
        place = type(place)(place.command.get_command(place, word), info_name=word, parent=place)
    typer.echo(place.get_help())
