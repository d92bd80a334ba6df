"""A Yahoo of our own on 127.0.0.1 for the real yfinance client: no hook in the product, only environment.

A proxy takes ``CONNECT *.yahoo.com`` and speaks TLS itself, with a certificate made for the test. What it
says about a symbol is set with ``LoopbackYahoo.says``; a symbol it was not told about does not exist.

    import loopback_yahoo as fake
    served_yahoo = fake.served_yahoo             # the fixture `loopback_yahoo`

    def test_something(loopback_yahoo):
        loopback_yahoo.says("IBM", fake.daily("IBM", [date(2024, 1, 2)], [(1, 2, .5, 1.5, 100)]))
        subprocess.run([...], env=loopback_yahoo.env)
"""

import functools
import json
import os
import socket
import socketserver
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import trustme

Row = tuple[float | None, float | None, float | None, float | None, int | None]
Query = Mapping[str, str]
Server = TypeVar("Server", bound="LoopbackYahoo")
NEW_YORK = "America/New_York"


@dataclass(frozen=True)
class Reply:
    """One HTTP answer, and what becomes of it on the way.

    ``short`` announces more bytes than are sent, ``torn`` also leaves without a word, ``drip`` sends one byte
    at a time and never ends, ``reset`` breaks the connection instead of answering.
    """

    body: bytes | Callable[[Query], bytes] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    fate: Literal["whole", "short", "torn", "drip", "reset"] = "whole"

    def bytes_for(self, query: Query) -> bytes:
        return self.body(query) if callable(self.body) else self.body


@dataclass(frozen=True)
class Chart:
    """What Yahoo knows about a symbol: rows by the second they begin at, events, and metadata."""

    symbol: str
    stamps: Sequence[int]
    rows: Sequence[Row]
    zone: str = NEW_YORK
    interval: str = "1d"
    instrument: str = "EQUITY"
    session: tuple[int, int] = (0, 0)
    sessions: Sequence[tuple[int, int]] = ()
    adjclose: Sequence[float | None] | None = None
    dividends: Mapping[int, float] = field(default_factory=dict)
    splits: Mapping[int, tuple[float, float]] = field(default_factory=dict)

    def __call__(self, query: Query) -> bytes:
        """The answer to a question with period1 and period2, as Yahoo cuts it: begin included, end not."""
        begin, end = int(query.get("period1", 0)), int(query.get("period2", 2**40))
        places = [i for i, stamp in enumerate(self.stamps) if begin <= stamp < end]
        result = {"meta": self._meta(), "indicators": self._indicators(places)}
        if places:
            result["timestamp"] = [self.stamps[i] for i in places]
        if events := self._events(begin, end):
            result["events"] = events
        return chart_json(result)

    def _meta(self) -> dict:
        meta = {
            "currency": "USD",
            "symbol": self.symbol,
            "exchangeName": "LOOP",
            "instrumentType": self.instrument,
            "exchangeTimezoneName": self.zone,
            "gmtoffset": 0,
            "priceHint": 2,
            "dataGranularity": self.interval,
            "validRanges": ["1d", "5d", "1mo", "1y", "max"],
            "currentTradingPeriod": {
                name: self._period(*self.session) for name in ("pre", "regular", "post")
            },
        }
        if self.sessions:
            meta["tradingPeriods"] = [[self._period(*session)] for session in self.sessions]
        return meta

    def _period(self, start: int, end: int) -> dict:
        return {"timezone": "EST", "start": start, "end": end, "gmtoffset": 0}

    def _indicators(self, places: list[int]) -> dict:
        if not places:
            return {"quote": [{}]}
        columns = zip(*(self.rows[i] for i in places), strict=True)
        quote = dict(zip(("open", "high", "low", "close", "volume"), map(list, columns), strict=True))
        indicators = {"quote": [quote]}
        if self.adjclose is not None:
            indicators["adjclose"] = [{"adjclose": [self.adjclose[i] for i in places]}]
        return indicators

    def _events(self, begin: int, end: int) -> dict:
        dividends = {
            str(at): {"amount": amount, "date": at}
            for at, amount in self.dividends.items()
            if begin <= at < end
        }
        splits = {
            str(at): {"date": at, "numerator": new, "denominator": old, "splitRatio": f"{new:g}:{old:g}"}
            for at, (new, old) in self.splits.items()
            if begin <= at < end
        }
        named = {"dividends": dividends, "splits": splits}
        return {name: events for name, events in named.items() if events}


def chart_json(result: dict | None, error: dict | None = None) -> bytes:
    return json.dumps({"chart": {"result": [result] if result else None, "error": error}}).encode()


def refusal(status: int, code: str, sentence: str) -> Reply:
    """Yahoo's own way to say no."""
    error = {"code": code, "description": sentence}
    return Reply(chart_json(None, error), status, {"Content-Type": "application/json"})


def second(day: date, hours: str = "09:30", zone: str = NEW_YORK) -> int:
    """The second at which a local clock shows `hours` on `day`."""
    return int(datetime.combine(day, clock.fromisoformat(hours), ZoneInfo(zone)).timestamp())


def daily(
    symbol: str,
    days: Sequence[date],
    rows: Sequence[Row],
    *,
    hours: tuple[str, str] = ("09:30", "16:00"),
    zone: str = NEW_YORK,
    adjclose: Sequence[float | None] | None = None,
    dividends: Mapping[date, float] | None = None,
    splits: Mapping[date, tuple[float, float]] | None = None,
    **settings: object,
) -> Reply:
    """Daily bars; the last day's session is the current one, and lasts for `hours`."""
    opening = functools.partial(second, hours=hours[0], zone=zone)
    return Reply(
        Chart(
            symbol,
            [opening(day) for day in days],
            rows,
            zone=zone,
            session=(opening(days[-1]), second(days[-1], hours[1], zone)),
            adjclose=adjclose if adjclose is not None else [row[3] for row in rows],
            dividends={opening(day): amount for day, amount in (dividends or {}).items()},
            splits={opening(day): ratio for day, ratio in (splits or {}).items()},
            **settings,
        )
    )


def intraday(
    symbol: str,
    stamps: Sequence[int],
    rows: Sequence[Row],
    sessions: Sequence[tuple[int, int]],
    interval: str = "1h",
    **settings: object,
) -> Reply:
    """Intraday bars of the given sessions; the last one is the current one."""
    current = sessions[-1]
    return Reply(
        Chart(symbol, stamps, rows, interval=interval, session=current, sessions=sessions, **settings)
    )


def walk(symbol: str, first: date = date(2020, 1, 2), bars: int = 300, seed: int = 7) -> Reply:
    """Daily bars of a seeded random walk on weekdays: enough rows for a whole pipeline."""
    rng = np.random.default_rng(seed)
    calendar = (first + timedelta(days=i) for i in range(bars * 2))
    days = [day for day in calendar if day.weekday() < 5][:bars]
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, bars)))
    open_ = close * np.exp(rng.normal(0, 0.002, bars))
    high, low = np.maximum(open_, close) * 1.004, np.minimum(open_, close) * 0.996
    prices = np.column_stack([open_, high, low, close]).round(2).tolist()
    volumes = rng.integers(1_000_000, 9_000_000, bars).tolist()
    return daily(symbol, days, [(*row, volume) for row, volume in zip(prices, volumes, strict=True)])


NOT_FOUND = refusal(404, "Not Found", "No data found, symbol may be delisted")
RATE_LIMITED = Reply(b"Too Many Requests\r\n", 429, {"Content-Type": "text/html"})


@functools.cache
def _certificates() -> tuple[trustme.CA, ssl.SSLContext]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("*.yahoo.com", "*.finance.yahoo.com").configure_cert(context)
    return authority, context


class LoopbackYahoo(socketserver.ThreadingTCPServer):
    """The server.

    `env` leads a process to it, `asked` holds every chart question in order, `hosts` counts all of them, and
    `cookie` is the answer to everything that is neither chart nor crumb.
    """

    daemon_threads = True
    block_on_close = False
    suffixes: tuple[str, ...] = (".yahoo.com",)  # of the hosts it stands for

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Caller)
        authority, self.tls = _certificates()
        self.stopping = threading.Event()
        self.asked: list[tuple[str, Query]] = []
        self.headers: dict[str, str] = {}  # of the newest question, with names in lower case
        self.hosts: Counter[str] = Counter()
        # fc.yahoo.com really answers 404, with the cookie.
        self.cookie = Reply(b"", 404, {"Set-Cookie": "A3=loop; Domain=.yahoo.com; Path=/; Max-Age=3600"})
        self._replies: dict[str, list[Reply]] = {}
        self.routes = self._routes(authority, folder)

    def _routes(self, authority: trustme.CA, folder: Path) -> dict[str, str]:
        bundle, proxy = folder / "loopback-ca.pem", f"http://127.0.0.1:{self.server_address[1]}"
        authority.cert_pem.write_to_path(bundle)
        proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), proxy)
        bundles = dict.fromkeys(("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"), str(bundle))
        return proxies | bundles | {"NO_PROXY": "", "no_proxy": ""}

    @property
    def env(self) -> dict[str, str]:
        """This process's environment with the routes in it."""
        return dict(os.environ) | self.routes

    def says(self, symbol: str, *replies: Reply) -> None:
        """Answer the first question about a symbol with the first reply, and so on; the last one stays."""
        self._replies[symbol] = list(replies)

    def tries(self, symbol: str) -> int:
        """How many chart requests came for a symbol."""
        return sum(asked == symbol for asked, _ in self.asked)

    def reply(self, host: str, target: str) -> tuple[Reply, Query]:
        self.hosts[host] += 1
        address = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        if "/v8/finance/chart/" in address.path:
            return self._chart_reply(unquote(address.path.rsplit("/", 1)[1]), query), query
        if address.path.endswith("/getcrumb"):
            return Reply(b"loopbackcrumb"), query
        return self.cookie, query

    def _chart_reply(self, symbol: str, query: Query) -> Reply:
        replies = self._replies.get(symbol, [NOT_FOUND])
        place = min(self.tries(symbol), len(replies) - 1)
        self.asked.append((symbol, query))
        return replies[place]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some scenarios are about."""


class _Caller(socketserver.StreamRequestHandler):
    server: LoopbackYahoo
    timeout = 10
    disable_nagle_algorithm = True

    def handle(self) -> None:
        host = self._connect()
        if not host.endswith(self.server.suffixes):
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self.server.tls.wrap_socket(self.request, server_side=True) as secure:
            with secure.makefile("rb") as lines:
                first, self.server.headers = _message(lines)
                target = first.split()[1]
            self._answer(secure, *self.server.reply(host, target))

    def _connect(self) -> str:
        words = _head(self.rfile).split()
        return words[1].partition(":")[0] if words[:1] == ["CONNECT"] else ""

    def _answer(self, secure: ssl.SSLSocket, reply: Reply, query: Query) -> None:
        if reply.fate == "reset":
            secure.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        body = reply.bytes_for(query)
        announced = len(body) + (1000 if reply.fate in ("short", "torn", "drip") else 0)
        headers = {"Content-Length": str(announced), "Connection": "close", **reply.headers}
        lines = [f"{name}: {value}" for name, value in headers.items()]
        secure.sendall("\r\n".join([f"HTTP/1.1 {reply.status} Loopback", *lines, "", ""]).encode())
        if reply.fate == "drip":
            self._drip(secure)
        secure.sendall(body)
        if reply.fate != "torn":
            secure.unwrap()

    def _drip(self, secure: ssl.SSLSocket) -> None:
        while not self.server.stopping.wait(0.1):
            secure.sendall(b" ")


def _head(lines: object) -> str:
    """First line of a message, the headers read and left behind."""
    return _message(lines)[0]


def _message(lines: object) -> tuple[str, dict[str, str]]:
    """First line and headers of a message."""
    first, headers = lines.readline().decode(), {}
    while line := lines.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return first, headers


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """A server that answers until the end of the block."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.stopping.set()
        server.shutdown()
        thread.join(5)


@pytest.fixture(name="loopback_yahoo")
def served_yahoo(tmp_path: Path) -> Iterator[LoopbackYahoo]:
    """A running `LoopbackYahoo`, stopped after the test."""
    with running(LoopbackYahoo(tmp_path)) as server:
        yield server
