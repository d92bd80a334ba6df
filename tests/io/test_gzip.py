"""gzip with a limit."""

import gzip

import pytest
from signalcli.io.gzip import gunzip

from signalcli.errors import DataError


def test_every_member_is_unpacked() -> None:
    assert gunzip(gzip.compress(b"one ") + gzip.compress(b"two"), "x") == b"one two"
    assert gunzip(b"", "x") == b""


def test_the_limit_holds_across_members() -> None:
    packed = gzip.compress(bytes(600)) * 2
    assert len(gunzip(packed, "x", limit=1200)) == 1200
    with pytest.raises(DataError, match="more than 1,199 bytes"):
        gunzip(packed, "x", limit=1199)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with pytest.raises(DataError, match="more than"):
        gunzip(bomb, "x", limit=1000)
