"""Findings of an audit in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signalcli.report.text.tables import listing_text


def audit_text(
    findings: list[dict[str, Any]], verdict: str, coverage: Sequence[str], limits: str, *, color: bool
) -> str:
    """The verdict, the findings as a table, what was compared, and what no probe can see."""
    table = listing_text(findings, color=color) + "\n" if findings else ""
    return f"{verdict}\n\n{table}" + "".join(f"{line}\n" for line in (*coverage, limits))
