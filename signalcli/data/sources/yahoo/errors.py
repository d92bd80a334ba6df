"""Classify a failed try: final answers of Yahoo, or temporary errors worth a retry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from signalcli.data.sources.web.network import TemporaryError, network_message, short
from signalcli.errors import NoInputError

if TYPE_CHECKING:
    from signalcli.data.sources.yahoo.request import YahooRequest
    from signalcli.data.sources.yahoo.session import YahooSession

# Error codes in Yahoo's answers.
NO_SYMBOL = {"Not Found"}
NO_BARS = {"Bad Request", "Unprocessable Entity"}
# HTTP statuses.
RATE_LIMITED = 429
TEMPORARILY_REFUSED = {401, 403}


class EmptyWindowError(NoInputError):
    """Yahoo has no bars in a window, or does not keep them so long."""


def expected_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions that yfinance, pandas and curl raise for a bad answer (curl's are OSError)."""
    from yfinance.exceptions import YFException

    general = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError)
    return (YFException, OSError, AssertionError, *general)


def classify(
    error: Exception, symbol: str, request: YahooRequest, session: YahooSession
) -> NoInputError | TemporaryError:
    """Return NoInputError if the answer of Yahoo is final, else TemporaryError."""
    if isinstance(error, OSError):
        return TemporaryError(network_message(error))
    yahoo_error = _chart_part(session.document, "error")
    if session.status == RATE_LIMITED:
        wait = f", to wait {session.retry_after:g} s" if session.retry_after else ""
        return TemporaryError(f"rate limited (429){wait}")
    refused = session.status in TEMPORARILY_REFUSED or session.status >= 500
    if refused or (session.status >= 400 and not yahoo_error):
        return TemporaryError(f"HTTP {session.status}")
    if yahoo_error:
        return _classify_yahoo_error(yahoo_error, symbol, request)
    return _classify_answer_without_bars(error, symbol, request, session)


def wrong_symbol(answered: object, symbol: str) -> TemporaryError | None:
    """Return an error if the answer is for another symbol than the requested one, else None."""
    if str(answered).upper() == symbol:
        return None
    return TemporaryError(f"answer is for another symbol ({short(answered)})")


def no_bars_error(symbol: str, request: YahooRequest, why: str = "") -> EmptyWindowError:
    """Return the error of a symbol without bars in the window."""
    what = f"{symbol}: no {request.interval} bars {_window_text(request)}"
    hint = request.limits or "request another window"
    return EmptyWindowError("YAHOO-NOBARS", f"{what}{f' ({why})' if why else ''}; {hint}")


def _classify_yahoo_error(error: Any, symbol: str, request: YahooRequest) -> NoInputError | TemporaryError:
    fields = error if isinstance(error, dict) else {"description": error}
    code, quote = fields.get("code"), f'Yahoo: "{short(fields.get("description") or fields.get("code"))}"'
    if code in NO_SYMBOL:
        return NoInputError("YAHOO-NOSYMBOL", f"{symbol}: no such symbol ({quote}); check the spelling")
    return no_bars_error(symbol, request, quote) if code in NO_BARS else TemporaryError(quote)


def _classify_answer_without_bars(
    error: Exception, symbol: str, request: YahooRequest, session: YahooSession
) -> NoInputError | TemporaryError:
    from yfinance.exceptions import YFPricesMissingError

    answered = _answered_symbol(session.document)
    if answered is None:
        return TemporaryError(_body_message(session, error))
    if isinstance(error, YFPricesMissingError):
        return wrong_symbol(answered, symbol) or no_bars_error(symbol, request)
    return TemporaryError(f"unexpected answer ({type(error).__name__})")


def _chart_part(document: Any, name: str) -> Any:
    chart = document.get("chart") if isinstance(document, dict) else None
    return chart.get(name) if isinstance(chart, dict) else None


def _answered_symbol(document: Any) -> object:
    result = _chart_part(document, "result")
    first = result[0] if isinstance(result, list) and result else None
    meta = first.get("meta") if isinstance(first, dict) else None
    return meta.get("symbol") if isinstance(meta, dict) else None


def _body_message(session: YahooSession, error: Exception) -> str:
    body = session.text.lstrip()
    if session.document is not None:
        return f"unexpected answer ({type(error).__name__})"
    if not body:
        return "empty answer"
    return "answer cut short" if body.startswith("{") else "not JSON"


def _window_text(request: YahooRequest) -> str:
    if request.start is None and request.end is None:
        return "at Yahoo"
    return f"from {request.start or 'the beginning'} to {request.end or 'now'}"
