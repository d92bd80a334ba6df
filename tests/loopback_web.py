"""Web services of our own on 127.0.0.1 for the real clients: no hook in the product, only environment.

import loopback_web as fake
served_web = fake.served_web                 # the fixture `loopback_web`

def test_something(loopback_web):
    loopback_web.says("/tiingo/daily/IBM/prices", fake.json_reply([...]))
"""

from __future__ import annotations

import functools
import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme

from loopback_yahoo import LoopbackYahoo, Query, Reply, running

HOSTS = ("api.tiingo.com", "api.kraken.com", "www.bitstamp.net")
NOTHING = Reply(b'{"detail": "Not found."}', 404, {"Content-Type": "application/json"})


def json_reply(document: object, status: int = 200, **headers: str) -> Reply:
    return Reply(json.dumps(document).encode(), status, {"Content-Type": "application/json", **headers})


def once(reply: Reply) -> Reply:
    """The reply with a demand to wait so long that nobody asks again."""
    return replace(reply, headers={"Retry-After": "900", **reply.headers})


class Asked(NamedTuple):
    """A request: path, query and headers."""

    path: str
    query: Query
    headers: dict[str, str]


@functools.cache
def _certificates() -> tuple[trustme.CA, ssl.SSLContext]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS, "*.yahoo.com", "*.finance.yahoo.com").configure_cert(context)
    return authority, context


class LoopbackWeb(LoopbackYahoo):
    """The server; `requests` holds every request to a host that is not Yahoo's."""

    suffixes = (".yahoo.com", *HOSTS)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        authority, self.tls = _certificates()
        self.routes = self._routes(authority, folder)
        self.requests: list[Asked] = []
        self._answers: dict[str, list[Reply]] = {}

    def answers(self, path: str, *replies: Reply) -> None:
        """Answer the first request of a path with the first reply, and so on; the last one stays."""
        self._answers[path] = list(replies)

    def times(self, path: str) -> int:
        """How many requests came for a path."""
        return sum(request.path == path for request in self.requests)

    def reply(self, host: str, target: str) -> tuple[Reply, Query]:
        if host.endswith(".yahoo.com"):
            return super().reply(host, target)
        address = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        replies = self._answers.get(address.path, [NOTHING])
        place = min(self.times(address.path), len(replies) - 1)
        self.requests.append(Asked(address.path, query, dict(self.headers)))
        return replies[place], query


@pytest.fixture(name="loopback_web")
def served_web(tmp_path: Path) -> Iterator[LoopbackWeb]:
    """A running `LoopbackWeb`, stopped after the test."""
    with running(LoopbackWeb(tmp_path)) as server:
        yield server
