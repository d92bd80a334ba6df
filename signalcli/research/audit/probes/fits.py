"""Walk-forward stages: whether a prediction depends on anything after its date, by training or by itself.

At the first test date of every fold all that is later is erased, changed, or exchanged: labels that end
later, features of later rows, or both. Every prediction up to that date must stay the same to the last bit.
Within a test part, rows are changed by the binary digits of their place, so that each pair of rows is told
apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.research.audit.change import Change, changed, changed_between, later_rows, scale_rows
from signalcli.research.audit.compare import Snapshot, moved
from signalcli.research.audit.probes.guilt import Guilt
from signalcli.research.audit.probes.worlds import outputs
from signalcli.research.audit.stages.stage import Stage
from signalcli.schemas import PATH

TEST_ROWS = "test-rows"
TEST_LABELS = "test-labels"
BORDER = "label-border"
FOLLOWING = "later"
ANY = "any"
MOST_DATES = 16  # dates at which the time after is changed
KINDS: dict[Change, str] = {
    "features": TEST_ROWS,
    "labels": TEST_LABELS,
    "permute": TEST_LABELS,
    "border": BORDER,
    "erase": ANY,
    "up": ANY,
    "down": ANY,
}
PURE_CHANGES: tuple[Change, ...] = ("features", "labels", "permute", "border")
PURE = (TEST_ROWS, TEST_LABELS, BORDER)  # kinds that say what a model learned from


class Block(NamedTuple):
    """Dates of one test part."""

    fold: int
    dates: np.ndarray


def test_blocks(predictions: Snapshot) -> list[Block]:
    """The test parts of PREDICTIONS, by symbol, fold and path; each span of dates of a fold once."""
    names = predictions.index.names
    keys = [name for name in ("symbol", "fold", PATH) if name in names]
    codes = [pd.factorize(predictions.index.get_level_values(name))[0] for name in keys]
    parts = np.unique(np.column_stack(codes), axis=0, return_inverse=True)[1].ravel()
    folds = predictions.index.get_level_values("fold") if "fold" in names else np.zeros(len(parts), "int64")
    spans: dict[tuple[int, int, int], Block] = {}
    for part in range(parts.max() + 1):
        rows = np.flatnonzero(parts == part)
        dates, fold = np.unique(predictions.dates[rows]), int(folds[rows[0]])
        spans.setdefault(
            (int(dates[0].view("int64")), int(dates[-1].view("int64")), fold), Block(fold, dates)
        )
    return [spans[key] for key in sorted(spans)]


def probe_fits(stage: Stage, table: pd.DataFrame, base: Snapshot) -> Guilt:
    """Guilty predictions of a stage that trains models."""
    blocks = test_blocks(base)
    guilt = Guilt(columns=len(base.numbers))
    if stage.both_sides:
        return _probe_combinatorial(stage, table, base, blocks, guilt)
    guilt.checked, guilt.total = len(_spread(blocks)), len(blocks)
    for date in _dates(blocks):
        for change, kind in KINDS.items():
            _probe(stage, base, changed(table, date, change), date, kind, guilt)
        if guilt.rows:
            return guilt  # the first guilty rows are found: later dates would only add others
    for block in _spread(blocks):
        for rows in _digits(table, block):
            _probe_digit(stage, table, base, block, rows, guilt)
    return guilt


def _probe_combinatorial(
    stage: Stage, table: pd.DataFrame, base: Snapshot, blocks: list[Block], guilt: Guilt
) -> Guilt:
    """Folds that train on both sides of their test parts: only what the test part covers is changed."""
    for block in _spread(blocks):
        own = base.take(_rows_of_fold(base, block))
        for change in PURE_CHANGES:
            altered = changed_between(table, block.dates[0], block.dates[-1], change)
            (out,) = outputs(stage, [altered], separable=False, until=block.dates[0])
            guilt.count(out)
            found = {} if out is None else moved(own, out, block.dates[0])
            at = _rows_of_fold(base, block)
            guilt.add(KINDS[change], {name: at[rows] for name, rows in found.items()})
    guilt.checked, guilt.total = len(_spread(blocks)), len(blocks)
    return guilt


def _rows_of_fold(base: Snapshot, block: Block) -> np.ndarray:
    """Rows of the first date of a test part, in its own fold."""
    folds = np.asarray(base.index.get_level_values("fold"))
    return np.flatnonzero((folds == block.fold) & (base.dates == block.dates[0]))


def _dates(blocks: list[Block]) -> list[np.datetime64]:
    """The first date of each test part, and the one in the middle of the last."""
    chosen = _spread(blocks)
    firsts = [block.dates[0] for block in chosen]
    last = chosen[-1].dates
    return sorted({*firsts, last[len(last) // 2]})


def _spread(blocks: list[Block]) -> list[Block]:
    """As many test parts as are probed, evenly spread, the first and the last included."""
    if len(blocks) <= MOST_DATES:
        return blocks
    return [blocks[i] for i in np.unique(np.linspace(0, len(blocks) - 1, MOST_DATES).astype(int))]


def _probe(
    stage: Stage, base: Snapshot, table: pd.DataFrame, date: np.datetime64, kind: str, guilt: Guilt
) -> bool:
    """Add the predictions up to a date that differ in another table."""
    (out,) = outputs(stage, [table], separable=False, until=date)
    guilt.count(out)
    found = {} if out is None else moved(base, out, date)
    guilt.add(kind, found)
    return bool(found)


def _digits(table: pd.DataFrame, block: Block) -> Iterator[np.ndarray]:
    """For each binary digit: the rows of a test part whose place has the digit 1, bool (n_rows,)."""
    dates = table["date"].to_numpy()
    place = np.searchsorted(block.dates, dates)
    inside = (dates > block.dates[0]) & (dates <= block.dates[-1])
    for digit in range(max(len(block.dates) - 1, 1).bit_length()):
        yield inside & ((place >> digit) & 1).astype(bool)


def _probe_digit(
    stage: Stage, table: pd.DataFrame, base: Snapshot, block: Block, rows: np.ndarray, guilt: Guilt
) -> None:
    """Change some rows of a test part; where another one moves, the change of all later rows decides."""
    last = block.dates[-1]
    (out,) = outputs(stage, [scale_rows(table, rows, 1000.0)], separable=False, until=last)
    guilt.count(out)
    if out is None:
        return
    altered = table["date"].to_numpy()[rows]
    for suspects in moved(base, out, last).values():
        others = suspects[~np.isin(base.dates[suspects], altered) & (base.dates[suspects] >= block.dates[0])]
        for row in others[:2]:
            date = base.dates[row]
            later = scale_rows(table, later_rows(table, date), 1000.0)
            _probe(stage, base, later, date, FOLLOWING, guilt)
