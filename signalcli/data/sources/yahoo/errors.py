"""Why a try failed: Yahoo's final no, or trouble that may pass, in plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from signalcli.errors import NoInputError, printable

if TYPE_CHECKING:
    from signalcli.data.sources.yahoo.request import YahooRequest
    from signalcli.data.sources.yahoo.session import Wire

NO_SYMBOL = {"Not Found"}
NO_BARS = {"Bad Request", "Unprocessable Entity"}
RATE_LIMITED = 429
NOT_NOW = {401, 403}
LONGEST_QUOTE = 200

# libcurl's error numbers: those that need no further words, and those that mean we are not on the Internet.
CURL_WORDS = {18: "answer cut short", 28: "timed out", 52: "connection closed without an answer"}
NO_NETWORK = {5, 6, 7}
CLOSED_ABRUPTLY = "Connection closed abruptly"


def foreign_faults() -> tuple[type[Exception], ...]:
    """Exceptions of yfinance, pandas and curl on a foreign answer; OSError covers curl's own."""
    from yfinance.exceptions import YFException

    general = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError)
    return (YFException, OSError, AssertionError, *general)


class TryAgain(Exception):  # noqa: N818 - a request, not an error
    """Trouble that may pass; the message is the reason in plain words."""


class EmptyWindowError(NoInputError):
    """Yahoo has no bars in a window, or gives none that old."""


def verdict(fault: Exception, symbol: str, request: YahooRequest, wire: Wire) -> NoInputError | TryAgain:
    """Meaning of a failed try: NoInputError where Yahoo's answer is final, else TryAgain."""
    if isinstance(fault, OSError):
        return TryAgain(_network_words(fault))
    error = _chart_part(wire.document, "error")
    if wire.status == RATE_LIMITED:
        return TryAgain(_rate_words(wire.retry_after))
    if wire.status in NOT_NOW or wire.status >= 500 or (wire.status >= 400 and not error):
        return TryAgain(f"HTTP {wire.status}")
    if error:
        return _refusal(error, symbol, request)
    return _emptiness(fault, symbol, request, wire)


def other_symbol(answered: object, symbol: str) -> TryAgain | None:
    """Trouble if the answer names another symbol than the one asked for, else None."""
    if str(answered).upper() == symbol:
        return None
    return TryAgain(f"answer is for another symbol ({_short(answered)})")


def no_bars(symbol: str, request: YahooRequest, why: str = "") -> EmptyWindowError:
    """Error of a symbol without bars in the window."""
    what = f"{symbol}: no {request.interval} bars {_window_words(request)}"
    hint = request.limits or "ask for another window"
    return EmptyWindowError("YAHOO-NOBARS", f"{what}{f' ({why})' if why else ''}; {hint}")


def _refusal(error: Any, symbol: str, request: YahooRequest) -> NoInputError | TryAgain:
    told = error if isinstance(error, dict) else {"description": error}
    code, said = told.get("code"), f'Yahoo: "{_short(told.get("description") or told.get("code"))}"'
    if code in NO_SYMBOL:
        return NoInputError("YAHOO-NOSYMBOL", f"{symbol}: no such symbol ({said}); check the spelling")
    return no_bars(symbol, request, said) if code in NO_BARS else TryAgain(said)


def _emptiness(fault: Exception, symbol: str, request: YahooRequest, wire: Wire) -> NoInputError | TryAgain:
    """Meaning of an answer without an error, but without bars."""
    from yfinance.exceptions import YFPricesMissingError

    answered = _answered_symbol(wire.document)
    if answered is None:
        return TryAgain(_body_words(wire, fault))
    if isinstance(fault, YFPricesMissingError):
        return other_symbol(answered, symbol) or no_bars(symbol, request)
    return TryAgain(f"answer makes no sense ({type(fault).__name__})")


def _chart_part(document: Any, name: str) -> Any:
    chart = document.get("chart") if isinstance(document, dict) else None
    return chart.get(name) if isinstance(chart, dict) else None


def _answered_symbol(document: Any) -> object:
    result = _chart_part(document, "result")
    first = result[0] if isinstance(result, list) and result else None
    meta = first.get("meta") if isinstance(first, dict) else None
    return meta.get("symbol") if isinstance(meta, dict) else None


def _rate_words(asked_for: float) -> str:
    return f"rate limited (429){f', to wait {asked_for:g} s' if asked_for else ''}"


def _network_words(fault: OSError) -> str:
    code = int(getattr(fault, "code", 0) or 0)
    if isinstance(fault, TimeoutError):
        return "timed out"
    if CLOSED_ABRUPTLY in str(fault):
        return CURL_WORDS[18]
    kind = "no network" if code in NO_NETWORK else "connection failed"
    return CURL_WORDS.get(code) or f"{kind}: {_curl_sentence(fault)}"


def _curl_sentence(fault: OSError) -> str:
    found = re.search(r"curl: \(\d+\) (.+?)\.? See https", str(fault))
    return _short(found[1] if found else fault)


def _body_words(wire: Wire, fault: Exception) -> str:
    body = wire.text.lstrip()
    if wire.document is not None:
        return f"answer makes no sense ({type(fault).__name__})"
    if not body:
        return "empty answer"
    return "answer cut short" if body.startswith("{") else "not JSON"


def _window_words(request: YahooRequest) -> str:
    if request.start is None and request.end is None:
        return "at Yahoo"
    return f"from {request.start or 'the beginning'} to {request.end or 'now'}"


def _short(text: object) -> str:
    return printable(text)[:LONGEST_QUOTE]
