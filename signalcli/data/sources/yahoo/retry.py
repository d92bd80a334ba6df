"""Retry the failed symbols of a Yahoo fetch until the deadline.

Final answers (no such symbol, no bars in the window) are not retried; temporary errors are, after growing
pauses, or after the pause that Yahoo demands.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from signalcli.data.sources.web.network import TemporaryError
from signalcli.data.sources.yahoo.bars import to_raw_bars
from signalcli.data.sources.yahoo.client import YahooClient
from signalcli.data.sources.yahoo.errors import (
    RATE_LIMITED,
    EmptyWindowError,
    classify,
    expected_errors,
    no_bars_error,
    wrong_symbol,
)
from signalcli.data.sources.yahoo.request import YahooRequest, is_available
from signalcli.errors import NoInputError, SignalcliError, UnavailableError

if TYPE_CHECKING:
    from tenacity import RetryCallState

LONGEST_PAUSE = 30.0  # seconds


@dataclass
class SymbolTask:
    """State of the fetch of one symbol.

    The answers for some pieces of the window are kept while another piece is retried.
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
        """Return why there are no bars."""
        failure = self.refusal or UnavailableError(
            "YAHOO-UNAVAILABLE", f"{self.symbol}: {self._history(request.timeout)}"
        )
        failure.symbol = self.symbol
        return failure

    def _history(self, timeout: float) -> str:
        if not self.tries:
            return f"not requested within {timeout:g} s because of other symbols; allow more time"
        tries = "1 try" if self.tries == 1 else f"{self.tries} tries"
        reasons = ", then ".join(dict.fromkeys(self.reasons))
        return f"no answer from Yahoo after {tries} in {timeout:g} s: {reasons}; try again later"


class RetryLoop:
    """Requests all symbols once before it retries the failed ones.

    Parameters
    ----------
    client : YahooClient
        Open until the deadline.
    request : YahooRequest
        What to request.
    now : datetime
        With a time zone.
    tasks : deque of SymbolTask
        Taken from the left; failed ones are appended on the right, so that no symbol blocks the others.
    """

    def __init__(
        self, client: YahooClient, request: YahooRequest, now: datetime, tasks: deque[SymbolTask]
    ) -> None:
        self.client, self.session = client, client.session
        self.request, self.now = request, now
        self.tasks = tasks

    def run(self) -> None:
        """Try until all tasks are done or the next try would be after the deadline."""
        from tenacity import Retrying, retry_if_result, stop_before_delay

        retrying = Retrying(
            retry=retry_if_result(bool),
            wait=self._wait,
            stop=stop_before_delay(self.session.remaining()),
            retry_error_callback=lambda _: None,
        )
        retrying(self._try_all)

    def _try_all(self) -> bool:
        """Try every open task once; return whether one is still open."""
        for i in range(len(self.tasks)):
            if i:
                self._pause()
            if not self.session.remaining() or not self._try(self.tasks.popleft()):
                break
        return bool(self.tasks)

    def _try(self, task: SymbolTask) -> bool:
        """Try one task; return False if Yahoo limits the rate of requests."""
        task.tries += 1
        try:
            while task.windows:
                self._request_piece(task, task.windows[0])
                task.windows.popleft()
            task.bars = self._join_answers(task)
        except NoInputError as refusal:
            task.refusal = refusal
        except TemporaryError as error:
            task.reasons.append(str(error))
            self.tasks.append(task)
        return self.session.status != RATE_LIMITED

    def _request_piece(self, task: SymbolTask, piece: tuple[datetime, datetime]) -> None:
        """Request one piece of the window; an empty one is no error, because the symbol may be younger."""
        if task.answers or task.empty:
            self._pause()
        try:
            answer, meta = self.client.history(task.symbol, self.request.interval, piece)
        except expected_errors() as error:
            failure = classify(error, task.symbol, self.request, self.session)
            if not isinstance(failure, EmptyWindowError) or not is_available(
                piece[0], self.request, self.now
            ):
                raise failure from error
            task.empty = task.empty or failure
            return
        if mismatch := wrong_symbol(meta.get("symbol"), task.symbol):
            raise mismatch
        task.answers.append((answer, meta))

    def _join_answers(self, task: SymbolTask) -> pd.DataFrame:
        if not task.answers:
            raise task.empty or no_bars_error(task.symbol, self.request)
        answer = pd.concat([answer for answer, _ in task.answers])
        # The metadata of the newest piece has the session that may not have ended.
        bars = to_raw_bars(task.symbol, answer, task.answers[-1][1], self.request, self.now)
        if bars.empty:
            why = "only empty or unfinished ones" if len(answer) else ""
            raise no_bars_error(task.symbol, self.request, why)
        return bars

    def _pause(self) -> None:
        time.sleep(min(self.request.pause, self.session.remaining()))

    def _wait(self, state: RetryCallState) -> float:
        """Return the seconds before the next round: growing, with jitter, at least what Yahoo demands."""
        from tenacity import wait_exponential, wait_random

        first = self.request.backoff
        backoff = wait_exponential(multiplier=first, max=LONGEST_PAUSE) + wait_random(0, first)
        return max(backoff(state), self.session.retry_after)
