"""Bars from Yahoo Finance: every symbol asked for, asked again until the deadline, never an empty success.

The rows come through yfinance's own client. What is final is final (no such symbol, no bars in the window);
what may pass is asked again after growing pauses, or after as long a pause as Yahoo wants.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from signalcli.data.sources.yahoo.errors import (
    RATE_LIMITED,
    EmptyWindowError,
    TryAgain,
    foreign_faults,
    no_bars,
    other_symbol,
    verdict,
)
from signalcli.data.sources.yahoo.request import Adjust, YahooRequest, checked_symbols, kept, windows
from signalcli.errors import NoInputError, SignalcliError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import pandas as pd
    from tenacity import RetryCallState

    from signalcli.data.sources.yahoo.client import YahooClient

__all__ = ["Adjust", "YahooRequest", "fetch_yahoo"]

LONGEST_PAUSE = 30.0


def fetch_yahoo(
    symbols: Sequence[str], request: YahooRequest, *, now: datetime
) -> tuple[pd.DataFrame, list[SignalcliError]]:
    """Bars of the symbols that have some, and one error for each of the others.

    Parameters
    ----------
    symbols : sequence of str
        Yahoo's symbols in any case; UsageError if one cannot be a symbol.
    request : YahooRequest
        What to ask, and how long to try.
    now : datetime
        Aware; decides which bars are over and how far back intraday bars reach.

    Returns
    -------
    bars : DataFrame
        Columns symbol, date, open, high, low, close, volume, by symbol as asked and date. ``date`` is naive:
        the exchange's local day, for intraday bars the bar's beginning in UTC.
    failures : list of SignalcliError
        In the order asked. NoInputError: Yahoo has no such symbol or no bars in the window.
        UnavailableError: no proper answer before the deadline.
    """
    import pandas as pd

    from signalcli.data.sources.yahoo.bars import no_rows
    from signalcli.data.sources.yahoo.client import yahoo_client

    errands = [Errand(symbol, deque(windows(request, now))) for symbol in checked_symbols(symbols)]
    with yahoo_client(request.timeout) as client:
        Rounds(client, request, now, deque(errands)).run()
    tables = [errand.bars for errand in errands if errand.bars is not None]
    failures = [errand.error(request) for errand in errands if errand.bars is None]
    return pd.concat(tables, ignore_index=True) if tables else no_rows(), failures


@dataclass
class Errand:
    """One symbol on its way to bars or to an error.

    What was answered for one piece of the window stays while the next one is asked for again.
    """

    symbol: str
    windows: deque[tuple[datetime, datetime]]
    answers: list[tuple[pd.DataFrame, Mapping[str, Any]]] = field(default_factory=list)
    empty: NoInputError | None = None
    tries: int = 0
    reasons: list[str] = field(default_factory=list)
    bars: pd.DataFrame | None = None
    refusal: NoInputError | None = None

    def error(self, request: YahooRequest) -> SignalcliError:
        """Why there are no bars."""
        if self.refusal is not None:
            return self.refusal
        return UnavailableError("YAHOO-UNAVAILABLE", f"{self.symbol}: {self._story(request.timeout)}")

    def _story(self, timeout: float) -> str:
        if not self.tries:
            return f"not asked within {timeout:g} s, Yahoo was busy with other symbols; allow more time"
        tries = "1 try" if self.tries == 1 else f"{self.tries} tries"
        return f"no answer from Yahoo after {tries} in {timeout:g} s: {self._reasons()}; try again later"

    def _reasons(self) -> str:
        return ", then ".join(dict.fromkeys(self.reasons))


class Rounds:
    """Asks for all symbols once before it asks for the failed ones again.

    Parameters
    ----------
    client : YahooClient
        Open for as long as the deadline allows.
    request : YahooRequest
        What to ask.
    now : datetime
        Aware.
    errands : deque of Errand
        Emptied from the left; what must wait goes to the right end, so that one bad symbol blocks no other.
    """

    def __init__(
        self, client: YahooClient, request: YahooRequest, now: datetime, errands: deque[Errand]
    ) -> None:
        self.client, self.wire = client, client.wire
        self.request, self.now = request, now
        self.errands = errands

    def run(self) -> None:
        """Ask until everything is settled or the next try would come after the deadline."""
        from tenacity import Retrying, retry_if_result, stop_before_delay

        retrying = Retrying(
            retry=retry_if_result(bool),
            wait=self._wait,
            stop=stop_before_delay(self.wire.remaining()),
            retry_error_callback=lambda _: None,
        )
        retrying(self._round)

    def _round(self) -> bool:
        """Ask once for every open symbol; True if one is still open."""
        for first_come in range(len(self.errands)):
            if first_come:
                self._pause()
            if not self.wire.remaining() or not self._run_errand(self.errands.popleft()):
                break
        return bool(self.errands)

    def _run_errand(self, errand: Errand) -> bool:
        """Try one symbol; False if Yahoo wants to be left alone for now."""
        errand.tries += 1
        try:
            while errand.windows:
                self._ask(errand, errand.windows[0])
                errand.windows.popleft()
            errand.bars = self._bars(errand)
        except NoInputError as refusal:
            errand.refusal = refusal
        except TryAgain as trouble:
            errand.reasons.append(str(trouble))
            self.errands.append(errand)
        return self.wire.status != RATE_LIMITED

    def _ask(self, errand: Errand, piece: tuple[datetime, datetime]) -> None:
        """Ask for one piece; one without bars is no failure yet, because a symbol may be younger than it."""
        if errand.answers or errand.empty:
            self._pause()
        try:
            answer, meta = self.client.history(errand.symbol, self.request.interval, piece)
        except foreign_faults() as fault:
            said = verdict(fault, errand.symbol, self.request, self.wire)
            if not isinstance(said, EmptyWindowError) or not kept(piece[0], self.request, self.now):
                raise said from fault
            errand.empty = errand.empty or said
            return
        if trouble := other_symbol(meta.get("symbol"), errand.symbol):
            raise trouble
        errand.answers.append((answer, meta))

    def _bars(self, errand: Errand) -> pd.DataFrame:
        import pandas as pd

        from signalcli.data.sources.yahoo.bars import bars_of

        if not errand.answers:
            raise errand.empty or no_bars(errand.symbol, self.request)
        answer = pd.concat([answer for answer, _ in errand.answers])
        # The newest piece knows the session that may still be running.
        bars = bars_of(errand.symbol, answer, errand.answers[-1][1], self.request, self.now)
        if bars.empty:
            raise no_bars(errand.symbol, self.request, "only empty or unfinished ones" if len(answer) else "")
        return bars

    def _pause(self) -> None:
        import time

        time.sleep(min(self.request.pause, self.wire.remaining()))

    def _wait(self, state: RetryCallState) -> float:
        """Seconds until the next round: growing, at random, and at least what Yahoo asked for."""
        from tenacity import wait_exponential, wait_random

        first = self.request.backoff
        polite = wait_exponential(multiplier=first, max=LONGEST_PAUSE) + wait_random(0, first)
        return max(polite(state), self.wire.retry_after)
