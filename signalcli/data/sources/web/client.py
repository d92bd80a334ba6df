"""HTTP client with one deadline for all requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from signalcli.data.sources.web.deadline import Deadline
from signalcli.data.sources.web.network import TemporaryError, network_message, retry_after

SHARE = 1 / 3  # most of the timeout that one request may take
RATE_LIMITED = 429


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def document(self) -> Any:
        """The body as JSON. Raises TemporaryError when it is not JSON."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise TemporaryError(_body_message(self.text)) from error


class WebClient(Deadline):
    """Client for requests that read; redirects are not followed, so that no header leaves its host.

    Parameters
    ----------
    timeout : float
        Seconds from now until the deadline of all requests.
    """

    def __init__(self, timeout: float) -> None:
        from curl_cffi import requests

        super().__init__(timeout)
        self.demanded = 0.0
        self._http: Any = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def request(self, method: str, url: str, **options: Any) -> Answer:
        """Return the answer to a request with curl's options ``params``, ``headers`` and ``data``.

        ``demanded`` becomes the pause in seconds that the server demands. Raises TemporaryError for an error
        of the network, for 429 and for 5xx.
        """
        left, self.demanded = self.remaining(), 0.0
        if not left:
            raise TemporaryError("timed out")
        timeout = min(left, self.timeout * SHARE)
        try:
            answer = self._http.request(method, url, timeout=timeout, allow_redirects=False, **options)
        except OSError as error:
            raise TemporaryError(network_message(error)) from error
        self.demanded = retry_after(answer.headers)
        _refuse_temporary(answer.status_code, self.demanded)
        return Answer(answer.status_code, answer.text, answer.headers)


def _refuse_temporary(status: int, demanded: float) -> None:
    """Raise TemporaryError for a status that a later try may cure."""
    if status == RATE_LIMITED:
        wait = f", to wait {demanded:g} s" if demanded else ""
        raise TemporaryError(f"rate limited (429){wait}")
    if status >= 500 or 300 <= status < 400:
        raise TemporaryError(f"HTTP {status}")


def _body_message(text: str) -> str:
    body = text.lstrip()
    if not body:
        return "empty answer"
    return "answer cut short" if body[0] in "{[" else "not JSON"
