"""What an audit says: its verdict in a sentence, and all of it as JSON."""

from __future__ import annotations

import json
from typing import Any

from signalcli.errors import count
from signalcli.io.tables import to_bytes
from signalcli.research.audit.audit import Audit
from signalcli.research.audit.finding import LIMITS, findings_table

LIMITS_LINE = "No probe can see: " + "; ".join(LIMITS) + "."


def verdict(audit: Audit) -> str:
    """The result in one sentence."""
    if not audit.findings:
        return "No row depends on a bar after its date, as far as probes can tell."
    first = audit.findings[0]
    since = "" if str(first.first_date) == "NaT" else f", first on {str(first.first_date)[:10]}"
    return (
        f"{count(len(audit.findings), 'leak')}: {first.stage}, column {first.column}{since} ({first.kind})."
    )


def coverage_lines(audit: Audit) -> list[str]:
    """One sentence a stage: what was compared."""
    return [
        f"{c.stage}: {c.checked:,} of {c.total:,} {_unit(c.stage)} checked, {count(c.columns, 'column')}, "
        f"{count(c.worlds, 'changed table')}."
        for c in audit.coverage
    ]


def unchecked_lines(audit: Audit) -> list[str]:
    """One sentence for each stage of which not all was checked, and for one that refused changed tables."""
    unchecked = [
        f"{c.stage}: {c.total - c.checked:,} of {c.total:,} {_unit(c.stage)} were not checked one by one"
        for c in audit.coverage
        if c.checked < c.total
    ]
    refused = [
        f"{c.stage}: {c.refused:,} of {count(c.worlds, 'changed table')} were refused and show nothing"
        for c in audit.coverage
        if c.refused
    ]
    return unchecked + refused


def _unit(stage: str) -> str:
    return "test parts" if stage == "fit" else "rows"


def to_json(audit: Audit) -> bytes:
    """Verdict, findings, coverage and limits as one JSON object."""
    findings: Any = json.loads(to_bytes(findings_table(audit.findings), "json"))
    whole = {
        "verdict": verdict(audit),
        "findings": findings,
        "coverage": [c._asdict() for c in audit.coverage],
        "not_seen": list(LIMITS),
    }
    return (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()
