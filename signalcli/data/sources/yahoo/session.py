"""The line to Yahoo: one HTTP session that keeps the deadline and remembers the last answer."""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime
from typing import Any

# No single request may eat the whole deadline; a chart matters, a cookie does not.
CHART_SHARE = 1 / 3
SIDE_SHARE = 1 / 10
# curl takes 0 for "no limit", so the last instant counts as none left.
LAST_INSTANT = 0.01


class Wire:
    """An HTTP session for yfinance with one deadline.

    yfinance tells its callers neither the status of an answer nor its Retry-After, and gives some of its own
    requests 30 seconds; here both are under control without changing what is sent.

    Parameters
    ----------
    timeout : float
        Seconds from now until the deadline.
    """

    def __init__(self, timeout: float) -> None:
        from curl_cffi import requests

        self.timeout = timeout
        self._deadline = time.monotonic() + timeout
        self.session: Any = requests.Session(impersonate="chrome")
        self._send = self.session.request
        self.session.request = self._request
        self.forget()

    def forget(self) -> None:
        """Drop what was heard, before the next try."""
        self.chart: Any = None
        self.retry_after = 0.0

    def close(self) -> None:
        """Close the connections."""
        self.session.close()

    def remaining(self) -> float:
        """Seconds until the deadline, 0 when it has passed."""
        left = self._deadline - time.monotonic()
        return left if left > LAST_INSTANT else 0.0

    @property
    def status(self) -> int:
        """HTTP status of the last chart answer, 0 without one."""
        return int(self.chart.status_code) if self.chart is not None else 0

    @property
    def text(self) -> str:
        """Body of the last chart answer."""
        return str(self.chart.text) if self.chart is not None else ""

    @property
    def document(self) -> Any:
        """The last chart answer as parsed JSON, None if it is none."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    def _request(self, method: str, url: str, **options: Any) -> Any:
        is_chart = "/finance/chart/" in url
        if is_chart:
            self.chart = None
        options["timeout"] = self._patience(CHART_SHARE if is_chart else SIDE_SHARE)
        answer = self._send(method=method, url=url, **options)
        if is_chart:
            self.chart = answer
            self.retry_after = _seconds_asked(answer.headers)
        return answer

    def _patience(self, share: float) -> float:
        left = self.remaining()
        if not left:
            raise TimeoutError("the time for the whole fetch is over")
        return min(left, self.timeout * share)


def _seconds_asked(headers: Any) -> float:
    """Seconds a Retry-After header asks for, 0 without a readable one."""
    asked = str(headers.get("Retry-After") or "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - _server_time(headers))
    except (ValueError, TypeError, IndexError):
        return 0.0


def _server_time(headers: Any) -> float:
    # The server's own clock, if it tells it: ours may be off.
    sent = headers.get("Date")
    return parsedate_to_datetime(sent).timestamp() if sent else time.time()
