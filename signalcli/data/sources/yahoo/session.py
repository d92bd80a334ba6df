"""HTTP session for yfinance with one deadline; it records the last answer."""

from __future__ import annotations

import json
from typing import Any

from signalcli.data.sources.web.deadline import Deadline
from signalcli.data.sources.web.network import retry_after

# Most of the timeout that one request may take: for bars, and for cookies and crumbs.
CHART_SHARE = 1 / 3
SIDE_SHARE = 1 / 10


class YahooSession(Deadline):
    """HTTP session for yfinance with one deadline for all requests.

    yfinance does not report the status of an answer or its Retry-After header, and gives some requests
    a timeout of 30 seconds. This session records the first two and sets all timeouts.

    Parameters
    ----------
    timeout : float
        Seconds from now until the deadline.
    """

    def __init__(self, timeout: float) -> None:
        from curl_cffi import requests

        super().__init__(timeout)
        self.http: Any = requests.Session(impersonate="chrome")
        self._send = self.http.request
        self.http.request = self._request
        self.clear()

    def clear(self) -> None:
        """Delete the last answer, before the next try."""
        self.chart: Any = None
        self.retry_after = 0.0

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

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
        """The last chart answer as parsed JSON, None if it is not JSON."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    def _request(self, method: str, url: str, **options: Any) -> Any:
        is_chart = "/finance/chart/" in url
        if is_chart:
            self.chart = None
        options["timeout"] = self._timeout(CHART_SHARE if is_chart else SIDE_SHARE)
        answer = self._send(method=method, url=url, **options)
        if is_chart:
            self.chart = answer
            self.retry_after = retry_after(answer.headers)
        return answer

    def _timeout(self, share: float) -> float:
        left = self.remaining()
        if not left:
            raise TimeoutError("the deadline of the fetch has passed")
        return min(left, self.timeout * share)
