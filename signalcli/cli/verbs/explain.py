"""``signalcli explain``: cause and cure of an error code or an exit status."""

from __future__ import annotations

from typing import Annotated

import typer

from signalcli.cli.error_pages.catalogue import PAGES, page_of
from signalcli.cli.error_pages.text import list_text, pages_text
from signalcli.cli.options.complete import codes as complete_codes
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_rows
from signalcli.config.output import OutputConfig

Codes = Annotated[
    list[str] | None,
    typer.Argument(
        help="Error codes, exit statuses, or an error line; none lists all of them.",
        metavar="CODE",
        autocompletion=complete_codes,
    ),
]
COLUMNS = ["code", "exits", "cause", "cure", "example"]


@verb
def explain(codes: Codes = None, output: OutputConfig = OutputConfig()) -> None:
    """Print cause, cure and an example for an error code or an exit status.

    \b
    signalcli explain CSV-DATE
    signalcli explain 75
    """
    pages = [page_of(code) for code in codes or []] or list(PAGES.values())
    text = pages_text(pages) if codes else list_text(pages)
    emit_rows([page.row() for page in pages], COLUMNS, output, lambda _: text)
