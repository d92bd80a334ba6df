"""BARS → FEATURES in pieces of whole symbols: the same bytes as the whole table, in constant memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, NamedTuple, TypeVar

import pandas as pd

from signalcli.config.features import CROSS_RANK, FeatureConfig
from signalcli.data.stream import BarsSummary, bytes_left, read_pieces, summarize
from signalcli.features.build import build_sorted, check_lengths, processors, short_lines
from signalcli.features.catalogue import compares_symbols, select_features
from signalcli.features.sorted_bars import gap_lines, long_gaps, sort_bars
from signalcli.io.files import open_atomic, open_rewindable
from signalcli.io.formatting import SPECIAL_CHARACTERS, CellFormat, format_csv
from signalcli.io.parquet import to_arrow, write_parquet
from signalcli.io.tables import Format, to_bytes

LARGE = 2**24  # bytes from which a table is read in pieces
ROWS = 2**13  # rows of a piece; small, so that the allocator reuses its memory for the next one
PIECEWISE: tuple[Format, ...] = ("csv", "jsonl", "parquet")  # formats that can be written in pieces

T = TypeVar("T")
R = TypeVar("R")


class Streamed(NamedTuple):
    """Number of rows written, and lines about short symbols and long gaps."""

    rows: int
    warnings: list[str]


def stream(source: str, config: FeatureConfig, target: str, form: Format) -> Streamed | None:
    """Write FEATURES of a table of bars in pieces.

    None when that is not possible: a small table, a table not as `fetch` writes it, or a feature or label
    that reads all symbols of a date. Then nothing was written and ``source`` can still be read from its
    start. Raises DataError before anything is written when a symbol has too few bars.
    """
    if (
        form not in PIECEWISE
        or config.close_time
        or config.extra
        or config.label == CROSS_RANK
        or compares_symbols(config)
    ):
        return None
    with open_rewindable(source) as handle:
        summary = summarize(handle) if handle is not None and bytes_left(handle) >= LARGE else None
        if handle is None or summary is None:
            return None
        check_lengths(summary.lengths, config)
        gaps = _write(handle, summary, config, target, form)
    lines = [*short_lines(summary.lengths, config), *gap_lines(gaps, config)]
    return Streamed(sum(summary.lengths.values()), lines)


def _write(
    handle: BinaryIO, summary: BarsSummary, config: FeatureConfig, target: str, form: Format
) -> list[tuple[str, pd.Timestamp]]:
    """Build and format pieces in parallel and write them in order. Returns their long gaps."""
    gaps: list[tuple[str, pd.Timestamp]] = []
    names = [*summary.lengths, *(f.name for f in select_features(config))]
    quoted = any(mark in name for name in names for mark in SPECIAL_CHARACTERS)
    cells = CellFormat({"date": summary.dates, "label_end": summary.dates}, summary.integer_volume)
    work = partial(_format_piece, config=config, cells=cells, quoted=quoted, form=form, gaps=gaps)
    with open_atomic(target) as out, ThreadPoolExecutor(processors()) as pool:
        parts = map_ahead(pool, work, enumerate(read_pieces(handle, ROWS)), processors() + 1)
        if form == "parquet":
            write_parquet(parts, out)
        else:
            out.writelines(chain.from_iterable(parts))
    return gaps


def _format_piece(
    numbered: tuple[int, pd.DataFrame],
    config: FeatureConfig,
    cells: CellFormat,
    quoted: bool,
    form: Format,
    gaps: list[tuple[str, pd.Timestamp]],
) -> Any:
    """FEATURES of a piece as an Arrow table, or as chunks of text; the first has the CSV header."""
    number, bars = numbered
    ordered = sort_bars(bars)
    gaps.extend(long_gaps(ordered, config))
    table = build_sorted(ordered, config, threads=1)
    if form == "parquet":
        return to_arrow(table)
    if form == "jsonl":
        return [to_bytes(table, form, cells)]
    return format_csv(table, cells, quoted=quoted, header=number == 0)


def map_ahead(
    pool: ThreadPoolExecutor, work: Callable[[T], R], items: Iterable[T], ahead: int
) -> Iterator[R]:
    """Results in the order of the items; at most ``ahead`` items are read before their results are used."""
    waiting: deque[Future[R]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
