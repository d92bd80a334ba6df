"""Every page, and the page of what a user has typed."""

from __future__ import annotations

import re
from difflib import get_close_matches

from signalcli.cli.error_pages import (
    evaluation,
    exits,
    features,
    files,
    fitting,
    models,
    program,
    serving,
    settings,
    sources,
    tables,
)
from signalcli.cli.error_pages.page import Page
from signalcli.errors import UsageError, printable, shortened

PARTS = (exits, program, settings, files, tables, sources, features, models, fitting, evaluation, serving)
PAGES: dict[str, Page] = {page.code: page for part in PARTS for page in part.PAGES}
_QUOTED = re.compile(r"error\[([^\]]+)\]")  # a whole error line may be pasted


def page_of(typed: str) -> Page:
    """Return the page of a code, an exit status, or an error line. Raises UsageError naming near misses."""
    quoted = _QUOTED.search(typed)
    code = (quoted[1] if quoted else typed).strip().upper()
    if code in PAGES:
        return PAGES[code]
    raise UsageError("EXPLAIN-UNKNOWN", f"{printable(code[:60])}: no such code; {_near_misses(code)}")


def codes_of(exit_status: int) -> list[str]:
    """Return the error codes that end with an exit status."""
    return [page.code for page in PAGES.values() if exit_status in page.exits and not page.is_exit_status]


def _near_misses(code: str) -> str:
    """Name the codes of the same family, or else those of a similar spelling."""
    near = [known for known in PAGES if known.startswith(f"{code}-")] or get_close_matches(code, PAGES)
    return f"did you mean {shortened(near, 8)}?" if near else "`signalcli explain` lists all of them"
