"""Write docs/errors.md from the error pages of the program, so that the two cannot differ."""

from __future__ import annotations

from pathlib import Path

from signalcli.cli.error_pages.catalogue import PARTS
from signalcli.cli.error_pages.page import Page

TARGET = Path(__file__).parent / "errors.md"


def page() -> str:
    """Return the whole page: one section for each part of the program."""
    head = "# Errors and exit statuses\n\nWritten by `make docs` from `signalcli explain`.\n"
    return head + "".join(_section(part.__doc__ or "", part.PAGES) for part in PARTS)


def _section(title: str, pages: tuple[Page, ...]) -> str:
    return f"\n## {title.strip().removesuffix('.').removeprefix('Errors of ').capitalize()}\n" + "".join(
        map(_entry, pages)
    )


def _entry(page: Page) -> str:
    exits = " or ".join(map(str, page.exits))
    heading = f"Exit status {exits}" if page.is_exit_status else f"`{page.code}`"
    ends = "" if page.is_exit_status else f"Exit status {exits}. "
    return f"\n### {heading}\n\n{ends}{page.cause}\n\n{page.cure}\n\n```text\n{page.example}\n```\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
