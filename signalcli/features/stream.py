"""BARS to FEATURES, some symbols at a time: the bytes of the whole table in a memory that does not grow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from signalcli.config.features import FeatureConfig
from signalcli.data.stream import Facts, facts, pieces, size
from signalcli.features.build import build, processors, refuse_short
from signalcli.features.catalogue import features_of
from signalcli.io.csv import Format, parquet_table, to_bytes, write_parquet
from signalcli.io.files import rewindable, writing
from signalcli.io.formatting import STRUCTURAL, Look, csv_text

if TYPE_CHECKING:
    import pandas as pd

LARGE = 2**24  # bytes of a table from which on it is read in pieces
ROWS = 2**13  # of a piece: so few that the allocator keeps its memory for the next one
PIECEWISE: tuple[Format, ...] = ("csv", "jsonl", "parquet")  # formats that can be written in pieces

T = TypeVar("T")
R = TypeVar("R")


def stream(source: str, config: FeatureConfig, target: str, form: Format) -> int | None:
    """Write FEATURES of a table of bars in pieces and return its rows; None where that cannot be done.

    Then nothing was written, and ``source`` can be read as if nobody had. It can be done for a large table as
    `fetch` writes it, unless a feature reads all symbols of a date. Raises DataError where a symbol has too
    few bars, before anything is written.
    """
    if form not in PIECEWISE or any(f.across for f in features_of(config)):
        return None
    with rewindable(source) as handle:
        found = facts(handle) if handle is not None and size(handle) >= LARGE else None
        if handle is None or found is None:
            return None
        refuse_short(found.lengths, config)
        _write(handle, found, config, target, form)
    return sum(found.lengths.values())


def _write(handle: BinaryIO, found: Facts, config: FeatureConfig, target: str, form: Format) -> None:
    """Build and print pieces side by side, write them in their order."""
    words = [*found.lengths, *(f.name for f in features_of(config))]
    quoted = any(mark in word for word in words for mark in STRUCTURAL)
    look = Look({"date": found.dates, "label_end": found.dates}, found.whole_volume)
    make = partial(_made, config=config, look=look, quoted=quoted, form=form)
    with writing(target) as out, ThreadPoolExecutor(processors()) as threads:
        parts = in_turn(threads, make, enumerate(pieces(handle, ROWS)), processors() + 1)
        if form == "parquet":
            write_parquet(parts, out)
        else:
            out.writelines(parts)


def _made(
    numbered: tuple[int, pd.DataFrame], config: FeatureConfig, look: Look, quoted: bool, form: Format
) -> Any:
    """A piece as it stands in the whole table, as text or for Parquet; the first one has the header."""
    number, bars = numbered
    table = build(bars, config, threads=1)
    if form == "parquet":
        return parquet_table(table)
    if form == "jsonl":
        return to_bytes(table, form, look)
    return csv_text(table, look, quoted=quoted, header=number == 0)


def in_turn(
    threads: ThreadPoolExecutor, work: Callable[[T], R], items: Iterable[T], ahead: int
) -> Iterator[R]:
    """Results in the order of the items, of which no more than ``ahead`` are taken before they are wanted."""
    waiting: deque[Future[R]] = deque()
    for item in items:
        waiting.append(threads.submit(work, item))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
