"""Pages as text for people."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from textwrap import wrap

from signalcli.cli.error_pages.catalogue import codes_of
from signalcli.cli.error_pages.page import Page

_WIDEST = 100  # characters a line; longer ones are hard to read
_INDENT = " " * 9


def pages_text(pages: Iterable[Page]) -> str:
    """Return each page with a heading and its parts."""
    return "\n".join(map(_page_text, pages))


def list_text(pages: Iterable[Page]) -> str:
    """Return one line for each page: code, exit status, and the first sentence of the cause."""
    return "".join(
        f"{'exit status' if page.is_exit_status else page.code:19}{' or '.join(map(str, page.exits)):10}"
        f"{page.summary}\n"
        for page in pages
    )


def _page_text(page: Page) -> str:
    exits = " or ".join(map(str, page.exits))
    heading = f"exit status {exits}" if page.is_exit_status else f"{page.code} · exit status {exits}"
    parts = [_part("Cause", page.cause), _part("Cure", page.cure), f"{'Example':9}{page.example}"]
    if page.is_exit_status and (codes := codes_of(int(page.code))):
        parts.append(_part("Codes", ", ".join(codes)))
    return "\n".join([heading, *parts, ""])


def _part(title: str, text: str) -> str:
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    lines = wrap(text, width, initial_indent=f"{title:9}", subsequent_indent=_INDENT, break_on_hyphens=False)
    return "\n".join(lines)
