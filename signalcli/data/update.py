"""Bring stored bars up to date from their source: ask for what is missing, compare the rest."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from signalcli.config.fetch import FetchConfig
from signalcli.config.store import StoreConfig
from signalcli.data.backfill import Window, earlier, missing, whole
from signalcli.data.bars import to_bars
from signalcli.data.sources.fetch import Fetched, fetch, raw_bars
from signalcli.data.sources.yahoo.request import checked_symbols
from signalcli.data.store.folders import store_folder
from signalcli.data.store.lock import locked
from signalcli.data.store.names import shelf_name
from signalcli.data.store.revision import Revision, compare, date_text, merged, succeeding
from signalcli.data.store.shelf import Shelf, Stored
from signalcli.errors import (
    DataError,
    ExitStatus,
    NoInputError,
    SignalcliError,
    UnavailableError,
    UsageError,
    printable,
)
from signalcli.io.files import named

if TYPE_CHECKING:
    import pandas as pd

_LEAST_PATIENCE = 1.0  # seconds for a later group of symbols when the first ones took all the time


def update(symbols: Sequence[str], config: FetchConfig, storing: StoreConfig, now: dt.datetime) -> Fetched:
    """Bring the symbols up to date in the store ``spec.store``, then give the BARS asked for from it.

    Nothing is written for a symbol that failed or has no news. The bars of a failed one are not given: they
    would look as if they were up to date. Raises LockedError while another run writes, OutputError when the
    disk refuses, and what the source raises.
    """
    import pandas as pd

    if config.include_unfinished:
        raise UsageError("STORE-UNFINISHED", "--include-unfinished: a --store keeps finished bars only")
    root = store_folder(config.store or "")
    with locked(root, storing.wait):
        run = Update(Shelf(root, shelf_name(config)), replace(config, store=None), storing, now)
        run.update(symbols)
    failures = sorted(run.failures, key=lambda f: f.exit_status is not ExitStatus.UNAVAILABLE)
    if not run.settled:
        return Fetched(pd.DataFrame(), run.warnings, failures)
    found = fetch(run.settled, config, now)
    return Fetched(found.bars, run.warnings + found.warnings, failures)


@dataclass
class Update:
    """One update of several symbols on one shelf.

    Parameters
    ----------
    shelf : Shelf
        Held by this run.
    config : FetchConfig
        The source, without the store.
    storing : StoreConfig
        How much is compared, and what to do about a rewrite.
    now : datetime
        Aware.
    """

    shelf: Shelf
    config: FetchConfig
    storing: StoreConfig
    now: dt.datetime
    settled: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[SignalcliError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.config.timeout
        self.partial = self.config.source == "yahoo"  # a file is read as a whole, a process made as a whole

    def update(self, symbols: Sequence[str]) -> None:
        """Ask for all symbols, those that lack the same at once, and settle one after the other."""
        if not self.partial:
            self._settle_group(symbols, Window(self.config.start))
            return
        wanted = checked_symbols(symbols)
        for window, group in self._windows(wanted).items():
            self._settle_group(group, window)
        self.settled.sort(key=wanted.index)

    def _windows(self, symbols: Sequence[str]) -> dict[Window, list[str]]:
        """What is to be asked for which symbols; those that lack nothing are settled."""
        groups: dict[Window, list[str]] = {}
        for symbol in symbols:
            with self._failing_alone():
                window = missing(self.shelf.load(symbol), self.config, self.storing.overlap, self.now)
                (groups.setdefault(window, []) if window else self.settled).append(symbol)
        return groups

    def _settle_group(self, symbols: Sequence[str], window: Window) -> None:
        raw, failures = self._ask(symbols, window)
        self.failures += failures
        for symbol, rows in raw.groupby("symbol", sort=False, dropna=False):
            with self._failing_alone():
                self._settle(str(symbol), rows, window)
                self.settled.append(str(symbol))

    def _ask(self, symbols: Sequence[str], window: Window) -> tuple[pd.DataFrame, list[SignalcliError]]:
        left = max(self.deadline - time.monotonic(), _LEAST_PATIENCE)
        asking = replace(self.config, start=window.start, end=window.end, timeout=left)
        return raw_bars(symbols, asking, self.now)

    @contextmanager
    def _failing_alone(self) -> Iterator[None]:
        """What is wrong with one symbol is its own failure, not that of the others."""
        try:
            yield
        except (DataError, NoInputError, UnavailableError) as error:
            self.failures.append(error)

    def _settle(self, symbol: str, rows: pd.DataFrame, window: Window) -> None:
        """Store what is new of a symbol; what contradicts the store is dealt with as the user wants."""
        stored = self.shelf.load(symbol)
        bars = self._clean(rows, stored)
        since = window.start if self.partial else None
        if stored is None:
            self.shelf.save(symbol, Stored(bars, since))
            return
        since = since if earlier(since, stored.since) else stored.since
        self._warn_of_hole(symbol, stored.bars, bars)
        revision = compare(stored.bars, bars, window.start if self.partial else None, self.storing)
        if revision is None:
            self._save_news(symbol, stored, Stored(merged(stored.bars, bars), since))
        elif self.storing.on_rewrite == "refetch":
            bars = self._again(symbol, since) if self.partial and window.start != since else bars
            self._save_rewritten(symbol, stored.bars, Stored(bars, since), revision)
        else:
            self._leave(symbol, stored, Stored(merged(stored.bars, bars), since), revision)

    def _clean(self, rows: pd.DataFrame, stored: Stored | None) -> pd.DataFrame:
        """BARS of one symbol; how many bad rows are too many is judged with the stored ones around them."""
        import pandas as pd

        around = rows
        if stored is not None and self.partial:
            old = stored.bars[~stored.bars["date"].isin(rows["date"])]
            around = pd.concat([old, rows])
        config = self.config
        cleaned = to_bars(
            around,
            where=named(config.source),
            adjust=config.adjust,
            bad_rows=config.bad_rows,
            strict=config.strict,
        )
        self.warnings += cleaned.warnings
        return cleaned.bars[cleaned.bars["date"].isin(rows["date"])].reset_index(drop=True)

    def _warn_of_hole(self, symbol: str, old: pd.DataFrame, new: pd.DataFrame) -> None:
        before, after = old["date"].iloc[-1], new["date"].iloc[0]
        if after > before:
            self.warnings.append(
                f"{printable(symbol)}: {named(self.config.source)} has no bars any more between "
                f"{date_text(before)} and {date_text(after)}; whether prices were rewritten cannot be seen"
            )

    def _save_news(self, symbol: str, stored: Stored, news: Stored) -> None:
        if news.since != stored.since or not news.bars.equals(stored.bars):
            self.shelf.save(symbol, news)

    def _again(self, symbol: str, since: dt.date | None) -> pd.DataFrame:
        """The whole history anew. Raises what kept the source from giving it; the old one stays."""
        raw, failures = self._ask([symbol], whole(since, self.config, self.now))
        for failure in failures:
            raise failure
        return self._clean(raw, None)

    def _save_rewritten(self, symbol: str, old: pd.DataFrame, fresh: Stored, revision: Revision) -> None:
        """The old file becomes a vintage before the new one takes its place."""
        vintage = self.shelf.keep_vintage(symbol, self.now)
        self.shelf.save(symbol, Stored(succeeding(old, fresh.bars, revision), fresh.since))
        kept = vintage.relative_to(self.shelf.root)
        self._say(symbol, revision, f"history fetched again, the old one is kept in {printable(kept)}")

    def _leave(self, symbol: str, stored: Stored, news: Stored, revision: Revision) -> None:
        """What was stored stays; bars on another scale are not put beside it, they would look like a jump."""
        if self.storing.on_rewrite == "error":
            raise DataError(
                "STORE-REWRITE", f"{printable(symbol)}: {revision}; use --on-rewrite refetch or keep"
            )
        if revision.factor is not None:
            self._say(symbol, revision, "stored bars kept, newer ones are on another scale and not added")
            return
        self._say(symbol, revision, "stored bars kept, newer ones added")
        self._save_news(symbol, stored, news)

    def _say(self, symbol: str, revision: Revision, what: str) -> None:
        self.warnings.append(f"{printable(symbol)}: {revision}; {what}")
