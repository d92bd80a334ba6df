"""Errors of the network in plain words, and the pause that a server demands."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from typing import Any

from signalcli.errors import printable

# Error numbers of libcurl.
CURL_MESSAGES = {18: "answer cut short", 28: "timed out", 52: "connection closed without an answer"}
NO_NETWORK = {5, 6, 7}

CLOSED_ABRUPTLY = "Connection closed abruptly"
LONGEST_QUOTE = 200  # characters


class TemporaryError(Exception):
    """An error that a retry may cure; the message is the reason in plain words."""


def network_message(error: OSError) -> str:
    """Return the reason of an error of curl in plain words."""
    code = int(getattr(error, "code", 0) or 0)
    if isinstance(error, TimeoutError):
        return "timed out"
    if CLOSED_ABRUPTLY in str(error):
        return CURL_MESSAGES[18]
    kind = "no network" if code in NO_NETWORK else "connection failed"
    return CURL_MESSAGES.get(code) or f"{kind}: {_curl_message(error)}"


def _curl_message(error: OSError) -> str:
    match = re.search(r"curl: \(\d+\) (.+?)\.? See https", str(error))
    return short(match[1] if match else error)


def short(text: object) -> str:
    """Return foreign text on one printable line of a readable length."""
    return printable(text)[:LONGEST_QUOTE]


def retry_after(headers: Any) -> float:
    """Return the seconds of a Retry-After header, 0 if there is no valid one."""
    value = str(headers.get("Retry-After") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - _server_time(headers))
    except (ValueError, TypeError, IndexError):
        return 0.0


def _server_time(headers: Any) -> float:
    # The clock of the server if known, because ours may be wrong.
    sent = headers.get("Date")
    return parsedate_to_datetime(sent).timestamp() if sent else time.time()
