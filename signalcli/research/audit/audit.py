"""The audit of a chain: every stage is probed, then the chain as a whole, then planted worlds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.errors import SignalcliError
from signalcli.research.audit.change import Change, changed
from signalcli.research.audit.compare import Snapshot, moved, snapshot
from signalcli.research.audit.finding import Finding, make_finding
from signalcli.research.audit.judge import judge
from signalcli.research.audit.probes.fits import probe_fits, test_blocks
from signalcli.research.audit.probes.given import probe_given
from signalcli.research.audit.probes.guilt import Guilt
from signalcli.research.audit.probes.planted import probe_canary, probe_coin_flips
from signalcli.research.audit.probes.rows import probe_rows
from signalcli.research.audit.probes.trading import probe_trades
from signalcli.research.audit.stages.stage import Chain, Kind, Stage

PROBES: dict[Kind, Callable[[Stage, pd.DataFrame, Snapshot], Guilt]] = {
    "rows": probe_rows,
    "fit": probe_fits,
    "trade": probe_trades,
}


class Coverage(NamedTuple):
    """How much of a stage was looked at: dates or folds, columns, tables computed, and tables refused."""

    stage: str
    checked: int
    total: int
    columns: int
    worlds: int
    refused: int


class Audit(NamedTuple):
    """Findings in the order of the chain, and what they were looked for in."""

    findings: list[Finding]
    coverage: list[Coverage]


def audit(
    chain: Chain, bars: pd.DataFrame, *, planted: bool = True, probed: Collection[Stage] | None = None
) -> Audit:
    """Findings of a chain on these BARS; with ``planted`` the planted worlds are run, too.

    All stages are run; those in ``probed`` are probed, by default all, and then the chain as a whole. Raises
    as the stages do when they cannot compute the table itself.
    """
    bars = bars.sort_values(["symbol", "date"], kind="stable", ignore_index=True)
    findings, coverage, table, outs = list(probe_given(bars)), [], bars, []
    for stage in chain:
        out = stage.output(table)
        base = snapshot(out)
        if probed is None or stage in probed:
            found, guilt = _probe(stage, table, base)
            findings += found
            coverage.append(_coverage(stage, guilt))
        outs.append(base)
        table = out
    if not findings and probed is None:
        findings += _probe_whole(chain, bars, outs)
    if planted:
        findings += [*probe_canary(chain[0], bars), *probe_coin_flips(chain, bars)]
    return Audit(findings, coverage)


def _coverage(stage: Stage, guilt: Guilt) -> Coverage:
    return Coverage(stage.name, guilt.checked, guilt.total, guilt.columns, guilt.worlds, guilt.refused)


def _probe(stage: Stage, table: pd.DataFrame, base: Snapshot) -> tuple[list[Finding], Guilt]:
    """Findings of one stage. One that differs from itself is not probed further."""
    until = test_blocks(base)[0].dates[0] if stage.kind == "fit" else base.dates.max()
    again = moved(base, snapshot(stage.again(table, until)), until)
    if again:
        column, rows = next(iter(again.items()))
        text = f"{len(rows)} rows of {len(again)} columns differ between two runs on the same table"
        first = base.dates[base.earliest(rows)]
        return [make_finding(stage.name, column, first, None, "random", text)], Guilt(columns=len(again))
    guilt = PROBES[stage.kind](stage, table, base)
    return list(judge(stage, table, base, guilt)), guilt


def _probe_whole(chain: Chain, bars: pd.DataFrame, outs: list[Snapshot]) -> Iterator[Finding]:
    """Change bars after some dates, run the whole chain, and compare its last table."""
    if any(stage.both_sides for stage in chain):
        return
    fitted = [out for stage, out in zip(chain, outs, strict=True) if stage.kind == "fit"]
    changes: tuple[Change, ...] = ("up", "down")
    for date in _dates(bars, fitted):
        for change in changes:
            try:
                out = _run(chain, changed(bars, date, change), date)
            except SignalcliError:  # such as one direction in a later training part
                continue
            found = moved(outs[-1], snapshot(out), date)
            if found:
                column, rows = next(iter(found.items()))
                text = f"{len(rows)} rows change when all bars after {str(date)[:10]} are changed"
                first = outs[-1].dates[outs[-1].earliest(rows)]
                yield make_finding("chain", column, first, None, "chain", text)
                return


def _dates(bars: pd.DataFrame, fitted: list[Snapshot]) -> list[np.datetime64]:
    """Dates after which all bars are changed: the first of some test parts, and one within."""
    dates = np.unique(bars["date"].to_numpy())
    if not fitted:
        return [dates[len(dates) // 2], dates[-2]]
    blocks = test_blocks(fitted[0])
    last = blocks[-1].dates
    return [blocks[0].dates[0], last[0], last[len(last) // 2]]


def _run(chain: Chain, table: pd.DataFrame, until: np.datetime64) -> pd.DataFrame:
    for stage in chain:
        table = stage.output(table, until)
    return table
