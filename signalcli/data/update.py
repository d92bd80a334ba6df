"""Update stored bars from their source: request what is missing and compare the overlap."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pandas as pd

from signalcli.config.fetch import FetchConfig
from signalcli.config.store import StoreConfig
from signalcli.data.backfill import Window, full_window, is_earlier, missing_window
from signalcli.data.bars import date_text, to_bars
from signalcli.data.sources.failover import failover_lines, unanswered
from signalcli.data.sources.fetch import (
    Fetched,
    fetch,
    fetch_raw,
    place_of,
    require_symbols,
    temporary_first,
)
from signalcli.data.sources.files.read import RawBars
from signalcli.data.sources.services.registry import canonical
from signalcli.data.sources.yahoo.request import check_symbols
from signalcli.data.store.bars_file import StoredBars
from signalcli.data.store.dataset import Dataset
from signalcli.data.store.datasets import Datasets
from signalcli.data.store.folders import store_folder
from signalcli.data.store.lock import lock_store
from signalcli.data.store.revision import Revision, append_new, compare, rewritten_history
from signalcli.errors import (
    DataError,
    NoInputError,
    SignalcliError,
    UnavailableError,
    UsageError,
    printable,
)

_LEAST_TIMEOUT = 1.0  # seconds for a later group of symbols when earlier ones used all the time


def update(symbols: Sequence[str], config: FetchConfig, storing: StoreConfig, now: dt.datetime) -> Fetched:
    """Update the symbols in the store ``config.store`` and return their requested BARS from it.

    Nothing is written for a symbol that failed or has no new bars. Bars of failed symbols are not returned,
    because they would look up to date. Raises LockedError while another process writes, OutputError when
    writing fails, and the errors of the source.
    """
    if config.include_unfinished:
        raise UsageError("STORE-UNFINISHED", "--include-unfinished: a --store holds finished bars only")
    if config.from_market:
        require_symbols(symbols, "name those to update")
    with lock_store(store_folder(config.store or ""), storing.wait):
        updater = _update_services(symbols, config, storing, now)
    failures = temporary_first(updater.failures)
    if not updater.updated:
        return Fetched(pd.DataFrame(), updater.warnings, failures)
    stored = fetch(updater.updated, config, now)
    return Fetched(stored.bars, updater.warnings + stored.warnings, failures, stored.dropped)


def _update_services(
    symbols: Sequence[str], config: FetchConfig, storing: StoreConfig, now: dt.datetime
) -> Outcome:
    """Update the symbols from the services in turn; one that is stored stays with its service."""
    datasets, outcome, open_ = Datasets.of(config), Outcome(), list(symbols)
    services = list(datasets.by_service)
    for position, service in enumerate(services):
        own = [s for s in open_ if len(services) == 1 or datasets.owner(s) in {None, service}]
        if not own and len(services) > 1:
            continue
        one = replace(config, source=service or config.source, store=None)
        updater = Update(datasets.by_service[service], one, storing, now)
        updater.update(own)
        following = services[position + 1 : position + 2]
        late = unanswered(updater.failures) if following else []
        bound = [f for f in late if datasets.owner(str(f.symbol)) == service]
        free = [f for f in late if f not in bound]
        outcome.updated += updater.updated
        outcome.warnings += [*updater.warnings, *failover_lines(free, service, following)]
        outcome.failures += [f for f in updater.failures if f not in late]
        outcome.failures += [_bound(f, service, following[0]) for f in bound]
        open_ = [*(s for s in open_ if s not in own), *(str(f.symbol) for f in free)]
    return outcome


def _bound(failure: SignalcliError, service: str, following: str) -> UnavailableError:
    """Return the failure of a stored symbol, which another service does not continue."""
    reason = failure.message.removesuffix("; try again later")
    text = (
        f"{reason}; its stored bars are of {printable(service)}, and the adjustments of two sources are not "
        f"mixed: try again later, or name another folder: --source {printable(following)} --store DIR"
    )
    own = UnavailableError(failure.code, text)
    own.symbol = failure.symbol
    return own


@dataclass
class Outcome:
    """Symbols that are up to date, warnings, and the errors of the others."""

    updated: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[SignalcliError] = field(default_factory=list)


@dataclass
class Update:
    """Update of several symbols of a dataset.

    Parameters
    ----------
    dataset : Dataset
        The caller holds the lock of its store.
    config : FetchConfig
        The source, without the store.
    storing : StoreConfig
        How much is compared, and what to do about a rewrite.
    now : datetime
        Has a time zone.
    """

    dataset: Dataset
    config: FetchConfig
    storing: StoreConfig
    now: dt.datetime
    updated: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[SignalcliError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.config.timeout
        self.partial = self.config.from_market  # other sources always return all bars

    def update(self, symbols: Sequence[str]) -> None:
        """Fetch all symbols, those with the same missing window together, and store them one by one."""
        if not self.partial:
            self._update_group(symbols, Window(self.config.start))
            return
        service = self.config.services[0]
        symbols = check_symbols(symbols) if service == "yahoo" else canonical(service, symbols)
        for window, group in self._group_by_window(symbols).items():
            self._update_group(group, window)
        self.updated.sort(key=symbols.index)

    def _group_by_window(self, symbols: Sequence[str]) -> dict[Window, list[str]]:
        """Return the symbols by the window they miss; complete symbols are marked as updated."""
        groups: dict[Window, list[str]] = {}
        for symbol in symbols:
            with self._collect_failure():
                window = missing_window(
                    self.dataset.load(symbol), self.config, self.storing.overlap, self.now
                )
                (groups.setdefault(window, []) if window else self.updated).append(symbol)
        return groups

    def _update_group(self, symbols: Sequence[str], window: Window) -> None:
        raw = self._fetch(symbols, window)
        self.failures += raw.failures
        self.warnings += raw.notes
        for symbol, rows in raw.rows.groupby("symbol", sort=False, dropna=False):
            with self._collect_failure():
                self._store(str(symbol), rows, window)
                self.updated.append(str(symbol))

    def _fetch(self, symbols: Sequence[str], window: Window) -> RawBars:
        timeout = max(self.deadline - time.monotonic(), _LEAST_TIMEOUT)
        request = replace(self.config, start=window.start, end=window.end, timeout=timeout)
        return fetch_raw(symbols, request, self.now)

    @contextmanager
    def _collect_failure(self) -> Iterator[None]:
        """Record an error of one symbol, so that the others go on."""
        try:
            yield
        except (DataError, NoInputError, UnavailableError) as error:
            self.failures.append(error)

    def _store(self, symbol: str, rows: pd.DataFrame, window: Window) -> None:
        """Store the new bars of a symbol; ``storing.on_rewrite`` decides about a rewrite of stored ones."""
        stored = self.dataset.load(symbol)
        bars = self._clean(rows, stored)
        since = window.start if self.partial else None
        if stored is None:
            self.dataset.save(symbol, StoredBars(bars, since))
            return
        since = since if is_earlier(since, stored.since) else stored.since
        self._warn_of_gap(symbol, stored.bars, bars)
        revision = compare(stored.bars, bars, window.start if self.partial else None, self.storing)
        if revision is None:
            self._save_if_new(symbol, stored, StoredBars(append_new(stored.bars, bars), since))
        elif self.storing.on_rewrite == "refetch":
            bars = self._refetch(symbol, since) if self.partial and window.start != since else bars
            self._save_rewritten(symbol, stored.bars, StoredBars(bars, since), revision)
        else:
            self._keep(symbol, stored, StoredBars(append_new(stored.bars, bars), since), revision)

    def _clean(self, rows: pd.DataFrame, stored: StoredBars | None) -> pd.DataFrame:
        """Return the BARS of one symbol; the share of invalid rows is that among stored and new rows."""
        context = rows
        if stored is not None and self.partial:
            old = stored.bars[~stored.bars["date"].isin(rows["date"])]
            context = pd.concat([old, rows])
        config = self.config
        cleaned = to_bars(
            context,
            where=place_of(config),
            adjust=config.adjust,
            bad_rows=config.bad_rows,
            strict=config.strict,
        )
        self.warnings += cleaned.warnings
        return cleaned.bars[cleaned.bars["date"].isin(rows["date"])].reset_index(drop=True)

    def _warn_of_gap(self, symbol: str, old: pd.DataFrame, new: pd.DataFrame) -> None:
        before, after = old["date"].iloc[-1], new["date"].iloc[0]
        if after > before:
            self.warnings.append(
                f"{printable(symbol)}: {place_of(self.config)} no longer has bars between "
                f"{date_text(before)} and {date_text(after)}; a rewrite of prices cannot be detected"
            )

    def _save_if_new(self, symbol: str, stored: StoredBars, new: StoredBars) -> None:
        if new.since != stored.since or not new.bars.equals(stored.bars):
            self.dataset.save(symbol, new)

    def _refetch(self, symbol: str, since: dt.date | None) -> pd.DataFrame:
        """Return the whole history from the source. Raises the error of the source."""
        raw = self._fetch([symbol], full_window(since, self.config, self.now))
        for failure in raw.failures:
            raise failure
        return self._clean(raw.rows, None)

    def _save_rewritten(self, symbol: str, old: pd.DataFrame, new: StoredBars, revision: Revision) -> None:
        """Keep the old file as a vintage, then replace it."""
        vintage = self.dataset.save_vintage(symbol, self.now)
        self.dataset.save(symbol, StoredBars(rewritten_history(old, new.bars, revision), new.since))
        place = printable(vintage.relative_to(self.dataset.root))
        self._warn(symbol, revision, f"history fetched again, the old one is kept in {place}")

    def _keep(self, symbol: str, stored: StoredBars, new: StoredBars, revision: Revision) -> None:
        """Keep stored bars and add newer ones, unless on another scale: that would look like a jump."""
        if self.storing.on_rewrite == "error":
            raise DataError(
                "STORE-REWRITE", f"{printable(symbol)}: {revision}; use --on-rewrite refetch or keep"
            )
        if revision.factor is not None:
            self._warn(symbol, revision, "stored bars kept, newer ones are on another scale and not added")
            return
        self._warn(symbol, revision, "stored bars kept, newer ones added")
        self._save_if_new(symbol, stored, new)

    def _warn(self, symbol: str, revision: Revision, what: str) -> None:
        self.warnings.append(f"{printable(symbol)}: {revision}; {what}")
